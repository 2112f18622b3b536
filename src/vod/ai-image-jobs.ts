import { z } from 'zod';
import { Undecodable } from '../domain/decoded.ts';
import type { AIImage, AIImageJob, AIImageTemplateConfig, JSONValue } from '../domain/job.ts';
import type { AIImageJobSubmission } from '../domain/submission.ts';
import type { CallObserver, RpcClient } from '../rpc/client.ts';
import type { RpcResponse } from '../rpc/response.ts';
import {
  anything,
  numeric,
  optional,
  readFailure,
  readJSON,
  readStatus,
  readText,
  readTime,
} from './fields.ts';
import {
  type Answered,
  assertNothingFound,
  invalidShape,
  type JobReader,
  jobReader,
  jobsById,
  type Submitted,
} from './job-reader.ts';
import { encodeOwnUserData, encodeUserData, type OwnUserData, withoutOwn } from './user-data.ts';

/** SubmitAIImageJob and GetAIImageJobs: covers. */

/** What JSON.parse gives is JSON; to check it again would only overflow the stack where it is deep. */
const json = z.custom<JSONValue>();

const imageTemplateConfig: z.ZodType<AIImageTemplateConfig> = z
  .object({
    Format: optional(z.string()),
    SetDefaultCover: optional(
      z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]),
    ),
  })
  .transform(({ Format, SetDefaultCover }) => ({ format: Format, setDefaultCover: SetDefaultCover }));

const images: z.ZodType<readonly AIImage[]> = z.array(
  z
    .object({ Url: z.string(), Score: optional(numeric) })
    .transform(({ Url, Score }) => ({ url: Url, score: Score })),
);

/** The parameters of SubmitAIImageJob. */
export function encodeAIImageJobSubmission(
  { videoId, templateId, pipelineId, userData }: AIImageJobSubmission,
  own: OwnUserData = {},
): Record<string, string> {
  const marked = encodeOwnUserData(userData, own);
  return {
    VideoId: videoId,
    AITemplateId: templateId,
    ...(pipelineId && { AIPipelineId: pipelineId }),
    ...(marked && { UserData: marked }),
  };
}

const submitAnswer = z.object({ JobId: z.string().min(1) });

/** Submits a video for covers; one job comes back. */
export async function submitAIImageJob(
  rpc: RpcClient,
  submission: AIImageJobSubmission,
  own: OwnUserData = {},
  observer?: CallObserver,
): Promise<Submitted<AIImageJob>> {
  const parameters = encodeAIImageJobSubmission(submission, own);
  const answer = await rpc.call('SubmitAIImageJob', parameters, { kind: 'submit', observer });
  const parsed = submitAnswer.safeParse(answer.body);
  if (!parsed.success) throw invalidShape(answer, parsed.error);
  return {
    requestId: answer.requestId,
    made: submittedAIImageJob(submission, parsed.data.JobId, answer.requestId),
  };
}

/** An image job as far as its submission tells. */
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
    userData: userData ? readJSON('UserData', encodeUserData(userData), json) : undefined,
    submissionId: undefined,
    images: undefined,
    wire: undefined,
  };
}

const getAnswer = z.object({ AIImageJobList: z.array(z.unknown()).nullish() });
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

/** Reads image jobs, up to ten a call. */
export function aiImageJobReader(rpc: RpcClient): JobReader<AIImageJob> {
  return jobReader(rpc, 'GetAIImageJobs', decodeAIImageJobs);
}

function decodeAIImageJobs(
  answer: RpcResponse,
  ids: readonly string[],
): ReadonlyMap<string, Answered<AIImageJob>> {
  const parsed = getAnswer.safeParse(answer.body);
  if (!parsed.success) throw invalidShape(answer, parsed.error);
  const { AIImageJobList } = parsed.data;
  if (!AIImageJobList) assertNothingFound(answer);
  return jobsById(answer, ids, AIImageJobList ?? [], wireAIImageJob, decodeAIImageJob);
}

/** Decodes one job of GetAIImageJobs' answer; a field that cannot be read spoils that field alone. */
export function decodeAIImageJob(
  job: z.infer<typeof wireAIImageJob>,
  requestId: string | undefined,
): AIImageJob {
  const status = readStatus(job.Status);
  const attached = readJSON('UserData', job.UserData, json);
  const { userData, submissionId } =
    attached === undefined || attached instanceof Undecodable
      ? { userData: attached, submissionId: undefined }
      : withoutOwn(attached);
  return {
    origin: 'read',
    requestId,
    id: job.JobId,
    videoId: readText(job.VideoId),
    status,
    createdAt: readTime('CreationTime', job.CreationTime),
    failure: readFailure(status, job.Code, job.Message),
    templateId: readText(job.TemplateId),
    templateConfig: readJSON('TemplateConfig', job.TemplateConfig, imageTemplateConfig),
    userData,
    submissionId,
    images: status === 'SUCCESS' ? readJSON('AIImageResult', job.AIImageResult, images) : undefined,
    wire: job,
  };
}

/** Decodes a job that was kept: its `wire`, as JSON. */
export function keptAIImageJob(wire: string): AIImageJob | undefined {
  const job = wireAIImageJob.safeParse(JSON.parse(wire));
  return job.success ? decodeAIImageJob(job.data, undefined) : undefined;
}
