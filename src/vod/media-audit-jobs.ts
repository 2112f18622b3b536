import { z } from 'zod';
import type { AIMediaAuditJob } from '../domain/job.ts';
import type {
  AIImageAuditJobSubmission,
  AIMediaAuditJobSubmission,
  Submitted,
} from '../domain/submission.ts';
import type { CallObserver, RpcClient } from '../rpc/client.ts';
import { InvalidResponseError } from '../rpc/errors.ts';
import type { RpcResponse } from '../rpc/response.ts';
import {
  anything,
  decodeFailure,
  decodeJSON,
  decodeStatus,
  decodeText,
  decodeTime,
  rawText,
} from './fields.ts';
import { type JobReader, type ReadAction, singleJobReader } from './job-reader.ts';
import { mediaAuditResult } from './media-audit-result.ts';
import { assertNothingFound, decodeBody, isEmptyObject } from './responses.ts';
import { encodeMarkedUserData, type GatewayUserData } from './user-data.ts';

/** SubmitAIMediaAuditJob, SubmitAIImageAuditJob and GetAIMediaAuditJob: automated review. */

const submitResponse = z.object({ JobId: z.string().min(1), MediaId: anything });

/** Submits a video or an audio file for review. The API creates one job. */
export function submitAIMediaAuditJob(
  rpc: RpcClient,
  { videoId, templateId, resourceType, userData }: AIMediaAuditJobSubmission,
  gatewayUserData: GatewayUserData = {},
  observer?: CallObserver,
): Promise<Submitted<AIMediaAuditJob>> {
  const markedUserData = encodeMarkedUserData(userData, gatewayUserData);
  const parameters = {
    MediaId: videoId,
    ...(templateId && { TemplateId: templateId }),
    ...configuration(resourceType),
    ...(markedUserData && { UserData: markedUserData }),
  };
  return submit(rpc, 'SubmitAIMediaAuditJob', parameters, observer);
}

/** Submits an image for review. The API creates one job. The action takes no `UserData`, so the job has no marker. */
export function submitAIImageAuditJob(
  rpc: RpcClient,
  { imageId, templateId, resourceType }: AIImageAuditJobSubmission,
  observer?: CallObserver,
): Promise<Submitted<AIMediaAuditJob>> {
  const parameters = { MediaId: imageId, TemplateId: templateId, ...configuration(resourceType) };
  return submit(rpc, 'SubmitAIImageAuditJob', parameters, observer);
}

function configuration(resourceType: string | null | undefined) {
  return resourceType ? { MediaAuditConfiguration: JSON.stringify({ ResourceType: resourceType }) } : {};
}

async function submit(
  rpc: RpcClient,
  action: string,
  parameters: { readonly MediaId: string },
  observer: CallObserver | undefined,
): Promise<Submitted<AIMediaAuditJob>> {
  const response = await rpc.call(action, parameters, { kind: 'submit', observer });
  const { requestId } = response;
  const { JobId, MediaId } = decodeBody(response, submitResponse);
  const videoId = decodeText(MediaId) ?? parameters.MediaId;
  return { made: submittedAIMediaAuditJob({ id: JobId, videoId, requestId }), requestId };
}

/** A review job of which only the response to its submission is known. */
export function submittedAIMediaAuditJob(
  known: Pick<AIMediaAuditJob, 'id' | 'videoId' | 'requestId'>,
): AIMediaAuditJob {
  return {
    ...known,
    origin: 'submitted',
    status: 'INIT',
    createdAt: undefined,
    completedAt: undefined,
    failure: undefined,
    data: undefined,
    result: () => undefined,
    wire: undefined,
  };
}

const wireJob = z.object({
  JobId: z.string().min(1),
  MediaId: anything,
  Status: anything,
  Code: anything,
  Message: anything,
  CreationTime: anything,
  CompleteTime: anything,
  Data: anything,
});

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
  const job = decodeBody(response, z.object({ MediaAuditJob: wireJob })).MediaAuditJob;
  if (job.JobId !== id) throw new InvalidResponseError('another job than the requested one', response);
  return decodeJob(job, response.requestId);
}

/** Decodes one job. An undecodable field leaves the other fields intact. */
function decodeJob(job: z.infer<typeof wireJob>, requestId: string | undefined): AIMediaAuditJob {
  const status = decodeStatus(job.Status);
  let result: { readonly value: ReturnType<AIMediaAuditJob['result']> } | undefined;
  return {
    origin: 'read',
    requestId,
    id: job.JobId,
    videoId: decodeText(job.MediaId),
    status,
    createdAt: decodeTime('CreationTime', job.CreationTime),
    completedAt: decodeTime('CompleteTime', job.CompleteTime),
    failure: decodeFailure(status, job.Code, job.Message),
    data: rawText(job.Data),
    result() {
      if (status !== 'SUCCESS') return undefined;
      result ??= { value: decodeJSON('Data', job.Data, mediaAuditResult) };
      return result.value;
    },
    wire: job,
  };
}

/** Decodes a stored job: its `wire` as JSON. */
export function decodeStoredAIMediaAuditJob(wire: string): AIMediaAuditJob | undefined {
  const job = wireJob.safeParse(JSON.parse(wire));
  return job.success ? decodeJob(job.data, undefined) : undefined;
}
