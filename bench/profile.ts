import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { profiledGateway } from './lookups/contestants.ts';
import { measure } from './lookups/load.ts';
import { scenarioNamed } from './lookups/scenarios.ts';
import { startUpstream } from './processes.ts';

/** Tells where the gateway's processor time goes in a scenario: `node bench/profile.ts --only finished`. */

/** The part of a V8 CPU profile that is read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  /** The ids of the nodes that were on top of the stack. */
  readonly samples: readonly number[];
  /** Microseconds, by the clock of `process.hrtime`. */
  readonly startTime: number;
  /** Microseconds between them. */
  readonly timeDeltas: readonly number[];
}

type CallFrame = CpuProfile['nodes'][number]['callFrame'];

/** `src/…`, a package, or a part of Node itself. */
function origin({ url, functionName }: CallFrame): string {
  if (url === '') return functionName === '(garbage collector)' ? 'garbage collector' : 'native code';
  if (url.startsWith('node:')) return url;
  const path = url.slice(url.lastIndexOf('/node_modules/') + 1);
  if (path.startsWith('node_modules/'))
    return path
      .split('/')
      .slice(1, path[13] === '@' ? 3 : 2)
      .join('/');
  return url.slice(url.indexOf('/src/') + 1);
}

/** Self time by a name for each frame: milliseconds, most first. Idle time is left out, and what was before `since`. */
function selfTime(
  profile: CpuProfile,
  since: number,
  name: (frame: CallFrame) => string,
): [string, number][] {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, name(callFrame)]));
  const idle = new Set(
    profile.nodes
      .filter(({ callFrame }) => /^\((idle|program|root)\)$/.test(callFrame.functionName))
      .map(({ id }) => id),
  );
  const times = new Map<string, number>();
  let time = profile.startTime;
  profile.samples.forEach((id, i) => {
    time += profile.timeDeltas[i] ?? 0;
    if (idle.has(id) || time < since) return;
    const key = names.get(id) ?? '?';
    times.set(key, (times.get(key) ?? 0) + (profile.timeDeltas[i] ?? 0) / 1_000);
  });
  return [...times].toSorted((a, b) => b[1] - a[1]);
}

function table(title: string, times: readonly [string, number][]): string {
  const total = times.reduce((sum, [, ms]) => sum + ms, 0);
  const rows = times.slice(0, 30).map(([name, ms]) => `| ${((100 * ms) / total).toFixed(1)} % | ${name} |`);
  return [`| self time | ${title} |`, '|---|---|', ...rows].join('\n');
}

const { values } = parseArgs({
  options: { only: { type: 'string', default: 'one-unfinished' }, seconds: { type: 'string', default: '6' } },
});
const scenario = scenarioNamed(values.only);

const folder = mkdtempSync(join(tmpdir(), 'vod-gateway-profile-'));
const contestant = profiledGateway(folder);
let since = 0;
const upstream = await startUpstream();
try {
  const server = await contestant.run(upstream.origin);
  try {
    // The start, and the first seconds in which everything is compiled, are another matter.
    await measure(scenario, contestant, server, upstream, 3, 0);
    since = Number(process.hrtime.bigint() / 1_000n);
    await measure(scenario, contestant, server, upstream, Number(values.seconds), 10_000_000);
  } finally {
    await server.stop();
  }
} finally {
  await upstream.stop();
}
const [file] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
if (!file) throw new Error('the gateway ended without a profile');
const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
const byPlace = selfTime(profile, since, origin);
const byFunction = selfTime(profile, since, (frame) => {
  return `${frame.functionName || '(anonymous)'} · ${origin(frame)}:${frame.lineNumber + 1}`;
});
process.stdout.write(
  `${table('where', byPlace)}\n\n${table('function', byFunction)}\n\n${join(folder, file)}\n`,
);
