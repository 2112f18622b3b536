import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { jobId, UNFINISHED } from './jobs.ts';
import { type Answer, SharedGateway } from './neighbours/gateway.ts';
import { type Harm, SpoiltUpstream } from './neighbours/upstream.ts';
import { OTHER_CPU } from './processes.ts';
import { provenance, writeReadme } from './readme.ts';

/** Measures what callers notice of each other, and writes the result into the README. */

const INNOCENTS = 20;
const SUBMITTER = 30;
const DISTURBER = 31;
const WARM_UP_MS = 3_000;
const UNDISTURBED_MS = 5_000;
const DISTURBED_MS = 10_000;
const QUOTA = 5;
const NINTH_MS = 20_000;
const BACKLOG = 12_000;
/** No subscriber is waited for longer. */
const MAX_TOLD_MS = 120_000;

const { values } = parseArgs({
  options: {
    gateway: { type: 'string', default: join(import.meta.dirname, '../src/main.ts') },
    only: { type: 'string', multiple: true, default: [] },
  },
});
const isChosen = (name: string) =>
  values.only.length === 0 || values.only.some((part) => name.includes(part));

interface Row {
  readonly name: string;
  readonly result: string;
  readonly target: string;
  readonly met: boolean;
}

const rows: Row[] = [];
function report(name: string, result: string, target: string, met: boolean): void {
  rows.push({ name, result, target, met });
  process.stderr.write(`${name}: ${result} (${met ? 'met' : 'missed'}: ${target})\n`);
}

let ids = 0;
const nextId = () => jobId(UNFINISHED, ++ids);

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Repeats requests until the time is over. Returns all responses. */
async function repeat(ms: number, send: () => Promise<Answer>, pauseMs = 0): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const end = performance.now() + ms; performance.now() < end; ) {
    answers.push(await send());
    if (pauseMs > 0) await sleep(pauseMs);
  }
  return answers;
}

async function readAsInnocents(gateway: SharedGateway, ms: number) {
  const loops = Array.from({ length: INNOCENTS }, (_, caller) =>
    repeat(ms, () => gateway.readJob(caller, nextId())),
  );
  const answers = (await Promise.all(loops)).flat();
  const sorted = answers.map((answer) => answer.ms).sort((a, b) => a - b);
  const codes = answers.flatMap(({ errors }) => errors);
  return {
    reads: answers.length,
    perSecond: (answers.length / ms) * 1_000,
    p99: quantile(sorted, 0.99),
    codes,
  };
}

/** Sends reads of bad ids, twenty a second, without waiting for responses. */
async function disturb(gateway: SharedGateway, badIds: readonly string[], ms: number): Promise<Answer[]> {
  const answers: Promise<Answer>[] = [];
  for (let sent = 0; sent < ms / 50; sent++) {
    answers.push(gateway.readJob(DISTURBER, badIds[sent % badIds.length] ?? ''));
    await sleep(50);
  }
  return Promise.all(answers);
}

/** All callers at once. */
async function loadAll(gateway: SharedGateway, badIds: readonly string[], ms: number) {
  let notReady = 0;
  let isOver = false;
  const watch = (async () => {
    for (; !isOver; await sleep(100)) if (!(await gateway.isReady())) notReady++;
  })();
  const [innocents, submits, told] = await Promise.all([
    readAsInnocents(gateway, ms),
    repeat(ms, () => gateway.submit(SUBMITTER, `video-${ids++}`), 200),
    disturb(gateway, badIds, ms),
  ]);
  isOver = true;
  await watch;
  return { innocents, submits, told, notReady };
}

async function measureBadIds(
  harm: Harm,
  count: number,
  maxP99: (undisturbedP99: number) => number,
): Promise<void> {
  const upstream = await SpoiltUpstream.start();
  const gateway = await SharedGateway.start(values.gateway, upstream.origin);
  try {
    const badIds = Array.from({ length: count }, nextId);
    await loadAll(gateway, badIds, WARM_UP_MS);
    // The same load, while the ids are still good.
    upstream.calls = 0;
    const before = (await loadAll(gateway, badIds, UNDISTURBED_MS)).innocents;
    const callsBefore = upstream.calls / before.reads;
    for (const id of badIds) upstream.badIds.set(id, harm);
    upstream.calls = 0;
    const { innocents: during, submits, told, notReady } = await loadAll(gateway, badIds, DISTURBED_MS);
    const refusedSubmits = submits.filter(({ errors }) => errors.length > 0).length;
    const callsPerLookup = upstream.calls / during.reads;
    const toldMs = told.map(({ ms }) => ms).sort((a, b) => a - b);
    const share = during.perSecond / before.perSecond;
    report(
      `${count === 1 ? 'one id' : `${count} ids`}: ${harm}`,
      `${during.codes.length} of ${during.reads} reads failed${list(during.codes)}; ` +
        `${refusedSubmits} of ${submits.length} submits failed; not ready ${notReady} times; ` +
        `${before.perSecond.toFixed(0)} → ${during.perSecond.toFixed(0)} reads/s; ` +
        `p99 ${before.p99.toFixed(0)} → ${during.p99.toFixed(0)} ms; ${callsBefore.toFixed(3)} → ${callsPerLookup.toFixed(3)} calls a lookup; ` +
        `bad id told after ${quantile(toldMs, 0.5).toFixed(0)} ms, at most ${toldMs.at(-1)?.toFixed(0)} ms`,
      `no failure, ready, half of the reads/s, p99 below ${maxP99(before.p99).toFixed(0)} ms, 0.15 calls a lookup`,
      during.codes.length === 0 &&
        refusedSubmits === 0 &&
        notReady === 0 &&
        share > 0.5 &&
        during.p99 < maxP99(before.p99) &&
        callsPerLookup <= 0.15,
    );
  } finally {
    await gateway.close();
    await upstream.close();
  }
}

function list(codes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  const text = [...counts].map(([code, count]) => `${count} ${code}`).join(', ');
  return text && ` (${text})`;
}

async function measureIdle(harm: Harm): Promise<void> {
  const upstream = await SpoiltUpstream.start();
  const gateway = await SharedGateway.start(values.gateway, upstream.origin);
  try {
    await gateway.readJob(0, nextId());
    const bad = nextId();
    upstream.badIds.set(bad, harm);
    const { ms, errors } = await gateway.readJob(0, bad);
    const submit = await gateway.submit(SUBMITTER, 'video');
    const isReady = await gateway.isReady();
    report(
      `one read of one id on an idle gateway: ${harm}`,
      `${list(errors).slice(2, -1)} after ${ms.toFixed(0)} ms; then a submit ${submit.errors.length === 0 ? 'succeeds' : 'fails'}; ${isReady ? 'ready' : 'not ready'}`,
      'told within 3 s, submits and /ready unaffected',
      ms < 3_000 && submit.errors.length === 0 && isReady,
    );
  } finally {
    await gateway.close();
    await upstream.close();
  }
}

async function measureNinth(): Promise<void> {
  const upstream = await SpoiltUpstream.start(QUOTA);
  const gateway = await SharedGateway.start(values.gateway, upstream.origin, { VOD_QPS: String(QUOTA) });
  try {
    const alone = await repeat(3_000, () => gateway.readJob(8, nextId()), 500);
    const others = Array.from({ length: 8 }, (_, caller) =>
      repeat(NINTH_MS, () => gateway.readJobs(caller, Array.from({ length: 100 }, nextId))),
    );
    await sleep(1_000);
    const ninth = await repeat(NINTH_MS - 2_000, () => gateway.readJob(8, nextId()), 100);
    await Promise.all(others);
    const sorted = ninth.map(({ ms }) => ms).sort((a, b) => a - b);
    const aloneMs = quantile(
      alone.map(({ ms }) => ms).sort((a, b) => a - b),
      0.5,
    );
    const codes = ninth.flatMap(({ errors }) => errors);
    const p50 = quantile(sorted, 0.5);
    const worst = sorted.at(-1) ?? Number.NaN;
    report(
      `quota of ${QUOTA} calls/s, eight callers with 100 ids each, a ninth with one`,
      `alone ${aloneMs.toFixed(0)} ms; then p50 ${p50.toFixed(0)} ms, worst ${worst.toFixed(0)} ms, ` +
        `${codes.length} of ${ninth.length} reads failed${list(codes)}`,
      'p50 below 1 s, worst below 2.5 s, no failure',
      p50 < 1_000 && worst < 2_500 && codes.length === 0,
    );
  } finally {
    await gateway.close();
    await upstream.close();
  }
}

async function measureFollowers(): Promise<void> {
  const upstream = await SpoiltUpstream.start(QUOTA);
  const backlog = Array.from({ length: BACKLOG }, nextId);
  const env = { VOD_QPS: String(QUOTA) };
  const gateway = await SharedGateway.start(values.gateway, upstream.origin, env, backlog);
  try {
    const followed = [nextId(), nextId()];
    const started = new Set<string>();
    const toldAt = new Map<string, number>();
    for (const [index, id] of followed.entries()) {
      gateway.follow(index, id, (status) => {
        started.add(id);
        if (status === 'SUCCESS') toldAt.set(id, performance.now());
      });
    }
    const startedAt = performance.now();
    while (started.size < followed.length && performance.now() < startedAt + 15_000) await sleep(20);
    // The backlog is due, and the watcher works on it.
    await sleep(5_000);
    const finishedAt = performance.now();
    for (const id of followed) upstream.finishedIds.add(id);
    while (toldAt.size < followed.length && performance.now() < finishedAt + MAX_TOLD_MS) await sleep(20);
    const waits = followed.map((id) => (toldAt.get(id) ?? Number.POSITIVE_INFINITY) - finishedAt);
    const text = waits
      .map((ms) => (Number.isFinite(ms) ? `${(ms / 1_000).toFixed(1)} s` : 'never'))
      .join(' and ');
    report(
      `quota of ${QUOTA} calls/s, ${BACKLOG} watched jobs due, two followers, events lost`,
      `told after ${text} (measured for at most ${MAX_TOLD_MS / 1_000} s)`,
      'within 10 s',
      Math.max(...waits) < 10_000,
    );
  } finally {
    await gateway.close();
    await upstream.close();
  }
}

// The callers and the upstream are in this process; the gateway has a processor of its own.
execFileSync('taskset', ['-acp', String(OTHER_CPU), String(process.pid)]);
const fourTimes = (undisturbedP99: number) => 4 * undisturbedP99;
const cases: readonly [Harm, number, (undisturbedP99: number) => number][] = [
  ['refused with 400', 1, fourTimes],
  ['refused with 404', 1, fourTimes],
  ['refused with 400', 20, fourTimes],
  ['ends in 500', 1, () => 1_500],
  ['ends in 500', 20, () => 1_500],
  ['hangs', 1, () => 3_000],
  ['hangs', 20, () => 3_000],
];
for (const [harm, count, maxP99] of cases) if (isChosen(harm)) await measureBadIds(harm, count, maxP99);
for (const harm of ['ends in 500', 'hangs'] as const) if (isChosen('idle')) await measureIdle(harm);
if (isChosen('ninth')) await measureNinth();
if (isChosen('followers')) await measureFollowers();

const table = [
  '| case | result | target | |',
  '|---|---|---|---|',
  ...rows.map(
    ({ name, result, target, met }) => `| ${name} | ${result} | ${target} | ${met ? 'met' : '**missed**'} |`,
  ),
].join('\n');
const text = `${provenance('npm run bench:neighbours')}\n\n${table}`;
if (values.only.length === 0 && values.gateway === join(import.meta.dirname, '../src/main.ts'))
  writeReadme('neighbours', text);
process.stdout.write(`${text}\n`);
process.exitCode = rows.every(({ met }) => met) ? 0 : 1;
