import type { Clock } from '../../clock.ts';
import {
  InvalidResponseError,
  isAccountError,
  RejectedError,
  type RpcError,
  TimeoutError,
  UnavailableError,
} from '../../rpc/errors.ts';

/** Up to this many ids are sent again one by one, more in pairs: one bad id in ten then takes seven further calls. */
const MAX_SINGLES = 5;

/** Divides the ids of a failed call. A pair that fails is divided once more. */
export function partsOf<Id>(ids: readonly Id[]): Id[][] {
  const size = ids.length > MAX_SINGLES ? 2 : 1;
  const parts: Id[][] = [];
  for (let start = 0; start < ids.length; start += size) parts.push(ids.slice(start, start + size));
  return parts;
}

/** Whether one id of a call may have caused its error. Other errors would be the same for each id. */
export function mayConcernOneId(error: RpcError): boolean {
  if (error instanceof RejectedError) return !isAccountError(error);
  return (
    error instanceof UnavailableError ||
    error instanceof TimeoutError ||
    error instanceof InvalidResponseError
  );
}

const MAX_TOKENS = 100;
const TOKENS_PER_SECOND = 2;

/**
 * Limits the calls that isolation adds. Each takes a token, and each successful call returns one: a bad id costs little,
 * since most parts of its call succeed, but an outage gets a hundred further calls, and then two a second.
 */
export class IsolationBudget {
  readonly #clock: Clock;
  #tokens = MAX_TOKENS;
  #filledAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#filledAt = clock.monotonic();
  }

  /** Takes the tokens of these calls. Returns `false`, and takes none, if there are too few. */
  tryTake(calls: number): boolean {
    const now = this.#clock.monotonic();
    this.#add(((now - this.#filledAt) / 1_000) * TOKENS_PER_SECOND);
    this.#filledAt = now;
    if (this.#tokens < calls) return false;
    this.#tokens -= calls;
    return true;
  }

  /** Records a successful call. */
  succeeded(): void {
    this.#add(1);
  }

  #add(tokens: number): void {
    this.#tokens = Math.min(MAX_TOKENS, this.#tokens + tokens);
  }
}
