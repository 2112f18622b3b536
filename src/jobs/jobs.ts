import type { Clock } from '../clock.ts';
import type { Region } from '../domain/region.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import type { Tracing } from '../observability/tracing/tracing.ts';
import type { VodApi } from '../vod/api.ts';
import { createJobKind, type JobKindOptions } from './kind.ts';
import { aiImageJobRecords, aiJobRecords } from './records.ts';
import { keepRetention } from './retention.ts';
import { Settler } from './submit/settler.ts';
import { Submissions } from './submit/submissions.ts';

export interface JobsOptions extends Pick<JobKindOptions<never>, 'cache' | 'watchShare' | 'timeoutMs'> {
  readonly vod: VodApi;
  readonly ledger: Ledger;
  readonly region: Region;
  /** The time between two listings that settle an unknown submission, in milliseconds. 0: none is settled. */
  readonly settleDelayMs: number;
  /** The age at which submissions and jobs are deleted, in milliseconds. */
  readonly retentionMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly tracing?: Tracing | undefined;
  /** Creates the observer of the lookup and the watcher of one action. */
  readonly observe: (action: string) => JobKindOptions<never>['observer'];
}

export type Jobs = ReturnType<typeof createJobs>;

/** Creates everything that reads, follows and submits jobs. It watches the unfinished jobs of the ledger from now on. */
export function createJobs(options: JobsOptions) {
  const { vod, ledger, retentionMs, clock, log, observe } = options;
  const aiJobs = createJobKind({
    ...options,
    reader: vod.aiJobs,
    records: aiJobRecords,
    observer: observe(vod.aiJobs.action),
  });
  const aiImageJobs = createJobKind({
    ...options,
    reader: vod.aiImageJobs,
    records: aiImageJobRecords,
    observer: observe(vod.aiImageJobs.action),
  });
  const submissions = new Submissions({
    ...options,
    quota: vod.submitQuota,
    onMade: (kind) => (kind === 'AI' ? aiJobs : aiImageJobs).watcher.added(),
  });
  const settler = new Settler({
    ...options,
    refresh: aiJobs.refresh,
    budget: aiJobs.budget,
    share: options.watchShare,
    delayMs: options.settleDelayMs,
    onMade: () => aiJobs.watcher.added(),
  });
  const stopRetention = keepRetention(ledger, { retentionMs, clock, log });
  return {
    aiJobs,
    aiImageJobs,
    submissions,
    /** Ends all waits for jobs with the states that are known. */
    endWaits() {
      aiJobs.feed.endWaits();
      aiImageJobs.feed.endWaits();
    },
    /** Ends subscriptions, watching and retention, and cancels all lookups. */
    async close() {
      stopRetention();
      await Promise.all([settler.close(), submissions.close(), aiJobs.close(), aiImageJobs.close()]);
    },
    /** Writes what the archives have not written yet. */
    async flush() {
      await Promise.all([aiJobs.archive.flush(), aiImageJobs.archive.flush()]);
    },
  };
}
