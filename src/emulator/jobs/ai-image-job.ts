import { z } from 'zod';
import { parseJson } from '../json.ts';
import { type ImageResult, imageResult, imageTemplateConfig } from '../results/ai-image.ts';
import { isoSeconds, type JobCourse, type JobState, stateAt } from './lifecycle.ts';

/** An image AI job: it picks covers from a video. */
export interface AIImageJob {
  readonly jobId: string;
  readonly videoId: string;
  readonly templateId: string;
  /** The configuration of the template when the job was created, as JSON. `undefined` if the template did not exist. */
  readonly templateConfig?: string | undefined;
  /** Unix ms. */
  readonly createdAt: number;
  readonly speed: number;
  /** The origin of the URLs in the result. */
  readonly mediaOrigin: string;
  /** `UserData` of the submission, unchanged. */
  readonly userData?: string | undefined;
  readonly pipelineId?: string | undefined;
  /** The constant state of a job that was added with one. */
  readonly fixed?: FixedAIImageJobState | undefined;
}

/** A constant state. It is not validated, so it can be one that VOD never returns. */
export interface FixedAIImageJobState extends Pick<JobState, 'status' | 'code' | 'message'> {
  /** `null`: no `AIImageResult`. `undefined`: a successful job has the result of its video. */
  readonly result?: string | null | undefined;
  readonly templateConfig?: string | undefined;
}

/** One entry of `AIImageJobList`, as the GetAIImageJobs documentation describes it. */
export interface ListedAIImageJob {
  readonly JobId: string;
  readonly VideoId: string;
  readonly CreationTime: string;
  readonly TemplateId: string;
  /** JSON. */
  readonly TemplateConfig: string;
  /** JSON, unchanged. */
  readonly UserData: string | undefined;
  readonly Status: string;
  readonly Code: string | undefined;
  readonly Message: string | undefined;
  /** JSON: `[{Score, Url}]`. */
  readonly AIImageResult: string | undefined;
}

const processingMs = 2000;

/** A job as GetAIImageJobs returns it at `now` (Unix ms). */
export function listedAIImageJob(job: AIImageJob, now: number): ListedAIImageJob {
  const state = job.fixed ?? stateOf(job, now);
  const { status, code, message, result } = state;
  const hasOwnResult = result === undefined && status === 'success';
  return {
    JobId: job.jobId,
    VideoId: job.videoId,
    CreationTime: isoSeconds(job.createdAt),
    TemplateId: job.templateId,
    TemplateConfig:
      state.templateConfig ?? job.templateConfig ?? JSON.stringify(imageTemplateConfig(job.templateId)),
    UserData: job.userData,
    Status: status,
    Code: code,
    Message: message,
    AIImageResult: hasOwnResult ? resultOf(job) : (result ?? undefined),
  };
}

const imageResults = z.array(z.object({ Score: z.number(), Url: z.string() }));

/**
 * The images of a job and their time (Unix ms). Empty if the job has not succeeded by `now`, or if it was added with
 * a result that is not a list of images.
 */
export function imagesOf(
  job: AIImageJob,
  now: number,
): { images: readonly ImageResult[]; completedAt: number } {
  const { Status, AIImageResult } = listedAIImageJob(job, now);
  const { completedAt = now } = stateAt(courseOf(job), now);
  const isSuccess = Status.toLowerCase() === 'success';
  return {
    images: (isSuccess && imageResults.safeParse(parseJson(AIImageResult)).data) || [],
    completedAt: job.fixed === undefined ? completedAt : job.createdAt,
  };
}

/** The state without a fixed one. On success, GetAIImageJobs has another code and message than ListAIJob. */
function stateOf(job: AIImageJob, now: number): FixedAIImageJobState {
  const state = stateAt(courseOf(job), now);
  return state.status === 'success' ? { ...state, code: 'Success', message: 'success' } : state;
}

function courseOf(job: AIImageJob): JobCourse {
  return { ...job, mediaId: job.videoId, processingMs };
}

const formats = z.object({ Format: z.enum(['gif', 'png']) });

// A template that was added with a configuration without a valid format gets the format of its id.
function resultOf({ videoId, templateId, templateConfig, mediaOrigin }: AIImageJob): string {
  const format = formats.safeParse(parseJson(templateConfig)).data;
  return JSON.stringify(imageResult(videoId, templateId, mediaOrigin, format));
}
