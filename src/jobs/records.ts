import { type Decoded, Undecodable } from '../domain/decoded.ts';
import type { AIImageJob, AIJob, AIJobType, AIMediaAuditJob, AnyJob, JobKind } from '../domain/job.ts';
import type { JobEntry, JobRecord, Submission } from '../ledger/ledger.ts';
import { decodeStoredAIImageJob, submittedAIImageJob } from '../vod/ai-image-jobs.ts';
import { decodeStoredAIJob, submittedAIJob } from '../vod/ai-jobs.ts';
import { decodeStoredAIMediaAuditJob, submittedAIMediaAuditJob } from '../vod/media-audit-jobs.ts';

/** Converts the jobs of one kind to ledger records and back. */
export interface JobRecords<Job extends AnyJob> {
  readonly kind: JobKind;
  /** The entry of a job in lists. The parameters are those of {@link toRecord}. */
  toEntry(job: Job, now: number, submission?: Pick<Submission, 'id' | 'submittedAt'>): JobEntry;
  /**
   * The record of a job's present state.
   *
   * @param now Unix milliseconds: the time of the record if neither `submission` nor the job has one
   */
  toRecord(job: Job, now: number, submission?: Pick<Submission, 'id' | 'submittedAt'>): JobRecord;
  /** The job in its last known state. `requestId` is that of the submission. */
  fromRecord(record: JobRecord, requestId?: string): Job;
}

export const aiJobRecords = jobRecords<AIJob>({
  kind: 'AI',
  type: ({ type }) => decodedOrUndefined(type),
  decode: decodeStoredAIJob,
  submitted: ({ id, videoId, type }, requestId) => submittedAIJob({ id, videoId, type, requestId }),
});

export const aiImageJobRecords = jobRecords<AIImageJob>({
  kind: 'IMAGE',
  decode: decodeStoredAIImageJob,
  submitted: ({ id, videoId }, requestId) =>
    submittedAIImageJob(videoId === undefined ? {} : { videoId }, id, requestId),
});

export const aiMediaAuditJobRecords = jobRecords<AIMediaAuditJob>({
  kind: 'MEDIA_AUDIT',
  decode: decodeStoredAIMediaAuditJob,
  submitted: ({ id, videoId }, requestId) => submittedAIMediaAuditJob({ id, videoId, requestId }),
});

interface JobRecordsOptions<Job extends AnyJob> {
  readonly kind: JobKind;
  readonly type?: (job: Job) => AIJobType | undefined;
  /** Decodes a stored job. `undefined` if it lacks its id. */
  readonly decode: (wire: string) => Job | undefined;
  /** The job of a record without a state. */
  readonly submitted: (record: JobRecord, requestId: string | undefined) => Job;
}

function jobRecords<Job extends AnyJob>(options: JobRecordsOptions<Job>): JobRecords<Job> {
  const { kind, type, decode, submitted } = options;
  const toEntry: JobRecords<Job>['toEntry'] = (job, now, submission) => ({
    kind,
    id: job.id,
    videoId: job.videoId,
    type: type?.(job),
    status: decodedOrUndefined(job.status),
    submissionId: submission?.id,
    submittedAt: submission?.submittedAt ?? decodedOrUndefined(job.createdAt)?.getTime() ?? now,
  });
  return {
    kind,
    toEntry,
    toRecord: (job, now, submission) => ({
      ...toEntry(job, now, submission),
      state: job.wire && JSON.stringify(job.wire),
    }),
    fromRecord: (record, requestId) =>
      (record.state === undefined ? undefined : decode(record.state)) ?? submitted(record, requestId),
  };
}

function decodedOrUndefined<T>(value: Decoded<T>): T | undefined {
  return value instanceof Undecodable ? undefined : value;
}
