import { z } from 'zod';
import type { AIJob, AIJobType } from '../domain/job.ts';
import type { AIJobConfig, AIJobSubmission, Submitted, VideoTagAnalyseType } from '../domain/submission.ts';
import type { RpcClient } from '../rpc/client.ts';
import { InvalidResponseError } from '../rpc/errors.ts';
import type { RpcResponse } from '../rpc/response.ts';
import { decodeDataJob, submittedDataJob, type wireDataJob } from './data-job.ts';
import { anything, decodeText, decodeType } from './fields.ts';
import {
  type JobOrError,
  type JobReader,
  jobReader,
  jobsById,
  MAX_IDS_PER_CALL,
  type ReadAction,
} from './job-reader.ts';
import { assertNothingFound, decodeBody } from './responses.ts';
import { decodeResult } from './result.ts';
import type { SendOptions } from './send-options.ts';
import { encodeMarkedUserData, type GatewayUserData } from './user-data.ts';

/** SubmitAIJob and ListAIJob: smart tags and video DNA. */

const wireTypes: Readonly<Record<AIJobType, string>> = { MEDIA_DNA: 'AIMediaDNA', VIDEO_TAG: 'AIVideoTag' };

const wireAnalyseTypes: Readonly<Record<VideoTagAnalyseType, string>> = {
  FACE: 'Face',
  ASR: 'ASR',
  OCR: 'OCR',
  CATEGORY: 'Category',
  ANNOTATION: 'Annotation',
};

/** The parameters of SubmitAIJob. */
export function encodeAIJobSubmission(
  { videoId, types, config, userData }: AIJobSubmission,
  gatewayUserData: GatewayUserData = {},
): Record<string, string> {
  const markedUserData = encodeMarkedUserData(userData, gatewayUserData);
  return {
    MediaId: videoId,
    ...(types && { Types: [...new Set(types)].map((type) => wireTypes[type]).join(',') }),
    ...(config && { Config: encodeConfig(config) }),
    ...(markedUserData && { UserData: markedUserData }),
  };
}

/** `Config`, in the format of the current document: booleans and lists are strings. */
function encodeConfig({ videoTag, mediaDNA }: AIJobConfig): string {
  const analyseTypes = [...new Set(videoTag?.analyseTypes)].map((type) => wireAnalyseTypes[type]).join(',');
  const origASRData = videoTag?.origASRData;
  return JSON.stringify({
    ...(videoTag && {
      AIVideoTag: {
        ...(analyseTypes && { AnalyseTypes: analyseTypes }),
        ...(typeof origASRData === 'boolean' && { OrigASRData: String(origASRData) }),
      },
    }),
    ...(mediaDNA && { AIMediaDNA: mediaDNA.dnaDBId ? { DNADBId: mediaDNA.dnaDBId } : {} }),
  });
}

const submitResponse = z.object({
  AIJobList: z.object({
    // The older sample also has Status, Code, Data and other keys, all with the placeholder "1". They are ignored.
    AIJob: z.array(z.object({ JobId: z.string().min(1), MediaId: anything, Type: anything })).min(1),
  }),
});

/** Submits a video. The API creates one job per type. */
export async function submitAIJob(
  rpc: RpcClient,
  submission: AIJobSubmission,
  gatewayUserData: GatewayUserData = {},
  options?: SendOptions,
): Promise<Submitted<readonly AIJob[]>> {
  const parameters = encodeAIJobSubmission(submission, gatewayUserData);
  const response = await rpc.call('SubmitAIJob', parameters, { kind: 'submit', ...options });
  const { requestId } = response;
  const made = decodeBody(response, submitResponse).AIJobList.AIJob.map((job) =>
    submittedAIJob({
      id: job.JobId,
      videoId: decodeText(job.MediaId) ?? submission.videoId,
      type: decodeType(job.Type),
      requestId,
    }),
  );
  return { made, requestId };
}

/** An AI job of which only the response to its submission is known. */
export function submittedAIJob(known: Pick<AIJob, 'id' | 'videoId' | 'type' | 'requestId'>): AIJob {
  return { ...known, ...submittedDataJob };
}

const listResponse = z.object({
  AIJobList: z.object({ AIJob: z.array(z.unknown()).nullish() }).nullish(),
  NonExistAIJobIds: z
    .union([z.object({ String: z.union([z.array(z.string()), z.string()]).nullish() }), z.array(z.string())])
    .nullish(),
});

type WireAIJob = z.infer<typeof wireDataJob> & { readonly Type?: unknown };

/**
 * Reads a job that has an id. By hand: a zod schema takes 600 bytes for each job, a tenth of all that a lookup for new ids
 * allocates.
 */
function readWireAIJob(element: unknown): WireAIJob | undefined {
  if (typeof element !== 'object' || element === null) return undefined;
  const { JobId, MediaId, Type, Status, Code, Message, CreationTime, CompleteTime, Data } =
    element as Partial<Record<keyof WireAIJob, unknown>>;
  if (typeof JobId !== 'string' || JobId === '') return undefined;
  return { JobId, MediaId, Type, Status, Code, Message, CreationTime, CompleteTime, Data };
}

export const listAIJob: ReadAction = { action: 'ListAIJob', maxIds: MAX_IDS_PER_CALL };

/** Reads AI jobs with ListAIJob. */
export function aiJobReader(rpc: RpcClient): JobReader<AIJob> {
  return jobReader(rpc, listAIJob, decodeAIJobs);
}

function decodeAIJobs(response: RpcResponse, ids: readonly string[]): ReadonlyMap<string, JobOrError<AIJob>> {
  const { AIJobList, NonExistAIJobIds } = decodeBody(response, listResponse);
  if (!AIJobList && !NonExistAIJobIds) assertNothingFound(response);
  const listed = Array.isArray(NonExistAIJobIds) ? NonExistAIJobIds : NonExistAIJobIds?.String;
  return jobsById({
    response,
    ids,
    elements: AIJobList?.AIJob ?? [],
    read: readWireAIJob,
    decode: decodeAIJob,
    unknownIds: listed === null || listed === undefined ? undefined : unpackIds(response, listed),
  });
}

/**
 * Returns the ids that VOD does not know. ListAIJob's schema says that they are an array. Its samples have a string with a
 * JSON array in it, alone or as the only element of an array.
 */
function unpackIds(response: RpcResponse, listed: string | readonly string[]): readonly string[] {
  if (typeof listed === 'string') return parseIds(response, listed);
  return listed.flatMap((id) => (id.trimStart().startsWith('[') ? parseIds(response, id) : [id]));
}

function parseIds(response: RpcResponse, text: string): readonly string[] {
  if (text.trim() === '') return [];
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    throw new InvalidResponseError('NonExistAIJobIds is not a list of ids', response);
  }
}

/** Decodes one job of ListAIJob. An undecodable field leaves the other fields intact. */
export function decodeAIJob(job: WireAIJob, requestId: string | undefined): AIJob {
  const type = decodeType(job.Type);
  return { ...decodeDataJob(job, requestId, (data) => decodeResult(type, data)), type };
}

/** Decodes a stored job: its `wire` as JSON. */
export function decodeStoredAIJob(wire: string): AIJob | undefined {
  const job = readWireAIJob(JSON.parse(wire));
  return job && decodeAIJob(job, undefined);
}
