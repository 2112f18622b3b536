import type { JobKind } from '../../../src/domain/job.ts';
import type { SubmissionState } from '../../../src/ledger/ledger.ts';

/** Everything that happened in a run. All times are Unix milliseconds of the process that runs the clients. */
export interface History {
  readonly operations: readonly Operation[];
  /** The jobs that VOD has created. */
  readonly jobs: readonly UpstreamJob[];
  /** The submissions in the ledger after the run. A `PENDING` one whose lease has expired is `UNKNOWN` here. */
  readonly submissions: readonly LedgerSubmission[];
  /**
   * From this time on there were no faults, both gateways ran, and all jobs were final. Each key and each job was asked for
   * again after it.
   */
  readonly settledAt: number;
}

export type Operation = SubmitOperation | ReadOperation;

/** One request. The client knows only that it ran between these times. */
interface Timed {
  readonly startedAt: number;
  readonly endedAt: number;
  /** The index of the gateway. */
  readonly gateway: number;
  readonly caller: string;
}

export interface SubmitOperation extends Timed, Submit {
  readonly outcome: Outcome;
}

/** A job to submit. The video's id occurs under one key only, so that a job in VOD leads to its key. */
export interface Submit {
  readonly type: 'submit';
  readonly kind: JobKind;
  readonly key: string | undefined;
  readonly videoId: string;
}

/**
 * - `ok`: the response named the jobs
 * - `fail`: the response said that this request sent nothing to VOD, or that VOD rejected it
 * - `unknown`: there was no response, or it said that the outcome is not known
 */
export type Outcome =
  | { readonly type: 'ok'; readonly jobs: readonly string[] }
  | { readonly type: 'fail' | 'unknown'; readonly code: string };

/** A query for jobs, or a subscription. */
export interface ReadOperation extends Timed {
  readonly type: 'read' | 'stream';
  readonly kind: JobKind;
  readonly ids: readonly string[];
  /** Observations of one reader are in order: a client that waits for each response, or one subscription. */
  readonly reader: string;
  /** The observed states in order. */
  readonly seen: readonly { readonly id: string; readonly status: string | null }[];
  /** `ok`: every job was returned, or the subscription ended by itself. */
  readonly outcome: { readonly type: 'ok' } | { readonly type: 'unknown'; readonly code: string };
}

/** A job in VOD. Each is one submission, because every submit has one type. */
export interface UpstreamJob {
  readonly kind: JobKind;
  readonly id: string;
  readonly videoId: string;
  readonly createdAt: number;
  /** The id in the job's user data. */
  readonly submissionId: string;
  /** Its final state. */
  readonly status: string;
}

export interface LedgerSubmission {
  readonly id: string;
  readonly kind: JobKind;
  readonly key: string | undefined;
  readonly videoId: string;
  readonly state: SubmissionState;
  /** The ids of its jobs. */
  readonly jobs: readonly string[];
}

/** A broken rule, with all operations that concern the key or the job. */
export interface Problem {
  readonly rule: string;
  readonly operations: readonly Operation[];
}

/** The broken rule, followed by one line for each operation. */
export function describeProblem({ rule, operations }: Problem): string {
  return [rule, ...operations.map((operation) => `  ${JSON.stringify(operation)}`)].join('\n');
}

/** Codes of requests that ended without any attempt to submit, whatever the state of the key. */
const notTried = new Set([
  'GATEWAY_DOWN',
  'NO_RESPONSE',
  'LEDGER_UNAVAILABLE',
  'OVERLOADED',
  'RATE_LIMITED',
  'AUTHENTICATION_UNAVAILABLE',
]);

/** Whether the outcome says nothing about the state of the key. */
export function saysNothing(outcome: Outcome): boolean {
  return outcome.type !== 'ok' && notTried.has(outcome.code);
}

/** The code of an outcome, or `undefined` if there are jobs. */
export function codeOf(outcome: Outcome): string | undefined {
  return outcome.type === 'ok' ? undefined : outcome.code;
}
