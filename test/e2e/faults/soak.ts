import { randomInt } from 'node:crypto';
import { loadUnderFaults } from './faults.ts';
import { TIMEOUT_MS } from './gateway.ts';

/** `npm run soak:faults -- [seconds] [seed]`: runs long enough to detect a memory leak. */
const [seconds = '600', seed = String(randomInt(2 ** 31))] = process.argv.slice(2);
/** The allowed growth of memory in the second half. */
const MAX_GROWTH = 1.1;

/** The time that a response may take in addition to its call to VOD. Nothing else uses the machine. */
const MARGIN_MS = 3_000;

const { problems, ...run } = await loadUnderFaults(
  Number(seconds) * 1_000,
  Number(seed),
  TIMEOUT_MS + MARGIN_MS,
);
const { middle, end } = run.memory;
const found = [
  ...problems,
  ...(['rss', 'heap'] as const).flatMap((name) =>
    end[name] <= MAX_GROWTH * middle[name]
      ? []
      : [`${name}: ${middle[name]} bytes in the middle; at the end ${end[name]}`],
  ),
];
process.stdout.write(
  `${JSON.stringify({ seconds: Number(seconds), seed: Number(seed), problems: found.length, ...run })}\n`,
);
for (const problem of found.slice(0, 50)) process.stdout.write(`${problem}\n`);
if (found.length > 0) process.exitCode = 1;
