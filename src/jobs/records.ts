import { type Decoded, Undecodable } from '../domain/decoded.ts';
import type { AIImageJob, AIJob, AnyJob, JobKind } from '../domain/job.ts';
import type { JobRecord, Submission } from '../ledger/ledger.ts';
import { decodeStoredAIImageJob, submittedAIImageJob } from '../vod/ai-image-jobs.ts';
import { decodeStoredAIJob, submittedAIJob } from '../vod/ai-jobs.ts';

/** Converts the jobs of one kind to ledger records and back. */
export interface JobRecords<Job extends AnyJob> {
  readonly kind: JobKind;
  /**
   * The record of a job's present state.
   *
   * @param now Unix milliseconds: the time of the record if neither `submission` nor the job has one
   */
  toRecord(job: Job, now: number, submission?: Pick<Submission, 'id' | 'submittedAt'>): JobRecord;
  /** The job in its last known state. `requestId` is that of the submission. */
  fromRecord(record: JobRecord, requestId?: string): Job;
}

export const aiJobRecords: JobRecords<AIJob> = {
  kind: 'AI',
  toRecord: (job, now, submission) => ({
    kind: 'AI',
    type: decodedOrUndefined(job.type),
    ...commonFields(job, now, submission),
  }),
  fromRecord: ({ id, videoId, type, state }, requestId) =>
    (state === undefined ? undefined : decodeStoredAIJob(state)) ??
    submittedAIJob({ id, videoId, type, requestId }),
};

export const aiImageJobRecords: JobRecords<AIImageJob> = {
  kind: 'IMAGE',
  toRecord: (job, now, submission) => ({
    kind: 'IMAGE',
    type: undefined,
    ...commonFields(job, now, submission),
  }),
  fromRecord: ({ id, videoId, state }, requestId) =>
    (state === undefined ? undefined : decodeStoredAIImageJob(state)) ??
    submittedAIImageJob(videoId === undefined ? {} : { videoId }, id, requestId),
};

function commonFields(
  job: AnyJob,
  now: number,
  submission: Pick<Submission, 'id' | 'submittedAt'> | undefined,
) {
  return {
    id: job.id,
    videoId: job.videoId,
    status: decodedOrUndefined(job.status),
    state: job.wire && JSON.stringify(job.wire),
    submissionId: submission?.id,
    submittedAt: submission?.submittedAt ?? decodedOrUndefined(job.createdAt)?.getTime() ?? now,
  };
}

function decodedOrUndefined<T>(value: Decoded<T>): T | undefined {
  return value instanceof Undecodable ? undefined : value;
}
