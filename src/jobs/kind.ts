import type { Clock } from '../clock.ts';
import type { AnyJob } from '../domain/job.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import type { Tracing } from '../observability/tracing/tracing.ts';
import type { JobReader } from '../vod/job-reader.ts';
import { JobArchive } from './archive.ts';
import type { CallTrace } from './call-trace.ts';
import { WatchBudget } from './live/budget.ts';
import { JobFeed } from './live/feed.ts';
import { RemoteChanges } from './live/remote-changes.ts';
import { Watcher } from './live/watcher.ts';
import { JobCache } from './lookup/cache.ts';
import { JobLookup } from './lookup/lookup.ts';
import type { LookupObserver } from './lookup/observer.ts';
import type { JobRecords } from './records.ts';

export interface JobKindOptions<Job extends AnyJob> {
  /** The action that reads the jobs of this kind. */
  readonly reader: JobReader<Job>;
  /** How the ledger stores them. */
  readonly records: JobRecords<Job>;
  readonly ledger: Ledger;
  /** The size of the cache, and how long an unfinished job stays in it. */
  readonly cache: { readonly maxJobs: number; readonly maxBytes: number; readonly freshnessMs: number };
  /** The share of the action's quota that the watcher may use: above 0, up to 1. */
  readonly watchShare: number;
  /** How long a lookup may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly tracing: Tracing | undefined;
  readonly observer: LookupObserver & { watched(jobs: number): void };
}

/** The services for one kind of job. Every request of the process shares them. */
export interface JobKindServices<Job extends AnyJob> {
  readonly lookup: JobLookup<Job>;
  /** Looks up jobs like `JobLookup.load`, but never answers an unfinished job from an earlier reading. */
  load(ids: readonly string[], signal?: AbortSignal): ReturnType<JobLookup<Job>['load']>;
  readonly archive: JobArchive<Job>;
  readonly feed: JobFeed<Job>;
  readonly budget: WatchBudget;
  readonly watcher: Watcher<Job>;
  /** Stops watching and following, and cancels all lookups. What the archive has not written yet is flushed separately. */
  close(): Promise<void>;
}

/**
 * Wires lookup, archive, feed and watcher for one kind of job. They depend on each other in a circle: the feed reads
 * through the lookup, the lookup tells the feed what it read, and the watcher reads for both.
 */
export function createJobKind<Job extends AnyJob>(options: JobKindOptions<Job>): JobKindServices<Job> {
  const { reader, records, ledger, timeoutMs, clock, log, tracing, observer } = options;
  const cache = new JobCache<Job>({ ...options.cache, clock });
  const archive = new JobArchive(ledger, records, clock, log);
  const feed: JobFeed<Job> = new JobFeed({
    clock,
    load: (ids, signal?: AbortSignal, callTrace?: CallTrace) => lookup.load(ids, signal, callTrace),
    onFollowed(job) {
      archive.keep(job);
      watcher.added();
    },
  });
  const lookup = new JobLookup({ reader, cache, archive, feed, timeoutMs, clock, observer, tracing });
  const load = (ids: readonly string[], signal?: AbortSignal) => {
    for (const id of ids) cache.outdate(id);
    return lookup.load(ids, signal);
  };
  const budget = new WatchBudget(clock, () => lookup.rate * options.watchShare);
  const watcher: Watcher<Job> = new Watcher({
    kind: records.kind,
    ledger,
    feed,
    archive,
    load,
    budget,
    timeoutMs,
    clock,
    log,
    observer,
  });
  const remoteChanges = new RemoteChanges({ ledger, records, feed, archive, clock, log });
  return {
    lookup,
    load,
    archive,
    feed,
    budget,
    watcher,
    async close() {
      remoteChanges.close();
      feed.close();
      lookup.close();
      await watcher.close();
    },
  };
}
