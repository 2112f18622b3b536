import type { AIImageJob, AIJob } from '../domain/job.ts';
import type { AIImageJobSubmission, AIJobSubmission, Submitted } from '../domain/submission.ts';
import type { RpcClient } from '../rpc/client.ts';
import { aiImageJobReader, submitAIImageJob } from './ai-image-jobs.ts';
import { aiJobReader, submitAIJob } from './ai-jobs.ts';
import { type TemplateActions, templateActions } from './ai-templates.ts';
import { type JobInfoActions, jobInfoActions } from './job-info.ts';
import type { JobReader } from './job-reader.ts';
import type { SendOptions } from './send-options.ts';
import { type VideoActions, videoActions } from './video-results.ts';

/** The version of the VOD API. */
export const VOD_VERSION = '2017-03-21';

/** The actions that create jobs. They reject only with an `RpcError`. */
export interface SubmitActions {
  /** `submissionId` is the submission's id in the ledger. It is stored in the job's `UserData` if it fits. */
  submitAIJob(
    submission: AIJobSubmission,
    submissionId?: string,
    options?: SendOptions,
  ): Promise<Submitted<readonly AIJob[]>>;
  submitAIImageJob(
    submission: AIImageJobSubmission,
    submissionId?: string,
    options?: SendOptions,
  ): Promise<Submitted<AIImageJob>>;
}

/** The actions of VOD, with their parameters and responses as domain types. */
export interface VodApi extends SubmitActions, TemplateActions, VideoActions, JobInfoActions {
  /** The quotas of the submit actions. */
  readonly submitQuota: Pick<RpcClient, 'tryPermit' | 'permit' | 'release' | 'delayMs'>;
  /** ListAIJob. */
  readonly aiJobs: JobReader<AIJob>;
  /** GetAIImageJobs. */
  readonly aiImageJobs: JobReader<AIImageJob>;
}

/** Creates the actions. `callbackUrl` is the URL to which VOD sends an event when a job ends. */
export function vodApi(rpc: RpcClient, callbackUrl?: string): VodApi {
  return {
    submitAIJob: (submission, submissionId, options) =>
      submitAIJob(rpc, submission, { submissionId, callbackUrl }, options),
    submitAIImageJob: (submission, submissionId, options) =>
      submitAIImageJob(rpc, submission, { submissionId, callbackUrl }, options),
    submitQuota: rpc,
    aiJobs: aiJobReader(rpc),
    aiImageJobs: aiImageJobReader(rpc),
    ...templateActions(rpc),
    ...videoActions(rpc),
    ...jobInfoActions(rpc),
  };
}
