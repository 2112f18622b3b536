import { z } from 'zod';
import { Undecodable } from '../domain/decoded.ts';
import type { AIImage, AIImageJob, JSONValue } from '../domain/job.ts';
import type { AIImageJobSubmission, Submitted } from '../domain/submission.ts';
import type { RpcClient } from '../rpc/client.ts';
import type { RpcResponse } from '../rpc/response.ts';
import { imageTemplateConfig } from './ai-template-config.ts';
import {
  anything,
  decodeFailure,
  decodeJSON,
  decodeStatus,
  decodeText,
  decodeTime,
  numeric,
  optional,
} from './fields.ts';
import {
  type JobOrError,
  type JobReader,
  jobReader,
  jobsById,
  MAX_IDS_PER_CALL,
  type ReadAction,
} from './job-reader.ts';
import { assertNothingFound, decodeBody } from './responses.ts';
import type { SendOptions } from './send-options.ts';
import { encodeMarkedUserData, encodeUserData, type GatewayUserData, splitUserData } from './user-data.ts';

/** SubmitAIImageJob and GetAIImageJobs: covers. */

/** Any JSON, unchecked: it comes from JSON.parse, and a recursive schema would overflow the stack on deep JSON. */
const json = z.custom<JSONValue>();

const images: z.ZodType<readonly AIImage[]> = z.array(
  z
    .object({ Url: z.string(), Score: optional(numeric) })
    .transform(({ Url, Score }) => ({ url: Url, score: Score })),
);

/** The parameters of SubmitAIImageJob. */
export function encodeAIImageJobSubmission(
  { videoId, templateId, pipelineId, userData }: AIImageJobSubmission,
  gatewayUserData: GatewayUserData = {},
): Record<string, string> {
  const markedUserData = encodeMarkedUserData(userData, gatewayUserData);
  return {
    VideoId: videoId,
    AITemplateId: templateId,
    ...(pipelineId && { AIPipelineId: pipelineId }),
    ...(markedUserData && { UserData: markedUserData }),
  };
}

const submitResponse = z.object({ JobId: z.string().min(1) });

/** Submits a video. The API creates one job. */
export async function submitAIImageJob(
  rpc: RpcClient,
  submission: AIImageJobSubmission,
  gatewayUserData: GatewayUserData = {},
  options?: SendOptions,
): Promise<Submitted<AIImageJob>> {
  const parameters = encodeAIImageJobSubmission(submission, gatewayUserData);
  const response = await rpc.call('SubmitAIImageJob', parameters, { kind: 'submit', ...options });
  const { requestId } = response;
  const { JobId } = decodeBody(response, submitResponse);
  return { made: submittedAIImageJob(submission, JobId, requestId), requestId };
}

/** An image job of which only its submission and the response to it are known. */
export function submittedAIImageJob(
  { videoId, templateId, userData }: Partial<AIImageJobSubmission>,
  id: string,
  requestId: string | undefined,
): AIImageJob {
  return {
    origin: 'submitted',
    id,
    videoId,
    status: 'INIT',
    requestId,
    createdAt: undefined,
    failure: undefined,
    templateId,
    templateConfig: undefined,
    userData: userData ? decodeJSON('UserData', encodeUserData(userData), json) : undefined,
    submissionId: undefined,
    images: undefined,
    wire: undefined,
  };
}

const getResponse = z.object({ AIImageJobList: z.array(z.unknown()).nullish() });
const wireAIImageJob = z.object({
  JobId: z.string().min(1),
  VideoId: anything,
  Status: anything,
  Code: anything,
  Message: anything,
  CreationTime: anything,
  TemplateId: anything,
  TemplateConfig: anything,
  UserData: anything,
  AIImageResult: anything,
});

export const getAIImageJobs: ReadAction = { action: 'GetAIImageJobs', maxIds: MAX_IDS_PER_CALL };

/** Reads image jobs with GetAIImageJobs. */
export function aiImageJobReader(rpc: RpcClient): JobReader<AIImageJob> {
  return jobReader(rpc, getAIImageJobs, decodeAIImageJobs);
}

function decodeAIImageJobs(
  response: RpcResponse,
  ids: readonly string[],
): ReadonlyMap<string, JobOrError<AIImageJob>> {
  const { AIImageJobList } = decodeBody(response, getResponse);
  if (!AIImageJobList) assertNothingFound(response);
  const elements = AIImageJobList ?? [];
  const read = (element: unknown) => wireAIImageJob.safeParse(element).data;
  return jobsById({ response, ids, elements, read, decode: decodeAIImageJob });
}

/** Decodes one job of GetAIImageJobs. An undecodable field leaves the other fields intact. */
function decodeAIImageJob(job: z.infer<typeof wireAIImageJob>, requestId: string | undefined): AIImageJob {
  const status = decodeStatus(job.Status);
  const wireUserData = decodeJSON('UserData', job.UserData, json);
  const { userData, submissionId } =
    wireUserData === undefined || wireUserData instanceof Undecodable
      ? { userData: wireUserData, submissionId: undefined }
      : splitUserData(wireUserData);
  return {
    origin: 'read',
    requestId,
    id: job.JobId,
    videoId: decodeText(job.VideoId),
    status,
    createdAt: decodeTime('CreationTime', job.CreationTime),
    failure: decodeFailure(status, job.Code, job.Message),
    templateId: decodeText(job.TemplateId),
    templateConfig: decodeJSON('TemplateConfig', job.TemplateConfig, imageTemplateConfig),
    userData,
    submissionId,
    images: status === 'SUCCESS' ? decodeJSON('AIImageResult', job.AIImageResult, images) : undefined,
    wire: job,
  };
}

/** Decodes a stored job: its `wire` as JSON. */
export function decodeStoredAIImageJob(wire: string): AIImageJob | undefined {
  const job = wireAIImageJob.safeParse(JSON.parse(wire));
  return job.success ? decodeAIImageJob(job.data, undefined) : undefined;
}
