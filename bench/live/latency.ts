import { median } from '../lookups/table.ts';
import type { Subscribers } from './clients.ts';
import { type LiveGateway, until } from './gateway.ts';
import { inLanes, monotonicMs } from './messages.ts';

/** So old that nobody but the event has them read: the schedule's longest time passes between two readings. */
export const OLD_MS = 24 * 60 * 60_000;
/** The watcher's first reading of a job that somebody has begun to follow. */
const FIRST_READING_MS = 15_000;

/** From an event to its subscriber. All times in milliseconds. */
export interface Latency {
  readonly jobs: number;
  /** How many events were on their way at once. */
  readonly lanes: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Until the event was answered. */
  readonly answeredMs: number;
  /** The median call to the upstream meanwhile. */
  readonly callMs: number;
  /** Jobs that were not seen exactly once by whoever followed them. */
  readonly wrong: readonly string[];
}

/** Follows all jobs, then ends each and tells of it, `lanes` at a time. */
export async function measureLatency(
  live: LiveGateway,
  subscribers: Subscribers,
  jobs: number,
  lanes: number,
): Promise<Latency> {
  const ids = live.addJobs(jobs, OLD_MS);
  const subscriptions = await subscribers.follow(live.url, ids, 'sse');
  await readByWatcher(live, ids);
  const latencies: number[] = [];
  const answered: number[] = [];
  const callsBefore = live.calls.answered.length;
  await inLanes(lanes, subscriptions, async (subscription) => {
    live.finish([subscription.id]);
    let sentAt = Number.NaN;
    const taken = live.postEvent(subscription.id, () => {
      sentAt = monotonicMs();
    });
    await Promise.all([taken.then(() => answered.push(monotonicMs() - sentAt)), subscription.ended]);
    latencies.push(subscription.finalAt - sentAt);
  });
  return {
    jobs,
    lanes,
    medianMs: median(latencies),
    p99Ms: quantile(latencies, 0.99),
    answeredMs: median(answered),
    callMs: median(live.calls.answered.slice(callsBefore).map(({ ms }) => ms)),
    wrong: subscriptions.filter(({ isExact }) => !isExact).map(String),
  };
}

/** Resolves once the watcher has read all of these that were followed just now. */
export async function readByWatcher(live: LiveGateway, ids: readonly string[]): Promise<void> {
  const { answered } = live.calls;
  const isWanted = new Set(ids);
  const readings = () => answered.flatMap((call) => call.ids).filter((id) => isWanted.has(id)).length;
  await until(() => readings() >= 2 * ids.length, FIRST_READING_MS, 'the watcher has read all jobs');
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN;
}
