import { type AnyJob, type JobKind, jobKinds } from '../domain/job.ts';
import type { Region } from '../domain/region.ts';
import type { VodApi } from '../vod/api.ts';
import { createJobKind, type JobKindOptions, type JobKindServices } from './kind.ts';
import { kinds } from './kinds.ts';
import type { JobLookup } from './lookup/lookup.ts';
import { keepRetention } from './retention.ts';
import { Settler } from './submit/settler.ts';
import { Submissions } from './submit/submissions.ts';

export interface JobsOptions extends JobKindOptions {
  readonly vod: VodApi;
  readonly region: Region;
  /** The time between two listings that settle an unknown submission, in milliseconds. 0: none is settled. */
  readonly settleDelayMs: number;
  /** The age at which submissions and jobs are deleted, in milliseconds. */
  readonly retentionMs: number;
}

/** The services of each kind of jobs. */
export type KindServices = { readonly [Kind in JobKind]: JobKindServices<Kind> };

export type Jobs = ReturnType<typeof createJobs>;

/** Creates everything that reads, follows and submits jobs. It watches the unfinished jobs of the ledger from now on. */
export function createJobs(options: JobsOptions) {
  const { vod, ledger, retentionMs, clock, log } = options;
  const services: KindServices = {
    AI: createJobKind(kinds.AI, options),
    IMAGE: createJobKind(kinds.IMAGE, options),
    MEDIA_AUDIT: createJobKind(kinds.MEDIA_AUDIT, options),
  };
  const all = jobKinds.map((kind) => services[kind]);
  const onMade = (kind: JobKind) => services[kind].watcher.added();
  const submissions = new Submissions({ ...options, quota: vod.submitQuota, onMade });
  const settler = new Settler({
    ...options,
    refresh: services.AI.refresh,
    budget: services.AI.budget,
    share: options.watchShare,
    delayMs: options.settleDelayMs,
    onMade: () => onMade('AI'),
  });
  const stopRetention = keepRetention(ledger, { retentionMs, clock, log });
  return {
    kinds: services,
    submissions,
    /** The lookups of all kinds, for metrics. */
    lookups: all.map(({ lookup }): Pick<JobLookup<AnyJob>, 'action' | 'queued' | 'rate'> => lookup),
    /** The number of subscriptions. */
    get subscriptions(): number {
      return all.reduce((sum, { feed }) => sum + feed.size, 0);
    },
    /** Ends all waits for jobs with the states that are known. */
    endWaits() {
      for (const { feed } of all) feed.endWaits();
    },
    /** Ends subscriptions, watching and retention, and cancels all lookups. */
    async close() {
      stopRetention();
      await Promise.all([settler.close(), submissions.close(), ...all.map((kind) => kind.close())]);
    },
    /** Writes what the archives have not written yet. */
    async flush() {
      await Promise.all(all.map(({ archive }) => archive.flush()));
    },
  };
}
