import type { JobKind, JobOf } from '../domain/job.ts';
import type { AIJobSubmission } from '../domain/submission.ts';
import { getAIImageJobs } from '../vod/ai-image-jobs.ts';
import { listAIJob } from '../vod/ai-jobs.ts';
import type { JobReaders } from '../vod/api.ts';
import type { JobReader, ReadAction } from '../vod/job-reader.ts';
import { getAIMediaAuditJob } from '../vod/media-audit-jobs.ts';
import { aiImageJobRecords, aiJobRecords, aiMediaAuditJobRecords, type JobRecords } from './records.ts';

/** What one kind of jobs has of its own. Lookups, the ledger, events and the watcher work the same for all kinds. */
export interface JobKindDescription<Kind extends JobKind> {
  readonly kind: Kind;
  /** The action that reads the jobs. */
  readonly read: ReadAction;
  /** The reader for this action. */
  readonly reader: (vod: JobReaders) => JobReader<JobOf[Kind]>;
  /** Converts the jobs to ledger records and back. */
  readonly records: JobRecords<JobOf[Kind]>;
  /** The types of the events that report the end of a job. Empty: no document names one. */
  readonly eventTypes: readonly string[];
  /**
   * Whether a submission with this input, as JSON, may have created the job. An event with the marker of a submission whose
   * response was lost counts only if it does.
   */
  readonly mayComeFrom: (job: JobOf[Kind], input: string) => boolean;
}

/** All kinds of jobs. `docs/contributing.md` lists what a further kind needs. */
export const kinds: { readonly [Kind in JobKind]: JobKindDescription<Kind> } = {
  AI: {
    kind: 'AI',
    read: listAIJob,
    reader: ({ aiJobs }) => aiJobs,
    records: aiJobRecords,
    // `VideoAIComplete` stands in one English document of SubmitAIJob.
    eventTypes: ['AIVideoTagComplete', 'AIMediaDNAComplete', 'VideoAIComplete'],
    mayComeFrom(job, input) {
      const { types } = JSON.parse(input) as Pick<AIJobSubmission, 'types'>;
      return !types || types.some((type) => type === job.type);
    },
  },
  IMAGE: {
    kind: 'IMAGE',
    read: getAIImageJobs,
    reader: ({ aiImageJobs }) => aiImageJobs,
    records: aiImageJobRecords,
    eventTypes: [],
    mayComeFrom: () => true,
  },
  MEDIA_AUDIT: {
    kind: 'MEDIA_AUDIT',
    read: getAIMediaAuditJob,
    reader: ({ aiMediaAuditJobs }) => aiMediaAuditJobs,
    records: aiMediaAuditJobRecords,
    eventTypes: ['AIMediaAuditComplete'],
    // Each submission creates one job.
    mayComeFrom: () => true,
  },
};
