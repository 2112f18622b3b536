import { setImmediate } from 'node:timers/promises';
import type { AIJob, AIJobStatus } from '../../../src/domain/job.ts';
import { JobCache } from '../../../src/jobs/lookup/cache.ts';
import { JobLookup } from '../../../src/jobs/lookup/lookup.ts';
import { CancelledError } from '../../../src/rpc/errors.ts';
import { RateLimiter } from '../../../src/rpc/rate-limiter.ts';
import type { JobOrError, JobReader, ReadOptions } from '../../../src/vod/job-reader.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** A call that a lookup made. The test responds to it. */
export interface ReceivedCall {
  readonly ids: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly options: ReadOptions;
  /** Responds with these jobs; without an argument with one job for each id, in this status. */
  respond(jobs?: ReadonlyMap<string, JobOrError<AIJob>>, status?: AIJobStatus): void;
  fail(error: Error): void;
}

/** A job as VOD returns it. */
export function job(id: string, status: AIJobStatus = 'PROCESSING', data?: string): AIJob {
  return {
    origin: 'read',
    id,
    type: 'VIDEO_TAG',
    status,
    videoId: 'v',
    createdAt: undefined,
    completedAt: undefined,
    requestId: undefined,
    failure: undefined,
    data,
    result: () => undefined,
    wire: undefined,
  };
}

export interface LookupOptions {
  readonly callsPerSecond?: number;
  readonly freshnessMs?: number;
  readonly maxIds?: number;
  readonly maxJobs?: number;
}

/** A lookup with calls that its user responds to, and a manual clock. For processes without a test runner, too. */
export function lookupWithCalls(options: LookupOptions = {}) {
  const clock = new ManualClock();
  const limiter = new RateLimiter(clock, options.callsPerSecond ?? 10_000);
  const calls: ReceivedCall[] = [];
  const archived = new Map<string, AIJob>();
  /** The ids that the lookup passed to the archive and to the feed. */
  const saved: string[] = [];
  const published: string[] = [];
  const observed = { ids: 0, cached: 0, joined: 0, calls: 0 };
  const reader: JobReader<AIJob> = {
    action: 'ListAIJob',
    maxIds: options.maxIds ?? 10,
    get rate() {
      return limiter.rate;
    },
    permit: (signal) => limiter.acquire(signal),
    release: () => limiter.release(),
    delayMs: (count) => limiter.delayMs(count),
    read: (ids, readOptions = {}) =>
      new Promise((resolve, reject) => {
        readOptions.signal?.addEventListener('abort', () =>
          reject(new CancelledError({ action: 'ListAIJob', mayHaveRun: true })),
        );
        calls.push({
          ids,
          signal: readOptions.signal,
          options: readOptions,
          respond: (jobs, status) => resolve(jobs ?? new Map(ids.map((id) => [id, job(id, status)]))),
          fail: reject,
        });
      }),
  };
  const lookup = new JobLookup<AIJob>({
    reader,
    cache: new JobCache({
      maxJobs: options.maxJobs ?? 10_000,
      maxBytes: 100_000_000,
      freshnessMs: options.freshnessMs ?? 0,
      clock,
    }),
    archive: {
      mayHave: (id) => archived.has(id),
      find: async () => archived,
      save: ({ id }) => void saved.push(id),
    },
    feed: { publish: ({ id }) => void published.push(id) },
    timeoutMs: 10_000,
    clock,
    observer: {
      lookedUp({ ids, cached, joined }) {
        observed.ids += ids;
        observed.cached += cached;
        observed.joined += joined;
      },
      called: () => {
        observed.calls++;
      },
    },
  });
  return { lookup, calls, clock, limiter, observed, archived, saved, published };
}

/** Waits for everything that needs no timer. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

/** Ids `prefix0`, `prefix1`, … */
export function ids(count: number, prefix = 'job-'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
