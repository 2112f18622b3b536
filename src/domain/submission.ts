import type { AIImageJob, AIJob, AIJobType, JSONValue } from './job.ts';

/** An optional part of an input; GraphQL clients also write `null` for "not given". */
export type Optional<T> = T | null | undefined;

/** The parts of a video that smart tags can look at. On the wire: `Face`, `ASR`, `OCR`, `Category`, `Annotation`. */
export type VideoTagAnalyseType = 'FACE' | 'ASR' | 'OCR' | 'CATEGORY' | 'ANNOTATION';

/** What SubmitAIJob is asked for. */
export interface AIJobSubmission {
  readonly mediaId: string;
  /** Without types the API decides which jobs to make. */
  readonly types?: Optional<readonly AIJobType[]>;
  readonly config?: Optional<AIJobConfig>;
  readonly userData?: Optional<UserData>;
}

export interface AIJobConfig {
  readonly videoTag?: Optional<{
    readonly analyseTypes?: Optional<readonly VideoTagAnalyseType[]>;
    /** Whether the transcript comes back too; only where `ASR` is analysed. */
    readonly origASRData?: Optional<boolean>;
  }>;
  readonly mediaDNA?: Optional<{ readonly dnaDBId?: Optional<string> }>;
}

/** What SubmitAIImageJob is asked for. */
export interface AIImageJobSubmission {
  readonly videoId: string;
  readonly templateId: string;
  readonly pipelineId?: Optional<string>;
  readonly userData?: Optional<UserData>;
}

/** What the submitter attaches to a job; at least one of the two, and 512 bytes at most once encoded. */
export interface UserData {
  /** Comes back in event callbacks. */
  readonly extend?: Optional<JSONValue>;
  readonly messageCallback?: Optional<{
    readonly callbackUrl: string;
    readonly callbackType?: Optional<string>;
  }>;
}

/** What became of a submission: the jobs that were made, or what the caller has to mend. */
export type SubmissionOutcome<Made> =
  | { readonly made: Made; readonly requestId: string | undefined }
  | { readonly userErrors: readonly UserError[]; readonly requestId?: string | undefined };

export type AIJobSubmissionOutcome = SubmissionOutcome<readonly AIJob[]>;
export type AIImageJobSubmissionOutcome = SubmissionOutcome<AIImageJob>;

/** A reason why nothing was submitted that the caller can mend. */
export interface UserError {
  readonly code:
    | 'INVALID_INPUT'
    | 'UNSUPPORTED_IN_REGION'
    | 'REJECTED_BY_VOD'
    | 'IDEMPOTENCY_KEY_REUSED'
    | 'SUBMISSION_IN_PROGRESS';
  /** What was expected and what came. */
  readonly message: string;
  /** The path of the value inside the input, such as `['userData', 'messageCallback', 'callbackUrl']`. */
  readonly field?: readonly string[];
  readonly upstream?: {
    readonly code: string | undefined;
    readonly message: string | undefined;
    readonly requestId: string | undefined;
  };
}
