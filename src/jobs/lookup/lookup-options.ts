import type { Clock } from '../../clock.ts';
import type { AnyJob } from '../../domain/job.ts';
import type { Tracing } from '../../observability/tracing/tracing.ts';
import type { JobReader } from '../../vod/job-reader.ts';
import type { Archive } from '../archive.ts';
import type { JobCache } from './cache.ts';
import type { LookupObserver } from './observer.ts';

/** What a lookup works with. */
export interface JobLookupOptions<Job extends AnyJob> {
  readonly reader: JobReader<Job>;
  readonly cache: JobCache<Job>;
  readonly archive: Archive<Job>;
  /** To be told of each job that a reading or the archive has shown. */
  readonly feed: { learned(job: Job): void };
  /** How long a lookup may take, from the question to the answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly observer: LookupObserver;
  readonly tracing?: Tracing | undefined;
}
