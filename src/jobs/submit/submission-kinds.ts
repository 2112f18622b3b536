import type { AIImageJob, AIJob, AnyJob } from '../../domain/job.ts';
import type { Region } from '../../domain/region.ts';
import type { AIImageJobSubmission, AIJobSubmission, Submitted, UserError } from '../../domain/submission.ts';
import type { JobRecord } from '../../ledger/ledger.ts';
import { submittedAIImageJob } from '../../vod/ai-image-jobs.ts';
import type { SubmitActions } from '../../vod/api.ts';
import type { SendOptions } from '../../vod/send-options.ts';
import { aiImageJobRecords, aiJobRecords, type JobRecords } from '../records.ts';
import { checkAIImageJobSubmission, checkAIJobSubmission } from './checks.ts';

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
  async send(vod, input, submissionId, options) {
    const { made, requestId } = await vod.submitAIImageJob(input, submissionId, options);
    return { made: [made], requestId };
  },
  // The record has no template and no user data until the job is read.
  restore: (record, input, requestId) =>
    record.state === undefined
      ? submittedAIImageJob(input, record.id, requestId)
      : aiImageJobRecords.fromRecord(record, requestId),
};
