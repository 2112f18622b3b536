import { setTimeout as sleep } from 'node:timers/promises';
import { Subscribers, type Subscription } from './clients.ts';
import { LiveGateway } from './gateway.ts';
import { OLD_MS, readByWatcher } from './latency.ts';
import { inLanes, monotonicMs, type Transport } from './messages.ts';
import type { UpstreamCall } from './upstream.ts';

/** Many subscribers to many jobs, all of which end at once. */

export const JOBS = 1_000;
export const FOLLOWERS = 5;
/** How many events are on their way at once. */
const EVENTS_AT_ONCE = 64;
/** Young jobs are watched closely until they have this age. */
const OBSERVED_MS = 20_000;
/** Over this time people come one after the other. */
export const SPREAD_MS = 9_000;
const GIVE_UP_MS = 60_000;

export interface Variant {
  readonly name: string;
  readonly title: string;
  readonly transport: Transport;
  /** How often each event is sent; 0: all are lost, and only the watcher is left. */
  readonly eventsPerJob: 0 | 1 | 2;
}

export const variants: readonly Variant[] = [
  { name: 'events', title: 'events', transport: 'sse', eventsPerJob: 1 },
  { name: 'doubled', title: 'all events doubled and shuffled', transport: 'sse', eventsPerJob: 2 },
  { name: 'lost', title: 'all events lost', transport: 'sse', eventsPerJob: 0 },
  { name: 'ws', title: 'events, graphql-ws', transport: 'ws', eventsPerJob: 1 },
];

export interface FanOut {
  readonly variant: Variant;
  readonly subscribers: number;
  /** Those that were not told of the final state exactly once. */
  readonly wrong: readonly string[];
  /** What a subscriber costs the gateway's process, in bytes. */
  readonly rssEach: number;
  readonly heapEach: number;
  /** Until all subscribers had their job's first state, in milliseconds. */
  readonly openingMs: number;
  /** From the moment when all jobs were final to the end of the last subscription, and of the middle one. */
  readonly lastMs: number;
  readonly medianMs: number;
  /** How old the jobs were at that moment. */
  readonly ageMs: number;
  /** ListAIJob calls that it took. */
  readonly calls: number;
  /** Calls of each round in which the watcher read every job once. */
  readonly rounds: readonly number[];
  /** What is still there after the last one. */
  readonly left: number;
}

/** A new gateway for each variant, warmed up with a tenth of the subscribers. */
export async function runFanOut(variant: Variant): Promise<FanOut> {
  const live = await LiveGateway.start();
  const subscribers = new Subscribers();
  try {
    const warmUp = live.addJobs(JOBS / 10, OLD_MS);
    const early = await subscribers.follow(live.url, repeated(warmUp), variant.transport);
    live.finish(warmUp);
    await inLanes(EVENTS_AT_ONCE, warmUp, (id) => live.sendEvent(id));
    await allEnded(early);
    const before = await live.settledState();

    const isWatched = variant.eventsPerJob === 0;
    const openedAt = monotonicMs();
    const ids = live.addJobs(JOBS, isWatched ? 0 : OLD_MS);
    const following = await subscribers.follow(live.url, repeated(ids), variant.transport);
    const openingMs = monotonicMs() - openedAt;
    const firstRound = live.calls.answered.length;
    if (isWatched) await sleep(Math.max(0, OBSERVED_MS - openingMs));
    else await readByWatcher(live, ids);
    const rounds = roundsOf(live.calls.answered.slice(firstRound), ids);
    const during = await live.settledState();
    if (during.subscriptions !== following.length || during.streams < following.length) {
      throw new Error(`expected ${following.length} subscriptions; got ${JSON.stringify(during)}`);
    }

    const callsBefore = live.calls.answered.length;
    const endedAt = monotonicMs();
    live.finish(ids);
    const events = shuffled(Array.from({ length: variant.eventsPerJob }, () => ids).flat());
    await inLanes(EVENTS_AT_ONCE, events, (id) => live.sendEvent(id));
    await allEnded(following);
    const calls = live.calls.answered.length - callsBefore;
    const after = await live.settledState();
    const times = following.map((subscription) => subscription.endedAt - endedAt).sort((a, b) => a - b);
    return {
      variant,
      subscribers: following.length,
      wrong: [...early, ...following].filter(({ isExact }) => !isExact).map(String),
      rssEach: (during.rssBytes - before.rssBytes) / following.length,
      heapEach: (during.heapBytes - before.heapBytes) / following.length,
      openingMs,
      lastMs: times.at(-1) ?? Number.NaN,
      medianMs: times[times.length >> 1] ?? Number.NaN,
      ageMs: endedAt - openedAt,
      calls,
      rounds,
      left: after.subscriptions + after.streams,
    };
  } finally {
    subscribers.close();
    await live.close();
  }
}

/** Calls of the watcher, and the jobs that they read. */
export interface Spread {
  readonly calls: number;
  readonly readings: number;
}

/** Jobs that people begin to follow one after the other, so that they are due one after the other, too. */
export async function runSpread(): Promise<Spread> {
  const live = await LiveGateway.start();
  const subscribers = new Subscribers();
  try {
    const ids = live.addJobs(JOBS, 0);
    const startedAt = monotonicMs();
    const following: Promise<unknown>[] = [];
    for (const [index, id] of ids.entries()) {
      await sleep(Math.max(0, startedAt + (index / JOBS) * SPREAD_MS - monotonicMs()));
      following.push(subscribers.follow(live.url, [id], 'sse'));
    }
    await Promise.all(following);
    await readByWatcher(live, ids);
    const first = live.calls.answered.length;
    await sleep(OBSERVED_MS);
    const calls = live.calls.answered.slice(first);
    return { calls: calls.length, readings: calls.reduce((sum, call) => sum + call.ids.length, 0) };
  } finally {
    subscribers.close();
    await live.close();
  }
}

/** Who follows the same job does not do so right after each other. */
function repeated(ids: readonly string[]): string[] {
  return Array.from({ length: FOLLOWERS }, () => ids).flat();
}

/** Resolves when all have ended, or when it has taken too long: that is then to be seen by them. */
async function allEnded(subscriptions: readonly Subscription[]): Promise<void> {
  const giveUp = new AbortController();
  await Promise.race([
    Promise.all(subscriptions.map(({ ended }) => ended)),
    sleep(GIVE_UP_MS, undefined, { signal: giveUp.signal }),
  ]);
  giveUp.abort();
}

/** How many calls it took each time until all of the jobs had been read again; what is left over is not told. */
function roundsOf(calls: readonly UpstreamCall[], ids: readonly string[]): number[] {
  const rounds: number[] = [];
  let missing = new Set(ids);
  let count = 0;
  for (const call of calls) {
    count++;
    for (const id of call.ids) missing.delete(id);
    if (missing.size > 0) continue;
    rounds.push(count);
    missing = new Set(ids);
    count = 0;
  }
  return rounds;
}

/** In an order that is the same in each run and that of no queue. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const shuffling = [...items];
  let state = 1;
  for (let last = shuffling.length - 1; last > 0; last--) {
    state = (state * 48_271) % 2_147_483_647;
    const other = state % (last + 1);
    [shuffling[last], shuffling[other]] = [shuffling[other] as Item, shuffling[last] as Item];
  }
  return shuffling;
}
