import { type Decoded, Undecodable } from '../domain/decoded.ts';
import type { AIImageJob, AIJob, AnyJob, JobKind } from '../domain/job.ts';
import type { JobRecord, Submission } from '../ledger/ledger.ts';
import { decodeStoredAIImageJob, submittedAIImageJob } from '../vod/ai-image-jobs.ts';
import { decodeStoredAIJob, submittedAIJob } from '../vod/ai-jobs.ts';

/** How jobs of one kind are written into the ledger, and read out of it again. */
export interface JobRecords<Job extends AnyJob> {
  readonly kind: JobKind;
  /** The record of a job as it is known now; where `submission` is left out, its own time of creation counts. */
  toRecord(job: Job, now: number, submission?: Pick<Submission, 'id' | 'submittedAt'>): JobRecord;
  /** The job as it was last known. */
  fromRecord(record: JobRecord, requestId?: string): Job;
}

export const aiJobRecords: JobRecords<AIJob> = {
  kind: 'AI',
  toRecord: (job, now, submission) => ({
    kind: 'AI',
    type: known(job.type),
    ...common(job, now, submission),
  }),
  fromRecord: (record, requestId) =>
    (record.state === undefined ? undefined : decodeStoredAIJob(record.state)) ??
    submittedAIJob({ id: record.id, videoId: record.videoId, type: record.type, requestId }),
};

export const aiImageJobRecords: JobRecords<AIImageJob> = {
  kind: 'IMAGE',
  toRecord: (job, now, submission) => ({ kind: 'IMAGE', type: undefined, ...common(job, now, submission) }),
  fromRecord: (record, requestId) =>
    (record.state === undefined ? undefined : decodeStoredAIImageJob(record.state)) ??
    submittedAIImageJob(
      record.videoId === undefined ? {} : { videoId: record.videoId },
      record.id,
      requestId,
    ),
};

function common(job: AnyJob, now: number, submission: Pick<Submission, 'id' | 'submittedAt'> | undefined) {
  return {
    id: job.id,
    videoId: job.videoId,
    status: known(job.status),
    state: job.wire && JSON.stringify(job.wire),
    submissionId: submission?.id,
    submittedAt: submission?.submittedAt ?? known(job.createdAt)?.getTime() ?? now,
  };
}

function known<T>(reading: Decoded<T>): T | undefined {
  return reading instanceof Undecodable ? undefined : reading;
}
