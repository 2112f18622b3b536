import type { Clock } from '../clock.ts';
import { RejectedError, type RpcError } from './errors.ts';

/** A smaller difference does not explain a refusal: the API accepts 15 minutes. */
const MIN_CORRECTION_MS = 60_000;
/** A `Date` that differs by more than a day is not believed. Every wrong time zone is within it. */
const MAX_CORRECTION_MS = 24 * 3_600_000;

/** The codes of a refused timestamp. The API did not run the call. */
const TIMESTAMP_CODES = /^(InvalidTimeStamp\.Expired|IllegalTimestamp)$/i;

/**
 * The time for signatures: the wall clock, corrected by the API's `Date` after the API refused a call for its timestamp.
 * The correction holds until the next such refusal.
 */
export class SigningTime {
  readonly #clock: Clock;
  readonly #onCorrected: (offsetMs: number) => void;
  #offsetMs = 0;

  /** @param onCorrected receives the new difference between the API's clock and the wall clock */
  constructor(clock: Clock, onCorrected: (offsetMs: number) => void) {
    this.#clock = clock;
    this.#onCorrected = onCorrected;
  }

  /** The milliseconds that are added to the wall clock. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Unix milliseconds. */
  now(): number {
    return this.#clock.now() + this.#offsetMs;
  }

  /**
   * Learns the API's time if it refused a call for its timestamp. Returns whether the timestamp was wrong, so that the
   * call may be sent again.
   *
   * @param usedOffsetMs the offset when the call was signed; other calls may have corrected it since
   */
  correct(error: RpcError, usedOffsetMs: number): boolean {
    if (!(error instanceof RejectedError && TIMESTAMP_CODES.test(error.code ?? ''))) return false;
    if (error.serverTime === undefined) return false;
    const offsetMs = error.serverTime - this.#clock.now();
    if (Math.abs(offsetMs) > MAX_CORRECTION_MS) return false;
    if (Math.abs(offsetMs - this.#offsetMs) >= MIN_CORRECTION_MS) {
      this.#offsetMs = offsetMs;
      this.#onCorrected(offsetMs);
    }
    return Math.abs(offsetMs - usedOffsetMs) >= MIN_CORRECTION_MS;
  }
}
