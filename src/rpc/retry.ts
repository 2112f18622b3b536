import { type RpcError, ThrottledError, UnavailableError } from './errors.ts';

/** Whether a call is safe to repeat: a `read` is, a `submit` would be charged twice. */
export type CallKind = 'read' | 'submit';

/** The input of the retry decision. */
export interface FailedAttempt {
  readonly kind: CallKind;
  readonly error: RpcError;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The number of failed attempts so far, without throttled ones. */
  readonly failures: number;
  /** Milliseconds until the call's deadline. */
  readonly remainingMs: number;
  /** From 0 up to, but not including, 1. */
  readonly random: number;
}

/** The failed attempts after which a call fails. Throttled attempts do not count. */
const MAX_FAILURES = 3;
const BASE_MS = 100;
const CAP_MS = 2_000;

/**
 * Decides whether a failed call is retried. Returns the milliseconds to wait first, or `undefined` to give up.
 *
 * The delay doubles with each attempt. Half of it is jitter, so that calls that failed together are not retried
 * together. A delay beyond the deadline gives up immediately: the caller then gets the real error instead of a timeout.
 *
 * Throttled attempts are limited only by the deadline. The API did not run them, the rate limiter paces them, and a call
 * has to wait for the quota in any case.
 */
export function retryDelay(failed: FailedAttempt): number | undefined {
  const { kind, error, attempt, failures, remainingMs, random } = failed;
  if (!(error instanceof ThrottledError || error instanceof UnavailableError)) return undefined;
  if (kind === 'submit' && error.mayHaveRun) return undefined;
  if (failures >= MAX_FAILURES) return undefined;

  const backoff = Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1));
  const delay = Math.max(error.retryAfterMs ?? 0, backoff / 2 + (backoff / 2) * random);
  return delay < remainingMs ? delay : undefined;
}

/**
 * Limits the load that retries add to an API in trouble. A retry takes 5 of 500 tokens and a success returns one: in
 * the long run, one retry for every five successes. The numbers are those of the AWS SDKs' standard retry mode.
 */
export class RetryBudget {
  #tokens = 500;

  /** Takes the tokens for one retry. Returns `false` if there are too few. */
  tryTake(): boolean {
    if (this.#tokens < 5) return false;
    this.#tokens -= 5;
    return true;
  }

  /** Records a successful call. */
  succeeded(): void {
    this.#tokens = Math.min(500, this.#tokens + 1);
  }
}
