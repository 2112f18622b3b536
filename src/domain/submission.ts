import type { AIJob, AIJobType, JSONValue } from './job.ts';

/** An optional input value. GraphQL clients may also send `null`. */
export type Optional<T> = T | null | undefined;

/** The kinds of smart-tag analysis. On the wire: `Face`, `ASR`, `OCR`, `Category`, `Annotation`. */
export type VideoTagAnalyseType = 'FACE' | 'ASR' | 'OCR' | 'CATEGORY' | 'ANNOTATION';

/** The input of SubmitAIJob. */
export interface AIJobSubmission {
  readonly videoId: string;
  /** If absent, the API chooses the types. */
  readonly types?: Optional<readonly AIJobType[]>;
  readonly config?: Optional<AIJobConfig>;
  readonly userData?: Optional<UserData>;
}

/** The configuration of SubmitAIJob (`Config`), by type of job. */
export interface AIJobConfig {
  readonly videoTag?: Optional<{
    readonly analyseTypes?: Optional<readonly VideoTagAnalyseType[]>;
    /** Whether the result includes the transcript. Requires the analysis `ASR`. */
    readonly origASRData?: Optional<boolean>;
  }>;
  readonly mediaDNA?: Optional<{ readonly dnaDBId?: Optional<string> }>;
}

/** The input of SubmitAIImageJob. */
export interface AIImageJobSubmission {
  readonly videoId: string;
  readonly templateId: string;
  readonly pipelineId?: Optional<string>;
  readonly userData?: Optional<UserData>;
}

/** The input of SubmitAIMediaAuditJob. */
export interface AIMediaAuditJobSubmission {
  readonly videoId: string;
  /** If absent, the API uses the default template. */
  readonly templateId?: Optional<string>;
  readonly resourceType?: Optional<string>;
  readonly userData?: Optional<UserData>;
}

/** The input of SubmitAIImageAuditJob, which has no user data. */
export interface AIImageAuditJobSubmission {
  readonly imageId: string;
  readonly templateId: string;
  readonly resourceType?: Optional<string>;
}

/** The submitter's data for a job: at least one of the two, at most 512 bytes when encoded. */
export interface UserData {
  /** Returned in event callbacks. */
  readonly extend?: Optional<JSONValue>;
  readonly messageCallback?: Optional<{
    readonly callbackUrl: string;
    readonly callbackType?: Optional<string>;
  }>;
}

/** The result of an accepted submission or change. */
export interface Submitted<Made> {
  /** The new jobs, or the id of the template. */
  readonly made: Made;
  readonly requestId: string | undefined;
}

/** The result of a submission or change: accepted, or rejected with errors that the caller can correct. */
export type SubmissionOutcome<Made> =
  | Submitted<Made>
  | { readonly userErrors: readonly UserError[]; readonly requestId?: string | undefined };

/** The id of the submission in the ledger. Absent if nothing was recorded, because the input is invalid. */
interface Recorded {
  readonly submissionId?: string | undefined;
}

/** The result of an AI job's submission: one job per type. */
export type AIJobSubmissionOutcome = SubmissionOutcome<readonly AIJob[]> & Recorded;
/** The result of a submission that creates one job. */
export type OneJobSubmissionOutcome<Job> = SubmissionOutcome<Job> & Recorded;

/** An error of one submission. Nothing was submitted, unless its code is `SUBMISSION_OUTCOME_UNKNOWN`. */
export interface UserError {
  readonly code:
    | 'INVALID_INPUT'
    | 'UNSUPPORTED_IN_REGION'
    | 'REJECTED_BY_VOD'
    | 'IDEMPOTENCY_KEY_REUSED'
    | 'SUBMISSION_IN_PROGRESS'
    | 'NOT_SENT'
    | 'SUBMISSION_OUTCOME_UNKNOWN';
  /** The expected and the received value. */
  readonly message: string;
  /** The path of the value in the input, such as `['userData', 'messageCallback', 'callbackUrl']`. */
  readonly field?: readonly string[];
  readonly upstream?: {
    readonly code: string | undefined;
    readonly message: string | undefined;
    readonly requestId: string | undefined;
  };
}
