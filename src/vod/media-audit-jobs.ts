import { z } from 'zod';
import type { AIMediaAuditJob } from '../domain/job.ts';
import type {
  AIImageAuditJobSubmission,
  AIMediaAuditJobSubmission,
  Submitted,
} from '../domain/submission.ts';
import type { RpcClient } from '../rpc/client.ts';
import { InvalidResponseError } from '../rpc/errors.ts';
import type { RpcResponse } from '../rpc/response.ts';
import { decodeDataJob, submittedDataJob, wireDataJob } from './data-job.ts';
import { anything, decodeJSON, decodeText } from './fields.ts';
import { type JobReader, type ReadAction, singleJobReader } from './job-reader.ts';
import { mediaAuditResult } from './media-audit-result.ts';
import { assertNothingFound, decodeBody, isEmptyObject } from './responses.ts';
import type { SendOptions } from './send-options.ts';
import { encodeMarkedUserData, type GatewayUserData } from './user-data.ts';

/** SubmitAIMediaAuditJob, SubmitAIImageAuditJob and GetAIMediaAuditJob: automated review. */

const submitResponse = z.object({ JobId: z.string().min(1), MediaId: anything });

/** Submits a video or an audio file for review. The API creates one job. */
export function submitAIMediaAuditJob(
  rpc: RpcClient,
  { videoId, templateId, resourceType, userData }: AIMediaAuditJobSubmission,
  gatewayUserData: GatewayUserData = {},
  options?: SendOptions,
): Promise<Submitted<AIMediaAuditJob>> {
  const markedUserData = encodeMarkedUserData(userData, gatewayUserData);
  const parameters = {
    MediaId: videoId,
    ...(templateId && { TemplateId: templateId }),
    ...configuration(resourceType),
    ...(markedUserData && { UserData: markedUserData }),
  };
  return submit(rpc, 'SubmitAIMediaAuditJob', parameters, options);
}

/** Submits an image for review. The API creates one job. The action takes no `UserData`, so the job has no marker. */
export function submitAIImageAuditJob(
  rpc: RpcClient,
  { imageId, templateId, resourceType }: AIImageAuditJobSubmission,
  options?: SendOptions,
): Promise<Submitted<AIMediaAuditJob>> {
  const parameters = { MediaId: imageId, TemplateId: templateId, ...configuration(resourceType) };
  return submit(rpc, 'SubmitAIImageAuditJob', parameters, options);
}

function configuration(resourceType: string | null | undefined) {
  return resourceType ? { MediaAuditConfiguration: JSON.stringify({ ResourceType: resourceType }) } : {};
}

async function submit(
  rpc: RpcClient,
  action: string,
  parameters: { readonly MediaId: string },
  options: SendOptions | undefined,
): Promise<Submitted<AIMediaAuditJob>> {
  const response = await rpc.call(action, parameters, { kind: 'submit', ...options });
  const { requestId } = response;
  const { JobId, MediaId } = decodeBody(response, submitResponse);
  const videoId = decodeText(MediaId) ?? parameters.MediaId;
  return { made: submittedAIMediaAuditJob({ id: JobId, videoId, requestId }), requestId };
}

/** A review job of which only the response to its submission is known. */
export function submittedAIMediaAuditJob(
  known: Pick<AIMediaAuditJob, 'id' | 'videoId' | 'requestId'>,
): AIMediaAuditJob {
  return { ...known, ...submittedDataJob };
}

export const getAIMediaAuditJob: ReadAction = { action: 'GetAIMediaAuditJob', maxIds: 1 };

/**
 * Reads review jobs with GetAIMediaAuditJob. No document says what it returns for an unknown id: an error that says "not
 * found", a response without a job, and an empty job all count as no such job.
 */
export function aiMediaAuditJobReader(rpc: RpcClient): JobReader<AIMediaAuditJob> {
  return singleJobReader(rpc, getAIMediaAuditJob, decodeResponse);
}

function decodeResponse(response: RpcResponse, id: string): AIMediaAuditJob | undefined {
  const { MediaAuditJob } = response.body;
  if (MediaAuditJob === undefined || MediaAuditJob === null) {
    if (MediaAuditJob === undefined) assertNothingFound(response);
    return undefined;
  }
  if (isEmptyObject(MediaAuditJob)) return undefined;
  const job = decodeBody(response, z.object({ MediaAuditJob: wireDataJob })).MediaAuditJob;
  if (job.JobId !== id) throw new InvalidResponseError('another job than the requested one', response);
  return decodeJob(job, response.requestId);
}

function decodeJob(job: z.infer<typeof wireDataJob>, requestId: string | undefined): AIMediaAuditJob {
  return decodeDataJob(job, requestId, (data) => decodeJSON('Data', data, mediaAuditResult));
}

/** Decodes a stored job: its `wire` as JSON. */
export function decodeStoredAIMediaAuditJob(wire: string): AIMediaAuditJob | undefined {
  const job = wireDataJob.safeParse(JSON.parse(wire));
  return job.success ? decodeJob(job.data, undefined) : undefined;
}
