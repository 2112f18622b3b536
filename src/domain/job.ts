import type { AIImageTemplateConfig } from './ai-image-template.ts';
import type { AIJobResult } from './ai-job-result.ts';
import { type Decoded, Undecodable } from './decoded.ts';
import type { MediaAuditResult } from './media-audit.ts';

/** The types of AI jobs. On the wire: `AIMediaDNA`, `AIVideoTag`. */
export type AIJobType = 'MEDIA_DNA' | 'VIDEO_TAG';

/**
 * The kinds of jobs, with the types of each: `AI` from SubmitAIJob, `IMAGE` from SubmitAIImageJob, and
 * `MEDIA_AUDIT` from SubmitAIMediaAuditJob and SubmitAIImageAuditJob.
 */
export const jobTypes = {
  AI: ['MEDIA_DNA', 'VIDEO_TAG'],
  IMAGE: [],
  MEDIA_AUDIT: [],
} as const satisfies Record<string, readonly AIJobType[]>;

export type JobKind = keyof typeof jobTypes;

export const jobKinds = Object.keys(jobTypes) as readonly JobKind[];

/** The job of each kind. */
export interface JobOf {
  readonly AI: AIJob;
  readonly IMAGE: AIImageJob;
  readonly MEDIA_AUDIT: AIMediaAuditJob;
}

/** The status of a job. `SUCCESS` and `FAIL` are final. */
export type AIJobStatus = 'INIT' | 'PROCESSING' | 'SUCCESS' | 'FAIL';

/** The API's reason for a failed job. */
export interface JobFailure {
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** The fields that all kinds of jobs have. */
interface Job {
  readonly id: string;
  /**
   * `read`: from a lookup. `submitted`: only from the response to its submission, which has neither a creation time nor
   * a status. Its status is then `INIT`.
   */
  readonly origin: 'read' | 'submitted';
  readonly status: Decoded<AIJobStatus>;
  readonly videoId: string | undefined;
  readonly createdAt: Decoded<Date>;
  /** The `RequestId` of the response with this job. The vendor's support asks for it. */
  readonly requestId: string | undefined;
  /** Present only if `status` is `FAIL`. */
  readonly failure: JobFailure | undefined;
  /** The job as the API returned it, to be stored and decoded again. Absent if `origin` is `submitted`. */
  readonly wire: Readonly<Record<string, unknown>> | undefined;
}

/** A smart-tag or video-DNA job, as ListAIJob describes it. */
export interface AIJob extends Job {
  readonly type: Decoded<AIJobType>;
  readonly completedAt: Decoded<Date>;
  /** `Data`, exactly as the API returned it. */
  readonly data: string | undefined;
  /** The result, decoded from `data` on first use. Absent unless the job has succeeded. */
  result(): Decoded<AIJobResult>;
}

/** An image (cover) job, as GetAIImageJobs describes it. */
export interface AIImageJob extends Job {
  readonly templateId: string | undefined;
  readonly templateConfig: Decoded<AIImageTemplateConfig>;
  /** `UserData`, parsed, without the gateway's marker and callback. */
  readonly userData: Decoded<JSONValue>;
  /** The id of the job's submission, from the marker in `UserData`. Known even if the submit's response was lost. */
  readonly submissionId: string | undefined;
  /** Absent unless the job has succeeded. */
  readonly images: Decoded<readonly AIImage[]>;
}

/** A job of automated review, as GetAIMediaAuditJob describes it. For the review of an image, `videoId` is the image's id. */
export interface AIMediaAuditJob extends Job {
  readonly completedAt: Decoded<Date>;
  /** `Data` as JSON. */
  readonly data: string | undefined;
  /** The result, decoded from `data` on first use. Absent unless the job has succeeded. */
  result(): Decoded<MediaAuditResult>;
}

/** A job of any kind. */
export type AnyJob = JobOf[JobKind];

/** Whether the job's status is final. */
export function isFinal({ status }: Pick<AnyJob, 'status'>): boolean {
  return status === 'SUCCESS' || status === 'FAIL';
}

/**
 * Whether `job` is newer than `known`. Jobs that were read by several gateways or before an event arrive in any order.
 * A status only moves forward, so an earlier status is older, and nothing supersedes a final state.
 */
export function supersedes<Job extends AnyJob>(job: Job, known: Job | undefined): boolean {
  if (!known) return true;
  if (isFinal(known)) return false;
  const progress = rank(job.status) - rank(known.status);
  return progress > 0 || (progress === 0 && visibleState(job) !== visibleState(known));
}

function rank(status: Decoded<string>): number {
  if (status === undefined || status instanceof Undecodable) return 0;
  return ['INIT', 'PROCESSING', 'SUCCESS', 'FAIL'].indexOf(status) + 1;
}

/** The fields that clients can see: without `origin`, `requestId` and the wire format. */
function visibleState(job: AnyJob): string {
  return JSON.stringify({ ...job, origin: undefined, requestId: undefined, wire: undefined });
}

/** A cover in the result of an image job (`AIImageResult`). */
export interface AIImage {
  readonly url: string;
  readonly score: number | undefined;
}

/** Any JSON value. */
export type JSONValue =
  | string
  | number
  | boolean
  | null
  | readonly JSONValue[]
  | { readonly [key: string]: JSONValue };
