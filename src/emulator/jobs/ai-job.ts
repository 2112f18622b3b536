import { mediaAuditData } from '../results/media-audit.ts';
import { mediaDnaData } from '../results/media-dna.ts';
import { type VideoTagConfig, videoTagData } from '../results/video-tag.ts';
import { isoSeconds, type JobCourse, type JobState, stateAt } from './lifecycle.ts';

/** The types of job that SubmitAIJob creates: video DNA and smart tags. */
export const aiJobTypes = ['AIMediaDNA', 'AIVideoTag'] as const;

/** The types of AI jobs: those, and the review of SubmitAIMediaAuditJob and SubmitAIImageAuditJob. */
export type AIJobType = (typeof aiJobTypes)[number] | 'AIMediaAudit';

/** A smart tag, video DNA or review job. */
export interface AIJob {
  readonly jobId: string;
  readonly mediaId: string;
  readonly type: AIJobType;
  /** Unix ms. */
  readonly createdAt: number;
  readonly speed: number;
  /** The origin of the URLs in the result. */
  readonly mediaOrigin: string;
  readonly videoTag: VideoTagConfig;
  /** `UserData` of the submission, unchanged. */
  readonly userData?: string | undefined;
  /** What started the job: a workflow (`Auto`) or a call (`Manual`, the default). */
  readonly trigger?: 'Auto' | 'Manual' | undefined;
  /** Whether the job reviews an image. */
  readonly isImage?: boolean | undefined;
  /** The constant state of a job that was added with one. */
  readonly fixed?: FixedAIJobState | undefined;
}

/** A constant state. It is not validated, so it can be one that VOD never returns. */
export interface FixedAIJobState extends JobState {
  /** `null`: no `Data`. `undefined`: a successful job has the result of its media id. */
  readonly data?: string | null | undefined;
}

/** One entry of `AIJobList.AIJob`, as the ListAIJob documentation describes it. `MediaAuditJob` has the same fields. */
export interface ListedAIJob {
  readonly JobId: string;
  readonly MediaId: string;
  readonly Type: AIJobType;
  readonly CreationTime: string;
  readonly Status: string;
  readonly CompleteTime: string | undefined;
  readonly Code: string | undefined;
  readonly Message: string | undefined;
  /** JSON. */
  readonly Data: string | undefined;
}

const processingMs: Readonly<Record<AIJobType, number>> = {
  AIMediaAudit: 3000,
  AIMediaDNA: 4000,
  AIVideoTag: 3000,
};

/** A job as ListAIJob returns it at `now` (Unix ms). */
export function listedAIJob(job: AIJob, now: number): ListedAIJob {
  const state: FixedAIJobState = job.fixed ?? stateAt(courseOf(job), now);
  const { status, completedAt, code, message, data } = state;
  const hasOwnResult = data === undefined && status === 'success';
  return {
    JobId: job.jobId,
    MediaId: job.mediaId,
    Type: job.type,
    CreationTime: isoSeconds(job.createdAt),
    Status: status,
    CompleteTime: completedAt === undefined ? undefined : isoSeconds(completedAt),
    Code: code,
    Message: message,
    Data: hasOwnResult ? resultOf(job) : (data ?? undefined),
  };
}

/**
 * The time at which a job becomes final, in Unix ms. A job with a fixed final state is final from its `completedAt`
 * or its creation. `undefined`: a job with another fixed state never becomes final.
 */
export function finalAt(job: AIJob): number | undefined {
  if (job.fixed === undefined) return stateAt(courseOf(job), Number.POSITIVE_INFINITY).completedAt;
  const isFinal = ['success', 'fail'].includes(job.fixed.status.toLowerCase());
  return isFinal ? (job.fixed.completedAt ?? job.createdAt) : undefined;
}

/** The result of a job and its time (Unix ms). `undefined` if the job has not succeeded by `now` or has no result. */
export function successOf(job: AIJob, now: number): { data: string; completedAt: number } | undefined {
  const { Status, Data } = listedAIJob(job, now);
  const completedAt = finalAt(job);
  if (Status.toLowerCase() !== 'success' || Data === undefined || completedAt === undefined) return undefined;
  return { data: Data, completedAt };
}

function courseOf(job: AIJob): JobCourse {
  return { ...job, processingMs: processingMs[job.type] };
}

function resultOf({ type, mediaId, videoTag, isImage, mediaOrigin }: AIJob): string {
  if (type === 'AIMediaAudit') return JSON.stringify(mediaAuditData(mediaId, isImage));
  return JSON.stringify(
    type === 'AIMediaDNA' ? mediaDnaData(mediaId) : videoTagData(mediaId, videoTag, mediaOrigin),
  );
}
