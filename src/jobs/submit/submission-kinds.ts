import type { AIImageJob, AIJob, AIMediaAuditJob, AnyJob } from '../../domain/job.ts';
import type { Region } from '../../domain/region.ts';
import type {
  AIImageAuditJobSubmission,
  AIImageJobSubmission,
  AIJobSubmission,
  AIMediaAuditJobSubmission,
  Submitted,
  UserError,
} from '../../domain/submission.ts';
import type { JobRecord } from '../../ledger/ledger.ts';
import { submittedAIImageJob } from '../../vod/ai-image-jobs.ts';
import type { SubmitActions } from '../../vod/api.ts';
import type { SendOptions } from '../../vod/send-options.ts';
import { aiImageJobRecords, aiJobRecords, aiMediaAuditJobRecords, type JobRecords } from '../records.ts';
import {
  checkAIImageAuditJobSubmission,
  checkAIImageJobSubmission,
  checkAIJobSubmission,
  checkAIMediaAuditJobSubmission,
} from './checks.ts';

/** A kind of submission: the action that submits a video, and the jobs that it makes. */
export interface SubmissionKind<Input, Job extends AnyJob> {
  readonly action: string;
  readonly records: JobRecords<Job>;
  videoId(input: Input): string;
  /** Returns all mistakes in the input. */
  check(input: Input, region: Region): readonly UserError[];
  /** Calls the action. The jobs carry `submissionId` in their `UserData` if it fits. Rejects with an `RpcError`. */
  send(
    vod: SubmitActions,
    input: Input,
    submissionId: string,
    options: SendOptions,
  ): Promise<Submitted<readonly Job[]>>;
  /** Restores a job of an earlier submission with the same input. */
  restore(record: JobRecord, input: Input, requestId: string | undefined): Job;
}

export const aiJobSubmissions: SubmissionKind<AIJobSubmission, AIJob> = {
  action: 'SubmitAIJob',
  records: aiJobRecords,
  videoId: ({ videoId }) => videoId,
  check: checkAIJobSubmission,
  send: (vod, input, submissionId, options) => vod.submitAIJob(input, submissionId, options),
  restore: (record, _input, requestId) => aiJobRecords.fromRecord(record, requestId),
};

export const aiImageJobSubmissions: SubmissionKind<AIImageJobSubmission, AIImageJob> = {
  action: 'SubmitAIImageJob',
  records: aiImageJobRecords,
  videoId: ({ videoId }) => videoId,
  check: checkAIImageJobSubmission,
  send: (vod, input, submissionId, options) => one(vod.submitAIImageJob(input, submissionId, options)),
  // The record has no template and no user data until the job is read.
  restore: (record, input, requestId) =>
    record.state === undefined
      ? submittedAIImageJob(input, record.id, requestId)
      : aiImageJobRecords.fromRecord(record, requestId),
};

export const aiMediaAuditJobSubmissions: SubmissionKind<AIMediaAuditJobSubmission, AIMediaAuditJob> = {
  action: 'SubmitAIMediaAuditJob',
  records: aiMediaAuditJobRecords,
  videoId: ({ videoId }) => videoId,
  check: checkAIMediaAuditJobSubmission,
  send: (vod, input, submissionId, options) => one(vod.submitAIMediaAuditJob(input, submissionId, options)),
  restore: (record, _input, requestId) => aiMediaAuditJobRecords.fromRecord(record, requestId),
};

/** Its fingerprints differ from those of {@link aiMediaAuditJobSubmissions}, because its input has other fields. */
export const aiImageAuditJobSubmissions: SubmissionKind<AIImageAuditJobSubmission, AIMediaAuditJob> = {
  action: 'SubmitAIImageAuditJob',
  records: aiMediaAuditJobRecords,
  videoId: ({ imageId }) => imageId,
  check: checkAIImageAuditJobSubmission,
  send: (vod, input, _submissionId, options) => one(vod.submitAIImageAuditJob(input, options)),
  restore: (record, _input, requestId) => aiMediaAuditJobRecords.fromRecord(record, requestId),
};

/** The submission of an action that makes one job. */
async function one<Job>(submitted: Promise<Submitted<Job>>): Promise<Submitted<readonly Job[]>> {
  const { made, requestId } = await submitted;
  return { made: [made], requestId };
}
