import type { AIJobResult } from './ai-job-result.ts';
import { type Decoded, Undecodable } from './decoded.ts';

/** The two kinds of jobs: those of SubmitAIJob and those of SubmitAIImageJob. */
export type JobKind = 'AI' | 'IMAGE';

/** The kinds of AI jobs, named as in GraphQL. On the wire: `AIMediaDNA`, `AIVideoTag`. */
export type AIJobType = 'MEDIA_DNA' | 'VIDEO_TAG';

/** The states of a job. `SUCCESS` and `FAIL` are final and never change again. */
export type AIJobStatus = 'INIT' | 'PROCESSING' | 'SUCCESS' | 'FAIL';

/** Why a job failed, as the API tells it. */
export interface JobFailure {
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** What AI jobs and image jobs have in common. */
interface Job {
  readonly id: string;
  /**
   * `read`: all of it comes from a lookup. `submitted`: it is known from the answer to its submission alone, which
   * tells neither when it was created nor how far it is; a job just submitted is `INIT`.
   */
  readonly origin: 'read' | 'submitted';
  readonly status: Decoded<AIJobStatus>;
  readonly videoId: string | undefined;
  readonly createdAt: Decoded<Date>;
  /** The `RequestId` of the answer that it comes from: what the vendor's support asks for. */
  readonly requestId: string | undefined;
  /** Set where `status` is `FAIL`. */
  readonly failure: JobFailure | undefined;
  /** What the API said of it, key by key: to be kept, and decoded again. None for a job just submitted. */
  readonly wire: Readonly<Record<string, unknown>> | undefined;
}

/** A smart-tag or video-DNA job, as ListAIJob describes it. */
export interface AIJob extends Job {
  readonly type: Decoded<AIJobType>;
  readonly completedAt: Decoded<Date>;
  /** `Data`, exactly as the API gave it. */
  readonly data: string | undefined;
  /** The result decoded from `data`, on first use and only then; absent until the job has succeeded. */
  result(): Decoded<AIJobResult>;
}

/** An image (cover) job, as GetAIImageJobs describes it. */
export interface AIImageJob extends Job {
  readonly templateId: string | undefined;
  readonly templateConfig: Decoded<AIImageTemplateConfig>;
  /** `UserData`, parsed: what the submitter attached to the job, without what the gateway added. */
  readonly userData: Decoded<JSONValue>;
  /** The submission that the job's marker names: who made it, where the answer to that was lost. */
  readonly submissionId: string | undefined;
  /** Absent until the job has succeeded. */
  readonly images: Decoded<readonly AIImage[]>;
}

/** A job of either kind. */
export type AnyJob = AIJob | AIImageJob;

/** Whether the job will never change again. */
export function isFinal({ status }: AnyJob): boolean {
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

export interface AIImageTemplateConfig {
  /** `gif` or `png`. */
  readonly format: string | undefined;
  readonly setDefaultCover: boolean | undefined;
}

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
