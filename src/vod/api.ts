import type { AIImageJob, AIJob } from '../domain/job.ts';
import type { AIImageJobSubmission, AIJobSubmission } from '../domain/submission.ts';
import type { RpcClient } from '../rpc/client.ts';
import { getAIImageJobs, submitAIImageJob } from './ai-image-jobs.ts';
import { listAIJobs, submitAIJob } from './ai-jobs.ts';
import type { Answered, Submitted } from './answers.ts';

/** The version of the VOD API that is spoken. */
export const VOD_VERSION = '2017-03-21';

/** The actions of VOD, in the gateway's own terms. Every method rejects with an `RpcError`, and with nothing else. */
export interface VodApi {
  submitAIJob(submission: AIJobSubmission): Promise<Submitted<readonly AIJob[]>>;
  submitAIImageJob(submission: AIImageJobSubmission): Promise<Submitted<AIImageJob>>;
  /** Up to ten jobs in one call, by id; an id that is missing from the map is that of no job. */
  listAIJobs(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Answered<AIJob>>>;
  getAIImageJobs(
    ids: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Answered<AIImageJob>>>;
}

/** The actions over a client of the RPC API. */
export function vodApi(rpc: RpcClient): VodApi {
  return {
    submitAIJob: (submission) => submitAIJob(rpc, submission),
    submitAIImageJob: (submission) => submitAIImageJob(rpc, submission),
    listAIJobs: (ids, signal) => listAIJobs(rpc, ids, signal),
    getAIImageJobs: (ids, signal) => getAIImageJobs(rpc, ids, signal),
  };
}
