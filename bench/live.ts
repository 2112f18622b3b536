import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { Subscribers } from './live/clients.ts';
import { CYCLES, runCycles, WARM_UP_CYCLES } from './live/cycles.ts';
import { runFanOut, runSpread, variants } from './live/fan-out.ts';
import { LiveGateway } from './live/gateway.ts';
import { measureLatency } from './live/latency.ts';
import { cyclesRows, fanOutRows, latencyRow, type Row, rowsTable, spreadRow } from './live/rows.ts';
import { OTHER_CPU } from './processes.ts';
import { provenance, writeReadme } from './readme.ts';

/** Measures the live jobs, and writes what came of it into the README; where only a part is measured, prints it. */

const SEQUENTIAL_JOBS = 400;
const CONCURRENT_JOBS = 1_280;
const CONCURRENT_EVENTS = 64;
const parts = ['latency', ...variants.map(({ name }) => name), 'spread', 'cycles'];

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [] } } });
for (const name of values.only) {
  if (!parts.includes(name)) throw new Error(`--only: expected one of ${parts.join(', ')}; got ${name}`);
}
const isChosen = (name: string) => values.only.length === 0 || values.only.includes(name);

async function latencyRows(): Promise<Row[]> {
  const live = await LiveGateway.start();
  const subscribers = new Subscribers();
  try {
    // Warms up.
    await measureLatency(live, subscribers, CONCURRENT_JOBS, CONCURRENT_EVENTS);
    const sequential = await measureLatency(live, subscribers, SEQUENTIAL_JOBS, 1);
    const concurrent = await measureLatency(live, subscribers, CONCURRENT_JOBS, CONCURRENT_EVENTS);
    return [sequential, concurrent].map(latencyRow);
  } finally {
    subscribers.close();
    await live.close();
  }
}

function progress(name: string, result: unknown): void {
  process.stderr.write(`${(performance.now() / 1000).toFixed(1)} s: ${name} ${JSON.stringify(result)}\n`);
}

// The emulator is in this process; the gateway's processor is the gateway's.
execFileSync('taskset', ['-acp', String(OTHER_CPU), String(process.pid)]);
const rows: Row[] = [];
if (isChosen('latency')) {
  rows.push(...(await latencyRows()));
  progress('latency', rows);
}
for (const variant of variants.filter(({ name }) => isChosen(name))) {
  const result = await runFanOut(variant);
  progress(variant.name, { ...result, wrong: result.wrong.length });
  rows.push(...fanOutRows(result));
}
if (isChosen('spread')) {
  const result = await runSpread();
  progress('spread', result);
  rows.push(spreadRow(result));
}
if (isChosen('cycles')) {
  const result = await runCycles();
  progress(`${WARM_UP_CYCLES} and ${CYCLES} cycles`, result);
  rows.push(...cyclesRows(result));
}
const text = `${provenance('npm run bench:live')}\n\n${rowsTable(rows)}`;
if (values.only.length === 0) writeReadme('live', text);
process.stdout.write(`${text}\n`);
process.exitCode = rows.every(({ met }) => met !== false) ? 0 : 1;
