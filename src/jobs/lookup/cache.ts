import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock.ts';
import { type AnyJob, isFinal } from '../../domain/job.ts';

export interface JobCacheOptions {
  /** How many jobs are kept at most. */
  readonly maxJobs: number;
  /** How many bytes they may take together, by a rough measure. */
  readonly maxBytes: number;
  /** For how long a job that is not final, or does not exist, is answered from its last reading. 0: not at all. */
  readonly freshnessMs: number;
  readonly clock: Clock;
}

/** What is known of an id: its job, or that there is none. */
export interface KnownJob<Job> {
  readonly job: Job | undefined;
}

/**
 * The jobs that need not be asked for again. A final job never changes, so it stays until others need the room; what
 * is not final is kept for the freshness window alone.
 */
export class JobCache<Job extends AnyJob> {
  readonly #freshnessMs: number;
  readonly #jobs: LRUCache<string, KnownJob<Job>>;

  constructor({ maxJobs, maxBytes, freshnessMs, clock }: JobCacheOptions) {
    this.#freshnessMs = freshnessMs;
    this.#jobs = new LRUCache({
      max: maxJobs,
      maxSize: maxBytes,
      sizeCalculation: ({ job }) => (job ? sizeOf(job) : 100),
      perf: { now: () => clock.now() },
      ttlResolution: 0,
    });
  }

  get(id: string): KnownJob<Job> | undefined {
    return this.#jobs.get(id);
  }

  /** Forgets what was read of the id, unless its job is final. */
  outdate(id: string): void {
    const known = this.#jobs.peek(id);
    if (known && !(known.job && isFinal(known.job))) this.#jobs.delete(id);
  }

  /** Keeps what a reading has shown, for as long as that holds. */
  put(id: string, job: Job | undefined): void {
    if (job && isFinal(job)) this.#jobs.set(id, { job });
    else if (this.#freshnessMs > 0) this.#jobs.set(id, { job }, { ttl: this.#freshnessMs });
  }
}

/** About the bytes that a job takes: its texts in UTF-16, and as much again for what is decoded of them. */
function sizeOf(job: AnyJob): number {
  const text = 'data' in job ? job.data : undefined;
  return 500 + 4 * (text?.length ?? 500);
}
