import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock.ts';
import { type AnyJob, isFinal } from '../../domain/job.ts';

export interface JobCacheOptions {
  /** The most jobs in the cache. */
  readonly maxJobs: number;
  /** The most bytes of all jobs together, estimated. */
  readonly maxBytes: number;
  /** How long an unfinished or unknown job stays in the cache, in milliseconds. 0: not at all. */
  readonly freshnessMs: number;
  readonly clock: Clock;
}

/** A cached result: the job, or `undefined` if there is no such job. */
export interface CachedJob<Job> {
  readonly job: Job | undefined;
}

/**
 * Caches the results of lookups. A final job never changes, so only the size limits remove it. An unfinished or unknown
 * job expires after `freshnessMs`.
 */
export class JobCache<Job extends AnyJob> {
  readonly #freshnessMs: number;
  readonly #jobs: LRUCache<string, CachedJob<Job>>;

  constructor({ maxJobs, maxBytes, freshnessMs, clock }: JobCacheOptions) {
    this.#freshnessMs = freshnessMs;
    this.#jobs = new LRUCache({
      max: maxJobs,
      maxSize: maxBytes,
      sizeCalculation: ({ job }) => (job ? jobBytes(job) : 100),
      perf: { now: () => clock.monotonic() },
      ttlResolution: 0,
    });
  }

  get(id: string): CachedJob<Job> | undefined {
    return this.#jobs.get(id);
  }

  put(id: string, job: Job | undefined): void {
    if (job && isFinal(job)) this.#jobs.set(id, { job });
    else if (this.#freshnessMs > 0) this.#jobs.set(id, { job }, { ttl: this.#freshnessMs });
  }

  /** Removes the id, unless its job is final. */
  dropUnfinished(id: string): void {
    const cached = this.#jobs.peek(id);
    if (cached && !(cached.job && isFinal(cached.job))) this.#jobs.delete(id);
  }
}

/** Estimates a job's bytes: its text in UTF-16, and as much again for the decoded result. */
export function jobBytes(job: AnyJob): number {
  const text = 'data' in job ? job.data : undefined;
  return 500 + 4 * (text?.length ?? 500);
}
