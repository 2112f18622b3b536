import type { AIImageJob, AIJob, AIMediaAuditJob } from '../domain/job.ts';
import type {
  AIImageAuditJobSubmission,
  AIImageJobSubmission,
  AIJobSubmission,
  AIMediaAuditJobSubmission,
  Submitted,
} from '../domain/submission.ts';
import type { RpcClient } from '../rpc/client.ts';
import { aiImageJobReader, submitAIImageJob } from './ai-image-jobs.ts';
import { aiJobReader, submitAIJob } from './ai-jobs.ts';
import { type TemplateActions, templateActions } from './ai-templates.ts';
import { type JobInfoActions, jobInfoActions } from './job-info.ts';
import type { JobReader } from './job-reader.ts';
import { type MediaAuditActions, mediaAuditActions } from './media-audit-actions.ts';
import { aiMediaAuditJobReader, submitAIImageAuditJob, submitAIMediaAuditJob } from './media-audit-jobs.ts';
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
  submitAIMediaAuditJob(
    submission: AIMediaAuditJobSubmission,
    submissionId?: string,
    options?: SendOptions,
  ): Promise<Submitted<AIMediaAuditJob>>;
  /** Its job carries no id of a submission, because the action takes no `UserData`. */
  submitAIImageAuditJob(
    submission: AIImageAuditJobSubmission,
    options?: SendOptions,
  ): Promise<Submitted<AIMediaAuditJob>>;
}

/** The actions that read jobs by their ids. */
export interface JobReaders {
  /** ListAIJob. */
  readonly aiJobs: JobReader<AIJob>;
  /** GetAIImageJobs. */
  readonly aiImageJobs: JobReader<AIImageJob>;
  /** GetAIMediaAuditJob. */
  readonly aiMediaAuditJobs: JobReader<AIMediaAuditJob>;
}

/** The actions of VOD, with their parameters and responses as domain types. */
export interface VodApi
  extends SubmitActions,
    JobReaders,
    TemplateActions,
    VideoActions,
    MediaAuditActions,
    JobInfoActions {
  /** The quotas of the submit actions. */
  readonly submitQuota: Pick<RpcClient, 'tryPermit' | 'permit' | 'release' | 'delayMs'>;
}

/** Creates the actions. `callbackUrl` is the URL to which VOD sends an event when a job ends. */
export function vodApi(rpc: RpcClient, callbackUrl?: string): VodApi {
  return {
    submitAIJob: (submission, submissionId, options) =>
      submitAIJob(rpc, submission, { submissionId, callbackUrl }, options),
    submitAIImageJob: (submission, submissionId, options) =>
      submitAIImageJob(rpc, submission, { submissionId, callbackUrl }, options),
    submitAIMediaAuditJob: (submission, submissionId, options) =>
      submitAIMediaAuditJob(rpc, submission, { submissionId, callbackUrl }, options),
    submitAIImageAuditJob: (submission, options) => submitAIImageAuditJob(rpc, submission, options),
    submitQuota: rpc,
    aiJobs: aiJobReader(rpc),
    aiImageJobs: aiImageJobReader(rpc),
    aiMediaAuditJobs: aiMediaAuditJobReader(rpc),
    ...templateActions(rpc),
    ...videoActions(rpc),
    ...mediaAuditActions(rpc),
    ...jobInfoActions(rpc),
  };
}
