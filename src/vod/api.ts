import type { AIImageJob, AIJob } from '../domain/job.ts';
import type { AIImageJobSubmission, AIJobSubmission } from '../domain/submission.ts';
import type { CallObserver, RpcClient } from '../rpc/client.ts';
import { aiImageJobReader, submitAIImageJob } from './ai-image-jobs.ts';
import { aiJobReader, submitAIJob } from './ai-jobs.ts';
import { type TemplateActions, templateActions } from './ai-templates.ts';
import type { JobReader, Submitted } from './job-reader.ts';
import { type VideoActions, videoActions } from './video-results.ts';

/** The version of the VOD API that is spoken. */
export const VOD_VERSION = '2017-03-21';

/** The actions that make jobs. They reject with an `RpcError`, and with nothing else. */
export interface SubmitActions {
  /** The job carries the submission's id in the ledger in its `UserData`, where there is room. */
  submitAIJob(
    submission: AIJobSubmission,
    submissionId?: string,
    observer?: CallObserver,
  ): Promise<Submitted<readonly AIJob[]>>;
  submitAIImageJob(
    submission: AIImageJobSubmission,
    submissionId?: string,
    observer?: CallObserver,
  ): Promise<Submitted<AIImageJob>>;
}

/** The actions of VOD, in the gateway's own terms. */
export interface VodApi extends SubmitActions, TemplateActions, VideoActions {
  /** ListAIJob. */
  readonly aiJobs: JobReader<AIJob>;
  /** GetAIImageJobs. */
  readonly aiImageJobs: JobReader<AIImageJob>;
}

/** The actions over a client of the RPC API; `callbackUrl` is where VOD tells that a job has ended. */
export function vodApi(rpc: RpcClient, callbackUrl?: string): VodApi {
  return {
    submitAIJob: (submission, submissionId, observer) =>
      submitAIJob(rpc, submission, { submissionId, callbackUrl }, observer),
    submitAIImageJob: (submission, submissionId, observer) =>
      submitAIImageJob(rpc, submission, { submissionId, callbackUrl }, observer),
    aiJobs: aiJobReader(rpc),
    aiImageJobs: aiImageJobReader(rpc),
    ...templateActions(rpc),
    ...videoActions(rpc),
  };
}
