import type { Client } from 'urql';
import { submitCovers, submitVideo, submitVideos } from '../gateway/documents.ts';
import { type Problem, problemOf } from '../gateway/problem.ts';
import type { AIJobConfigInput, AIJobType, UserErrorFieldsFragment } from '../generated/graphql.ts';
import { coverJobOf, type Job, jobOf, type Kind } from './job.ts';

/** What a person asked for. */
export interface Request {
  readonly videoIds: readonly string[];
  readonly kinds: readonly Kind[];
  readonly hasTranscript: boolean;
  readonly coverTemplateId: string | undefined;
}

/** A job, and the `RequestId` of the call that created it. */
export interface SubmittedJob {
  readonly job: Job;
  readonly requestId: string | undefined;
}

/** A video that was not accepted, or the whole list without a `videoId`. */
export interface Refusal {
  readonly videoId: string | undefined;
  readonly errors: readonly UserErrorFieldsFragment[];
}

export interface Outcome {
  readonly jobs: readonly SubmittedJob[];
  readonly refusals: readonly Refusal[];
  /** Why the outcome of some videos is not known, or why nothing was sent. */
  readonly problem: Problem | undefined;
}

/** Codes after which the same submission can be sent again under its key. */
const isOpenAfter = new Set(['NOT_SENT', 'SUBMISSION_IN_PROGRESS', 'SUBMISSION_OUTCOME_UNKNOWN']);

/**
 * The idempotency keys by input. The same key never creates a second job, so all keys stay until VOD has
 * accepted the whole request. After a partial failure, the person submits all of it again.
 */
const keys = new Map<string, string>();

function keyOf(input: object): string {
  const text = JSON.stringify(input);
  const key = keys.get(text) ?? crypto.randomUUID();
  keys.set(text, key);
  return key;
}

interface Payload<SubmittedJobs> {
  readonly jobs: SubmittedJobs;
  readonly userErrors: readonly UserErrorFieldsFragment[];
  readonly requestId: string | null;
}

/** Submits all videos. Those that fail do not affect the others. */
export async function submit(client: Client, request: Request): Promise<Outcome> {
  const parts = await Promise.all([submitAnalyses(client, request), submitAllCovers(client, request)]);
  const refusals = Map.groupBy(
    parts.flatMap((part) => part.refusals),
    ({ videoId }) => videoId,
  );
  const problem = parts.find((part) => part.problem)?.problem;
  if (refusals.size === 0 && problem === undefined) keys.clear();
  return {
    jobs: parts.flatMap(({ jobs }) => jobs),
    refusals: [...refusals].map(([videoId, list]) => ({
      videoId,
      errors: list.flatMap(({ errors }) => errors),
    })),
    problem,
  };
}

/** Smart tags and video DNA: one request for all videos. */
async function submitAnalyses(client: Client, { videoIds, kinds, hasTranscript }: Request): Promise<Outcome> {
  const types = kinds.filter((kind): kind is AIJobType => kind !== 'COVERS');
  const collected = new Outcomes();
  if (types.length === 0) return collected;
  const config: AIJobConfigInput | null =
    hasTranscript && types.includes('VIDEO_TAG')
      ? {
          videoTag: {
            analyseTypes: ['FACE', 'ASR', 'OCR', 'CATEGORY', 'ANNOTATION'],
            origASRData: true,
          },
        }
      : null;
  const videos = videoIds.map((videoId) => ({
    videoId,
    idempotencyKey: keyOf({ videoId, types, config }),
  }));
  const take = (videoId: string, payload: Payload<readonly Job[]>) =>
    collected.take({ videoId, types, config }, payload);

  const [only] = videos;
  if (videos.length === 1 && only) {
    const { data, error } = await client.mutation(submitVideo, { input: { ...only, types, config } });
    const payload = data?.submitAIJob;
    if (payload) take(only.videoId, { ...payload, jobs: (payload.jobs ?? []).map(jobOf) });
    if (error) collected.problem = problemOf(error);
    return collected;
  }
  const { data, error } = await client.mutation(submitVideos, { input: { videos, types, config } });
  const payload = data?.submitAIJobs;
  for (const [index, result] of (payload?.results ?? []).entries()) {
    const videoId = videoIds[index];
    if (result && videoId !== undefined) take(videoId, { ...result, jobs: (result.jobs ?? []).map(jobOf) });
  }
  if (payload && payload.userErrors.length > 0) {
    collected.refusals.push({ videoId: undefined, errors: payload.userErrors });
  }
  if (error) collected.problem = problemOf(error);
  return collected;
}

/** Covers: one request for each video, because the API has no other. */
async function submitAllCovers(
  client: Client,
  { videoIds, kinds, coverTemplateId: templateId }: Request,
): Promise<Outcome> {
  const collected = new Outcomes();
  if (!kinds.includes('COVERS') || templateId === undefined) return collected;
  await Promise.all(
    videoIds.map(async (videoId) => {
      const input = { videoId, templateId };
      const { data, error } = await client.mutation(submitCovers, {
        input: { ...input, idempotencyKey: keyOf(input) },
      });
      const payload = data?.submitAIImageJob;
      if (payload) collected.take(input, { ...payload, jobs: payload.job ? [coverJobOf(payload.job)] : [] });
      if (error) collected.problem ??= problemOf(error);
    }),
  );
  return collected;
}

class Outcomes implements Outcome {
  readonly jobs: SubmittedJob[] = [];
  readonly refusals: Refusal[] = [];
  problem: Problem | undefined;

  /** Takes the result of one video. */
  take<Input extends { readonly videoId: string }>(input: Input, payload: Payload<readonly Job[]>): void {
    const { jobs, userErrors, requestId } = payload;
    this.jobs.push(...jobs.map((job) => ({ job, requestId: requestId ?? undefined })));
    if (userErrors.length === 0) return;
    this.refusals.push({ videoId: input.videoId, errors: userErrors });
    // The gateway would return the same rejection under this key.
    if (!userErrors.some(({ code }) => isOpenAfter.has(code))) keys.delete(JSON.stringify(input));
  }
}
