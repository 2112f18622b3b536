import { symlinkSync } from 'node:fs';
import { startUpstream, type Running, freePort, start, SERVER_CPU } from './processes.ts';
import { measure, resetUpstream } from './lookups/load.ts';
import { scenarios } from './lookups/scenarios.ts';
import { thisGateway } from './lookups/contestants.ts';
import { mkdtempSync } from 'node:fs';
void symlinkSync;
const names = process.argv[2]!.split(','); const rounds = Number(process.argv[3]); const seconds = Number(process.argv[4]); const level = process.argv[5] ?? 'error';
async function gw(root: string, upstream: string): Promise<Running> {
  const port = await freePort();
  return start(root, SERVER_CPU, [process.execPath, `${root}/src/main.ts`], port, { NODE_ENV: 'production', PORT: String(port), VOD_ENDPOINT: upstream, ALIBABA_CLOUD_ACCESS_KEY_ID: 'bench', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'bench', AUTH_DISABLED: 'true', LOG_LEVEL: level, DATA_DIR: mkdtempSync('/tmp/lane-led-') });
}
const median = (v: number[]) => v.toSorted((a, b) => a - b)[Math.floor(v.length / 2)]!;
for (const name of names) {
  const scenario = scenarios.find((s) => s.name === name)!;
  const upstream = await startUpstream();
  const roots = ['/tmp/lane-base-tree', '/work/wt/lane'];
  const servers = []; for (const r of roots) servers.push(await gw(r, upstream.origin));
  for (const s of servers) { await resetUpstream(upstream, 0); await measure(scenario, thisGateway, s, upstream, seconds, 0); }
  const cpu: number[][] = [[], []]; const p99: number[][] = [[], []];
  for (let round = 1; round <= rounds; round++) for (const [i, s] of servers.entries()) {
    const m = await measure(scenario, thisGateway, s, upstream, seconds, scenario.period > 0 ? 0 : round * 10_000_000 + i * 5_000_000);
    cpu[i]!.push(m.cpuMicros); p99[i]!.push(m.p99Ms);
  }
  const ratios = cpu[0]!.map((b, i) => cpu[1]![i]! / b);
  console.log(name, 'base', cpu[0]!.map(Math.round), 'lane', cpu[1]!.map(Math.round), 'ratio', median(ratios).toFixed(3), 'p99', p99.map((v) => Math.round(median(v))));
  await Promise.all([...servers, upstream].map((s) => s.stop()));
}
process.exit(0);
