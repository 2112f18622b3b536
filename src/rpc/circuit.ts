import type { Clock } from '../clock.ts';
import { CancelledError, RpcError, TimeoutError, UnavailableError } from './errors.ts';
import type { RpcResponse } from './response.ts';
import { isEncodingError } from './transport.ts';

/** The period over which the failures of an action's calls are counted. */
const WINDOW_SECONDS = 10;
/** The fewest calls in the window that open the circuit. A caller with a handful of bad ids makes fewer. */
const MIN_CALLS = 25;
/** The share of failed calls in the window that opens the circuit. */
const FAILURE_RATE = 0.5;
/** The time until the open circuit lets a call probe. It doubles with each failed probe. */
const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;

/** What a call says about the API: it responded, it failed, or the call ended before either was known. */
export type Verdict = 'responded' | 'failed' | 'unknown';

/**
 * The verdict of one attempt. `undefined` if it says nothing about the API: a call that waited for the quota can have
 * little time left, and callers can leave at any time.
 *
 * @param wasLong whether the attempt lasted so long that the lack of a response is a failure
 */
export function verdictOf(outcome: RpcResponse | RpcError, wasLong: boolean): Verdict | undefined {
  if (!(outcome instanceof RpcError)) return 'responded';
  if (outcome instanceof UnavailableError) return isEncodingError(outcome.cause) ? undefined : 'failed';
  if (outcome instanceof TimeoutError || outcome instanceof CancelledError)
    return wasLong ? 'failed' : undefined;
  return 'responded';
}

/** Whether a call may be sent, and whether it decides if the open circuit closes. */
export type Admission = 'regular' | 'probe' | 'rejected';

interface Counts {
  readonly second: number;
  calls: number;
  failures: number;
}

/**
 * Circuit breaker for one action. It opens if half of the calls in the last ten seconds failed, retries included. Calls
 * then fail immediately, except for one probe at a time, until a probe succeeds.
 */
export class Circuit {
  readonly #clock: Clock;
  /** By second, modulo the window. */
  #window: (Counts | undefined)[] = [];
  /** When the circuit opened, or its last probe failed. `undefined` if it is closed. */
  #failedAt: number | undefined;
  #delayMs = FIRST_DELAY_MS;
  #isProbing = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** When the circuit opened, or its last probe failed, in the clock's monotonic milliseconds. */
  get failedAt(): number | undefined {
    return this.#failedAt;
  }

  /**
   * Whether calls fail immediately. Becomes `false` once no delay lasts longer, also without a probe: a load balancer
   * sends no requests to a gateway that is not ready, and only a request can detect that the API has recovered.
   */
  get isOpen(): boolean {
    return this.#failedAt !== undefined && this.#clock.monotonic() - this.#failedAt < MAX_DELAY_MS;
  }

  /**
   * Asks for an attempt of a call. Call {@link ended} when an admitted call has ended.
   *
   * @param previous the admission of the attempt before: a retry is rejected if the circuit has opened since
   */
  admit(previous?: Admission): Admission {
    if (previous === 'probe') return 'probe';
    if (this.#failedAt === undefined) return 'regular';
    if (previous || this.#isProbing || this.#clock.monotonic() - this.#failedAt < this.#delayMs)
      return 'rejected';
    this.#isProbing = true;
    return 'probe';
  }

  /** @param isSuspect whether the call was expected to fail: its failure says little about the API */
  ended(admission: Admission, verdict: Verdict, isSuspect: boolean): void {
    if (admission === 'probe') this.#probed(verdict, isSuspect);
    else if (admission === 'regular' && this.#failedAt === undefined) this.#count(verdict, isSuspect);
  }

  #probed(verdict: Verdict, isSuspect: boolean): void {
    this.#isProbing = false;
    if (verdict === 'unknown') return;
    if (verdict === 'responded') {
      this.#failedAt = undefined;
      this.#delayMs = FIRST_DELAY_MS;
      this.#window = [];
      return;
    }
    this.#failedAt = this.#clock.monotonic();
    if (!isSuspect) this.#delayMs = Math.min(MAX_DELAY_MS, 2 * this.#delayMs);
  }

  #count(verdict: Verdict, isSuspect: boolean): void {
    const hasFailed = verdict === 'failed';
    if (verdict === 'unknown' || (hasFailed && isSuspect)) return;
    const now = this.#clock.monotonic();
    const second = Math.floor(now / 1000);
    let counts = this.#window[second % WINDOW_SECONDS];
    if (counts?.second !== second) {
      counts = { second, calls: 0, failures: 0 };
      this.#window[second % WINDOW_SECONDS] = counts;
    }
    counts.calls++;
    if (!hasFailed) return;
    counts.failures++;
    if (this.#isOutage(second)) this.#failedAt = now;
  }

  #isOutage(second: number): boolean {
    let calls = 0;
    let failures = 0;
    for (const counts of this.#window) {
      if (counts === undefined || counts.second <= second - WINDOW_SECONDS) continue;
      calls += counts.calls;
      failures += counts.failures;
    }
    return calls >= MIN_CALLS && failures >= FAILURE_RATE * calls;
  }
}
