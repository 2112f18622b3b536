import { mediaDnaData } from '../results/media-dna.ts';
import { type VideoTagConfig, videoTagData } from '../results/video-tag.ts';
import { failureOf } from './failure.ts';
import { isoSeconds, type JobCourse, phaseAt, statusText } from './lifecycle.ts';

/** The kinds of job that SubmitAIJob starts. */
export const aiJobTypes = ['AIMediaDNA', 'AIVideoTag'] as const;

export type AIJobType = (typeof aiJobTypes)[number];

/** A smart tag or video DNA job. */
export interface AIJob {
  readonly jobId: string;
  readonly mediaId: string;
  readonly type: AIJobType;
  /** Unix ms. */
  readonly createdAt: number;
  readonly speed: number;
  readonly videoTag: VideoTagConfig;
  /** `UserData` as the submission gave it. */
  readonly userData?: string;
  /** Set where the job was put in with a state of its own, which it then keeps for good. */
  readonly fixed?: FixedAIJobState;
}

/** A state to hold a job in, word for word: it may be one that the API never gives. */
export interface FixedAIJobState {
  readonly status: string;
  /** `null` leaves `Data` out; left undefined, a successful job has the result of its media id. */
  readonly data?: string | null;
  readonly code?: string;
  readonly message?: string;
  /** Unix ms. */
  readonly completedAt?: number;
}

/** One entry of `AIJobList.AIJob`, as the ListAIJob documentation describes it. */
export interface ListedAIJob {
  readonly JobId: string;
  readonly MediaId: string;
  readonly Type: AIJobType;
  readonly Status: string;
  readonly CreationTime: string;
  readonly CompleteTime?: string;
  readonly Code?: string;
  readonly Message?: string;
  /** JSON. */
  readonly Data?: string;
}

const processingMs: Readonly<Record<AIJobType, number>> = { AIMediaDNA: 4000, AIVideoTag: 3000 };

/** What ListAIJob tells of a job at a moment (Unix ms). */
export function listedAIJob(job: AIJob, now: number): ListedAIJob {
  const common = {
    JobId: job.jobId,
    MediaId: job.mediaId,
    Type: job.type,
    CreationTime: isoSeconds(job.createdAt),
  };
  if (job.fixed !== undefined) return { ...common, ...fixedFields(job, job.fixed) };

  const failure = failureOf(job.mediaId);
  const { phase, completedAt } = phaseAt(courseOf(job), now);
  const Status = statusText(phase, job.jobId);
  if (completedAt === undefined) return { ...common, Status };
  const ended = { ...common, Status, CompleteTime: isoSeconds(completedAt) };
  if (failure !== undefined) return { ...ended, Code: failure.code, Message: failure.message };
  return { ...ended, Code: '0', Message: 'OK', Data: dataOf(job) };
}

/**
 * When a job becomes final, in Unix ms. One that was put in as final is so from its `completedAt` or its creation on;
 * `undefined`: it is held in another state for good.
 */
export function finalAt(job: AIJob): number | undefined {
  if (job.fixed === undefined) return phaseAt(courseOf(job), Number.POSITIVE_INFINITY).completedAt;
  const isFinal = ['success', 'fail'].includes(job.fixed.status.toLowerCase());
  return isFinal ? (job.fixed.completedAt ?? job.createdAt) : undefined;
}

/** What a job found, and when (Unix ms); `undefined` where it has not succeeded by `now` or has no result. */
export function successOf(job: AIJob, now: number): { data: string; completedAt: number } | undefined {
  const { Status, Data } = listedAIJob(job, now);
  const completedAt = finalAt(job);
  if (Status.toLowerCase() !== 'success' || Data === undefined || completedAt === undefined) return undefined;
  return { data: Data, completedAt };
}

function courseOf(job: AIJob): JobCourse {
  return { ...job, processingMs: processingMs[job.type], fails: failureOf(job.mediaId) !== undefined };
}

function fixedFields(job: AIJob, fixed: FixedAIJobState) {
  const data = fixed.data === undefined && fixed.status === 'success' ? dataOf(job) : fixed.data;
  return {
    Status: fixed.status,
    ...(fixed.completedAt === undefined ? {} : { CompleteTime: isoSeconds(fixed.completedAt) }),
    ...(fixed.code === undefined ? {} : { Code: fixed.code }),
    ...(fixed.message === undefined ? {} : { Message: fixed.message }),
    ...(data == null ? {} : { Data: data }),
  };
}

function dataOf(job: AIJob): string {
  const data =
    job.type === 'AIMediaDNA' ? mediaDnaData(job.mediaId) : videoTagData(job.mediaId, job.videoTag);
  return JSON.stringify(data);
}
