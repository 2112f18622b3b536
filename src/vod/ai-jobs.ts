import { z } from 'zod';
import type { AIJob, AIJobType } from '../domain/job.ts';
import type { AIJobConfig, AIJobSubmission, VideoTagAnalyseType } from '../domain/submission.ts';
import type { CallObserver, RpcClient } from '../rpc/client.ts';
import { InvalidResponseError } from '../rpc/errors.ts';
import type { RpcResponse } from '../rpc/response.ts';
import { anything, readFailure, readStatus, readText, readTime, readType } from './fields.ts';
import {
  type Answered,
  assertNothingFound,
  invalidShape,
  type JobReader,
  jobReader,
  jobsById,
  type Submitted,
} from './job-reader.ts';
import { readResult } from './result.ts';
import { encodeOwnUserData, type OwnUserData } from './user-data.ts';

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
  { mediaId, types, config, userData }: AIJobSubmission,
  own: OwnUserData = {},
): Record<string, string> {
  const marked = encodeOwnUserData(userData, own);
  return {
    MediaId: mediaId,
    ...(types && { Types: [...new Set(types)].map((type) => wireTypes[type]).join(',') }),
    ...(config && { Config: encodeConfig(config) }),
    ...(marked && { UserData: marked }),
  };
}

/** `Config`, in the form of the current document: its booleans and lists are strings. */
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

const submitAnswer = z.object({
  AIJobList: z.object({
    // The older sample also has Status, Code, Data and more here, all the placeholder "1": not read.
    AIJob: z.array(z.object({ JobId: z.string().min(1), MediaId: anything, Type: anything })).min(1),
  }),
});

/** Submits a video; one job for each type comes back. */
export async function submitAIJob(
  rpc: RpcClient,
  submission: AIJobSubmission,
  own: OwnUserData = {},
  observer?: CallObserver,
): Promise<Submitted<readonly AIJob[]>> {
  const parameters = encodeAIJobSubmission(submission, own);
  const answer = await rpc.call('SubmitAIJob', parameters, { kind: 'submit', observer });
  const parsed = submitAnswer.safeParse(answer.body);
  if (!parsed.success) throw invalidShape(answer, parsed.error);
  return {
    requestId: answer.requestId,
    made: parsed.data.AIJobList.AIJob.map((job) =>
      submittedAIJob({
        id: job.JobId,
        videoId: readText(job.MediaId) ?? submission.mediaId,
        type: readType(job.Type),
        requestId: answer.requestId,
      }),
    ),
  };
}

/** An AI job as far as its submission tells. */
export function submittedAIJob(known: Pick<AIJob, 'id' | 'videoId' | 'type' | 'requestId'>): AIJob {
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

const listAnswer = z.object({
  AIJobList: z.object({ AIJob: z.array(z.unknown()).nullish() }).nullish(),
  NonExistAIJobIds: z
    .union([z.object({ String: z.union([z.array(z.string()), z.string()]).nullish() }), z.array(z.string())])
    .nullish(),
});

const wireAIJob = z.object({
  JobId: z.string().min(1),
  MediaId: anything,
  Type: anything,
  Status: anything,
  Code: anything,
  Message: anything,
  CreationTime: anything,
  CompleteTime: anything,
  Data: anything,
});

/** Reads AI jobs, up to ten a call. */
export function aiJobReader(rpc: RpcClient): JobReader<AIJob> {
  return jobReader(rpc, 'ListAIJob', decodeAIJobs);
}

function decodeAIJobs(answer: RpcResponse, ids: readonly string[]): ReadonlyMap<string, Answered<AIJob>> {
  const parsed = listAnswer.safeParse(answer.body);
  if (!parsed.success) throw invalidShape(answer, parsed.error);
  const { AIJobList, NonExistAIJobIds } = parsed.data;
  if (!AIJobList && !NonExistAIJobIds) assertNothingFound(answer);
  const unknown = Array.isArray(NonExistAIJobIds) ? NonExistAIJobIds : NonExistAIJobIds?.String;
  const unknownIds = typeof unknown === 'string' ? idsInString(answer, unknown) : unknown;
  return jobsById(answer, ids, AIJobList?.AIJob ?? [], wireAIJob, decodeAIJob, unknownIds ?? undefined);
}

/** ListAIJob's own sample shows the list of unknown ids as a string that holds a JSON array. */
function idsInString(answer: RpcResponse, text: string): readonly string[] {
  if (text.trim() === '') return [];
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    throw new InvalidResponseError('NonExistAIJobIds is not a list of ids', answer);
  }
}

/** Decodes one job of ListAIJob's answer; a field that cannot be read spoils that field alone. */
export function decodeAIJob(job: z.infer<typeof wireAIJob>, requestId: string | undefined): AIJob {
  const type = readType(job.Type);
  const status = readStatus(job.Status);
  const data = job.Data;
  let result: { readonly value: ReturnType<AIJob['result']> } | undefined;
  return {
    origin: 'read',
    requestId,
    id: job.JobId,
    videoId: readText(job.MediaId),
    type,
    status,
    createdAt: readTime('CreationTime', job.CreationTime),
    completedAt: readTime('CompleteTime', job.CompleteTime),
    failure: readFailure(status, job.Code, job.Message),
    data: rawText(data),
    result() {
      if (status !== 'SUCCESS') return undefined;
      result ??= { value: readResult(type, data) };
      return result.value;
    },
    wire: job,
  };
}

/** Decodes a job that was kept: its `wire`, as JSON. */
export function keptAIJob(wire: string): AIJob | undefined {
  const job = wireAIJob.safeParse(JSON.parse(wire));
  return job.success ? decodeAIJob(job.data, undefined) : undefined;
}

function rawText(data: unknown): string | undefined {
  if (data === undefined || data === null) return undefined;
  return typeof data === 'string' ? data : JSON.stringify(data);
}
