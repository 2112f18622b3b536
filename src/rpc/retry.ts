import { type RpcError, ThrottledError, UnavailableError } from './errors.ts';

/** What it means to send a call twice: a `read` gives the same again, a `submit` is paid for again. */
export type CallKind = 'read' | 'submit';

/** Everything that the decision rests on. */
export interface FailedAttempt {
  readonly kind: CallKind;
  readonly error: RpcError;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Milliseconds until the call's deadline. */
  readonly remainingMs: number;
  /** 0 up to 1. */
  readonly random: number;
}

const BASE_MS = 100;
const CAP_MS = 2_000;

/**
 * Decides whether a failed call is sent again: the milliseconds to wait before that, or `undefined` to give up.
 *
 * The wait doubles with each attempt, and half of it is jitter, so that callers who failed together do not come back
 * together. Where it would outlast the deadline, giving up now tells the caller the real reason, and sooner.
 */
export function retryDelay({ kind, error, attempt, remainingMs, random }: FailedAttempt): number | undefined {
  if (!(error instanceof ThrottledError || error instanceof UnavailableError)) return undefined;
  if (kind === 'submit' && error.mayHaveRun) return undefined;

  const backoff = Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1));
  const wait = Math.max(error.retryAfterMs ?? 0, backoff / 2 + (backoff / 2) * random);
  return wait < remainingMs ? wait : undefined;
}

/**
 * Bounds what retries may add to the load of an upstream in trouble. A retry costs 5 of 500 tokens and a success
 * gives one back, so that in the long run there is at most one retry for every five successes; the amounts are those
 * of the AWS SDKs' standard retry mode.
 */
export class RetryBudget {
  #tokens = 500;

  /** Takes what one retry costs; `false` where too little is left. */
  tryTake(): boolean {
    if (this.#tokens < 5) return false;
    this.#tokens -= 5;
    return true;
  }

  /** To be told of each call that succeeded. */
  succeeded(): void {
    this.#tokens = Math.min(500, this.#tokens + 1);
  }
}
