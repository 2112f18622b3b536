import type { Clock } from '../clock.ts';
import type { JobKind, JobOf } from '../domain/job.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import type { Tracing } from '../observability/tracing/tracing.ts';
import type { JobReaders } from '../vod/api.ts';
import { JobArchive } from './archive.ts';
import type { JobKindDescription } from './kinds.ts';
import { WatchBudget } from './live/budget.ts';
import { JobFeed } from './live/feed.ts';
import { RemoteChanges } from './live/remote-changes.ts';
import { Watcher } from './live/watcher.ts';
import { JobCache } from './lookup/cache.ts';
import { JobLookup, type LookupObserver } from './lookup/lookup.ts';

export interface JobKindOptions {
  readonly vod: JobReaders;
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
  /** Called with the number of submitted jobs that polling, not an event, found finished, for kinds that have events. */
  readonly onFinishedByPolling?: ((submittedJobs: number) => void) | undefined;
  /** Creates the observer of the lookup and the watcher of one action. */
  readonly observe: (action: string) => LookupObserver & { watched(jobs: number): void };
}

/**
 * Creates the services for one kind of job. All requests of the process share them. They depend on each other in a
 * circle: the feed reads present states through the lookup, the lookup publishes in the feed, and the watcher reads the
 * jobs that the feed adds.
 */
export function createJobKind<Kind extends JobKind>(
  description: JobKindDescription<Kind>,
  options: JobKindOptions,
) {
  type Job = JobOf[Kind];
  const { ledger, timeoutMs, clock, log, tracing } = options;
  const { records } = description;
  const reader = description.reader(options.vod);
  const { maxIds } = reader;
  const observer = options.observe(reader.action);
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
    maxIds,
    ledger,
    feed,
    archive,
    refresh,
    budget,
    timeoutMs,
    clock,
    log,
    observer,
    // Without events, polling finds all jobs.
    onFinished: description.eventTypes.length > 0 ? options.onFinishedByPolling : undefined,
  });
  const remoteChanges = new RemoteChanges({ ledger, records, feed, archive, clock, log });
  return {
    description,
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

export type JobKindServices<Kind extends JobKind> = ReturnType<typeof createJobKind<Kind>>;
