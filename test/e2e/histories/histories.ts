import { randomInt } from 'node:crypto';
import { describeProblem } from './history.ts';
import { runHistory } from './run.ts';

/** `npm run histories -- [submits] [seed] [skew in seconds]`: far more submits than `npm test` sends. */
const [submits = '10000', seed = String(randomInt(2 ** 31)), skew = '300'] = process.argv.slice(2);
/** The number of problems with all their operations. Of the others, only the rule is printed. */
const MAX_HISTORIES = 10;

const startedAt = performance.now();
const options = { submits: Number(submits), seed: Number(seed), maxSkewMs: Number(skew) * 1_000 };
const { problems, counts } = await runHistory(options);
const seconds = Math.round((performance.now() - startedAt) / 1_000);
process.stdout.write(
  `${JSON.stringify({ seed: options.seed, submits: options.submits, seconds, problems: problems.length, ...counts })}\n`,
);
for (const [index, problem] of problems.entries()) {
  process.stdout.write(index < MAX_HISTORIES ? `\n${describeProblem(problem)}\n` : `\n${problem.rule}\n`);
}
if (problems.length > 0) process.exitCode = 1;
