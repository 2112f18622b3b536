import { setTimeout as sleep } from 'node:timers/promises';
import { seededChoice } from '../../../src/emulator/results/seeded-choice.ts';
import { type Emulator, startEmulator } from '../../../src/emulator/server.ts';
import { Clients, type Known, type Wanted } from './clients.ts';
import { type Memory, startLoadedGateway } from './gateway.ts';

const CLIENTS = 64;
/** The share of the calls to VOD that fail. */
const SHARE_OF_FAULTS = 1 / 3;
/** The time until a gateway has recovered. An open circuit breaker lets a call through after at most 30 seconds. */
const RECOVERY_MS = 35_000;

const kinds = [
  'throttle',
  'unavailable',
  'internalError',
  'stall',
  'reset',
  'resetAfterRunning',
  'html',
  'emptyBody',
  'wrongShape',
] as const;

/** The result of a run. `problems` lists everything that went wrong. */
export interface FaultRun {
  readonly problems: readonly string[];
  /** The calls that VOD received, and the number of them that failed. */
  readonly calls: number;
  readonly faults: number;
  /** The number of results of jobs and submissions by `ok` or error code. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly wanted: number;
  readonly made: number;
  readonly slowestMs: number;
  /** The minimum in each period, so that garbage does not count. */
  readonly memory: { readonly middle: Memory; readonly end: Memory };
}

/**
 * Loads a gateway with 64 clients while a third of its calls to VOD fail in every way. Then ends the faults and checks
 * that the gateway recovers.
 *
 * @param ms the duration of the load, in milliseconds
 * @param seed determines the faults and the requests, but not the order in which they arrive
 * @param patienceMs the time after which a request without a response is a problem, in milliseconds
 */
export async function loadUnderFaults(ms: number, seed: number, patienceMs: number): Promise<FaultRun> {
  const choice = seededChoice(String(seed));
  const random = () => choice.integer(0, 999_999) / 1_000_000;
  const emulator = await startEmulator({ qps: {}, speed: 2, random });
  const counts = misbehaving(emulator, random);
  const known = knownJobs(emulator);
  const gateway = await startLoadedGateway(emulator);
  const clients = new Clients(gateway, emulator, known, random, patienceMs);
  const { problems } = clients;
  const samples: { readonly at: number; readonly memory: Memory }[] = [];
  try {
    const working = clients.work(CLIENTS);
    const startedAt = performance.now();
    for (let at = 0; at < ms && gateway.process.isRunning; at = performance.now() - startedAt) {
      samples.push({ at, memory: await gateway.memory() });
      await sleep(500);
    }
    clients.stop();
    await working;

    emulator.faults.clear();
    const isReady = async () => (await fetch(`${gateway.origin}/ready`)).status === 200;
    if (!(await recovers(isReady))) problems.push('not ready after the faults');
    const reads = () => clients.readsCorrectly('AI', known.AI.slice(0, 25));
    if (!(await recovers(reads))) problems.push('no complete response after the faults');
    if (!gateway.process.isRunning) problems.push('the gateway has died');
    for (const line of gateway.errorLines().slice(0, 10)) problems.push(`logged: ${line.slice(0, 500)}`);
    const made = compare(emulator, clients.wanted, problems);
    const { outcomes, wanted, slowestMs } = clients;
    const memory = { middle: least(samples, 0.4 * ms, 0.6 * ms), end: least(samples, 0.8 * ms, ms) };
    return { problems, ...counts, outcomes, wanted: wanted.length, made, slowestMs, memory };
  } finally {
    clients.stop();
    await gateway.process.end();
    await emulator.close();
  }
}

/** Makes a third of the calls fail, and counts them. */
function misbehaving({ faults }: Emulator, random: () => number) {
  const counts = { calls: 0, faults: 0 };
  faults.add({
    kind: 'latency',
    when() {
      counts.calls++;
      return false;
    },
  });
  // A call passes one kind of fault after the other, and each kind fails the same share of the calls that reach it.
  const probability = 1 - (1 - SHARE_OF_FAULTS) ** (1 / kinds.length);
  for (const kind of kinds) {
    faults.add({
      kind,
      when() {
        const happens = random() < probability;
        if (happens) counts.faults++;
        return happens;
      },
    });
  }
  return counts;
}

function knownJobs({ jobs }: Emulator): Known {
  const videoId = (index: number) => (index % 7 === 0 ? `known-${index}-fails` : `known-${index}`);
  const createdAt = Date.now() - 3_600_000;
  const numbers = Array.from({ length: 1_000 }, (_, index) => index);
  return {
    AI: numbers.map(
      (index) => jobs.addAIJob({ jobId: `ai-${index}`, mediaId: videoId(index), createdAt }).jobId,
    ),
    IMAGE: numbers.map(
      (index) => jobs.addAIImageJob({ jobId: `image-${index}`, videoId: videoId(index), createdAt }).jobId,
    ),
    // Clients look up ten jobs at a time, which suits the other kinds.
    MEDIA_AUDIT: [],
  };
}

/** Compares the jobs in VOD with the responses. Returns the number of jobs. */
function compare({ jobs }: Emulator, wanted: readonly Wanted[], problems: string[]): number {
  const made = new Map<string, string[]>();
  const add = (name: string, id: string) => made.set(name, [...(made.get(name) ?? []), id]);
  for (const { mediaId, jobId } of jobs.submittedAIJobs) add(mediaId, jobId);
  for (const { videoId, jobId } of jobs.submittedAIImageJobs) add(videoId, jobId);
  for (const { name, told } of wanted) {
    const ids = made.get(name) ?? [];
    if (ids.length > 1) problems.push(`${name}: created ${ids.length} times; got ${told}`);
    const [id] = ids;
    // The last response under a key holds.
    const last = told.at(-1) ?? 'nothing';
    const isUnknown = /UNKNOWN|IN_PROGRESS|nothing/.test(last);
    if (!isUnknown && id !== undefined && !told.includes(id)) problems.push(`${name}: created; got ${told}`);
    if (id === undefined && /^[\da-f]{32}$/.test(last)) problems.push(`${name}: not created; got ${told}`);
  }
  return made.size;
}

/**
 * Whether a condition becomes true in the time that a gateway needs to recover. The faults have lowered the rate of calls,
 * so the first lookups afterwards can still be told that the quota is exhausted.
 */
async function recovers(condition: () => Promise<boolean>): Promise<boolean> {
  const until = performance.now() + RECOVERY_MS;
  while (performance.now() < until) {
    if (await condition()) return true;
    await sleep(100);
  }
  return false;
}

function least(
  samples: readonly { readonly at: number; readonly memory: Memory }[],
  from: number,
  until: number,
): Memory {
  const within = samples.filter(({ at }) => at >= from && at <= until).map(({ memory }) => memory);
  const least = (values: readonly number[]) => Math.min(...values);
  return { rss: least(within.map(({ rss }) => rss)), heap: least(within.map(({ heap }) => heap)) };
}
