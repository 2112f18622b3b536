import type { Clock } from '../clock.ts';
import type { AnyJob } from '../domain/job.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import type { Tracing } from '../observability/tracing/tracing.ts';
import type { JobReader } from '../vod/job-reader.ts';
import { JobArchive } from './archive.ts';
import { WatchBudget } from './live/budget.ts';
import { JobFeed } from './live/feed.ts';
import { RemoteChanges } from './live/remote-changes.ts';
import { Watcher } from './live/watcher.ts';
import { JobCache } from './lookup/cache.ts';
import { JobLookup, type LookupObserver } from './lookup/lookup.ts';
import type { JobRecords } from './records.ts';

export interface JobKindOptions<Job extends AnyJob> {
  /** The action that reads the jobs of this kind. */
  readonly reader: JobReader<Job>;
  /** Converts the jobs to ledger records and back. */
  readonly records: JobRecords<Job>;
  readonly ledger: Ledger;
  /** The limits of the cache, and how long it keeps an unfinished job, in milliseconds. */
  readonly cache: { readonly maxJobs: number; readonly maxBytes: number; readonly freshnessMs: number };
  /** The share of the action's quota for calls that no client requested: above 0, at most 1. */
  readonly watchShare: number;
  /** The timeout of a lookup, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly tracing?: Tracing | undefined;
  readonly observer: LookupObserver & { watched(jobs: number): void };
  /** Called with the number of submitted jobs that the watcher found finished. */
  readonly onFinished?: ((submittedJobs: number) => void) | undefined;
}

/**
 * Creates the services for one kind of job. All requests of the process share them. They depend on each other in a
 * circle: the feed reads present states through the lookup, the lookup publishes in the feed, and the watcher reads the
 * jobs that the feed adds.
 */
export function createJobKind<Job extends AnyJob>(options: JobKindOptions<Job>) {
  const { reader, records, ledger, timeoutMs, clock, log, tracing, observer } = options;
  const cache = new JobCache<Job>({ ...options.cache, clock });
  const archive = new JobArchive({ ledger, records, clock, log });
  const feed: JobFeed<Job> = new JobFeed({
    clock,
    load: (...request) => lookup.load(...request),
    onFollowed(job) {
      archive.add(job);
      watcher.added();
    },
  });
  const lookup = new JobLookup({ reader, cache, archive, feed, timeoutMs, clock, observer, tracing });
  const refresh: JobLookup<Job>['load'] = (ids, requester) => {
    for (const id of ids) cache.dropUnfinished(id);
    return lookup.load(ids, requester);
  };
  const budget = new WatchBudget({ clock, callsPerSecond: () => lookup.rate * options.watchShare });
  const watcher: Watcher<Job> = new Watcher({
    kind: records.kind,
    ledger,
    feed,
    archive,
    refresh,
    budget,
    timeoutMs,
    clock,
    log,
    observer,
    onFinished: options.onFinished,
  });
  const remoteChanges = new RemoteChanges({ ledger, records, feed, archive, clock, log });
  return {
    lookup,
    /** Looks up jobs like `lookup.load`, but reads unfinished jobs again instead of using the cache. */
    refresh,
    archive,
    feed,
    budget,
    watcher,
    /** Ends subscriptions and watching, and cancels all lookups. Flush the archive after it. */
    async close() {
      remoteChanges.close();
      feed.close();
      lookup.close();
      await watcher.close();
    },
  };
}
