import { z } from 'zod';
import { type ImageResult, imageResult, imageTemplateConfig } from '../results/ai-image.ts';
import { failureOf } from './failure.ts';
import { isoSeconds, type JobCourse, phaseAt, statusText } from './lifecycle.ts';

/** An image AI job: covers picked from a video. */
export interface AIImageJob {
  readonly jobId: string;
  readonly videoId: string;
  readonly templateId: string;
  /** JSON: what its template had when the job was created. Left out where there was no such template. */
  readonly templateConfig?: string;
  /** Unix ms. */
  readonly createdAt: number;
  readonly speed: number;
  /** `UserData` as the submission gave it. */
  readonly userData?: string;
  readonly pipelineId?: string;
  /** Set where the job was put in with a state of its own, which it then keeps for good. */
  readonly fixed?: FixedAIImageJobState;
}

/** A state to hold an image job in, word for word: it may be one that the API never gives. */
export interface FixedAIImageJobState {
  readonly status: string;
  /** `null` leaves `AIImageResult` out; left undefined, a successful job has the result of its video. */
  readonly result?: string | null;
  readonly code?: string;
  readonly message?: string;
  readonly templateConfig?: string;
}

/** One entry of `AIImageJobList`, as the GetAIImageJobs documentation describes it. */
export interface ListedAIImageJob {
  readonly JobId: string;
  readonly VideoId: string;
  readonly Status: string;
  readonly CreationTime: string;
  readonly TemplateId: string;
  /** JSON. */
  readonly TemplateConfig: string;
  /** JSON, as it was given. */
  readonly UserData?: string;
  readonly Code?: string;
  readonly Message?: string;
  /** JSON: `[{Score, Url}]`. */
  readonly AIImageResult?: string;
}

const processingMs = 2000;

/** What GetAIImageJobs tells of a job at a moment (Unix ms). */
export function listedAIImageJob(job: AIImageJob, now: number): ListedAIImageJob {
  const common = {
    JobId: job.jobId,
    VideoId: job.videoId,
    CreationTime: isoSeconds(job.createdAt),
    TemplateId: job.templateId,
    TemplateConfig:
      job.fixed?.templateConfig ?? job.templateConfig ?? JSON.stringify(imageTemplateConfig(job.templateId)),
    ...(job.userData === undefined ? {} : { UserData: job.userData }),
  };
  if (job.fixed !== undefined) return { ...common, ...fixedFields(job, job.fixed) };

  const failure = failureOf(job.videoId);
  const { phase } = phaseAt(courseOf(job), now);
  const Status = statusText(phase, job.jobId);
  if (phase === 'fail' && failure !== undefined) {
    return { ...common, Status, Code: failure.code, Message: failure.message };
  }
  if (phase !== 'success') return { ...common, Status };
  return { ...common, Status, Code: '0', Message: 'OK', AIImageResult: resultOf(job) };
}

/** The images that a job made, and when (Unix ms); none where it has not succeeded by `now`. */
export function imagesOf(
  job: AIImageJob,
  now: number,
): { images: readonly ImageResult[]; completedAt: number } {
  const { Status, AIImageResult } = listedAIImageJob(job, now);
  const { completedAt = now } = phaseAt(courseOf(job), now);
  const isSuccess = Status.toLowerCase() === 'success' && AIImageResult !== undefined;
  return {
    images: isSuccess ? parsedImages(AIImageResult) : [],
    completedAt: job.fixed === undefined ? completedAt : job.createdAt,
  };
}

const imageResults = z.array(z.object({ Score: z.number(), Url: z.string() }));

function parsedImages(text: string): readonly ImageResult[] {
  try {
    return imageResults.safeParse(JSON.parse(text)).data ?? [];
  } catch {
    // A job that was put in with something else than JSON as its result.
    return [];
  }
}

function courseOf(job: AIImageJob): JobCourse {
  return { ...job, processingMs, fails: failureOf(job.videoId) !== undefined };
}

function fixedFields(job: AIImageJob, fixed: FixedAIImageJobState) {
  const result = fixed.result === undefined && fixed.status === 'success' ? resultOf(job) : fixed.result;
  return {
    Status: fixed.status,
    ...(fixed.code === undefined ? {} : { Code: fixed.code }),
    ...(fixed.message === undefined ? {} : { Message: fixed.message }),
    ...(result == null ? {} : { AIImageResult: result }),
  };
}

function resultOf(job: AIImageJob): string {
  return JSON.stringify(imageResult(job.videoId, job.templateId, formatOf(job)));
}

const formats = z.object({ Format: z.enum(['gif', 'png']) });

/** The format that its template asks for; left to the id where the template was put in with none. */
function formatOf(job: AIImageJob): z.infer<typeof formats> | undefined {
  if (job.templateConfig === undefined) return undefined;
  try {
    return formats.safeParse(JSON.parse(job.templateConfig)).data;
  } catch {
    return undefined;
  }
}
