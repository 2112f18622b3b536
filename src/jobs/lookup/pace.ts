import type { Clock } from '../../clock.ts';
import type { CallSource } from './pending-ids.ts';

/** The assumed duration of a call until the first one is measured. */
const INITIAL_CALL_MS = 20;
/**
 * An id waits for others to fill its batch for this part of the average duration of a call. A longer wait makes the slowest
 * lookups slower, and a shorter one takes more calls (`npm run bench -- --only one-unfinished`: p99, calls a lookup).
 */
const LINGER_SHARE = 3 / 4;
/** The longest of these waits, however slow calls are. */
const MAX_LINGER_MS = 100;
/** A call that takes this many times the average is slow. */
const SLOW_FACTOR = 8;
/** No call is slow before this time: the wait for a retry takes up to 1.5 s. */
const MIN_SLOW_MS = 1_550;
/** The same for a single id that has not failed before: nobody else waits for its call. */
const MIN_SLOW_SINGLE_MS = 2_500;
/** A pair of a slow call is divided after this time, if another call ends then. */
const MIN_SLOW_PAIR_MS = 100;
/** So many slow calls without a successful one mean that VOD is slow, not that one of their ids is bad. */
const MAX_SLOW_IN_A_ROW = 4;
/** After this time without a slow call, VOD may have recovered. */
const SLOW_MS = 10_000;

/** Measures how long calls take, and decides which are slow. */
export class CallPace {
  readonly #clock: Clock;
  #averageMs = INITIAL_CALL_MS;
  #averageLingerMs = LINGER_SHARE * INITIAL_CALL_MS;
  #slowInARow = 0;
  #slowAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long an id waits for others to fill its batch while calls are in flight, in milliseconds. */
  get lingerMs(): number {
    return this.#averageLingerMs;
  }

  /** Whether VOD as a whole is slow. Nothing is gained then by calling again. */
  get isSlow(): boolean {
    return this.#slowInARow >= MAX_SLOW_IN_A_ROW && this.#clock.monotonic() - this.#slowAt < SLOW_MS;
  }

  /** How long a call with this many ids may take before it is slow, in milliseconds. */
  patienceMs(source: CallSource, ids: number): number {
    const minMs = source === 'queue' && ids === 1 ? MIN_SLOW_SINGLE_MS : MIN_SLOW_MS;
    return Math.ceil(Math.max(minMs, SLOW_FACTOR * this.#averageMs));
  }

  /** Whether a pair is slow, compared with other parts. The last one of them gets less time. */
  isSlowPair(ms: number, isLast: boolean): boolean {
    return ms >= (isLast ? this.#averageMs / 2 : Math.max(MIN_SLOW_PAIR_MS, SLOW_FACTOR * this.#averageMs));
  }

  /** Records a call that succeeded. */
  succeeded(ms: number): void {
    this.#slowInARow = 0;
    this.#averageMs += (ms - this.#averageMs) / 8;
    this.#averageLingerMs += (Math.min(LINGER_SHARE * ms, MAX_LINGER_MS) - this.#averageLingerMs) / 8;
  }

  /** Records a slow call that was repeated or cancelled. */
  slow(): void {
    const now = this.#clock.monotonic();
    this.#slowInARow = now - this.#slowAt < SLOW_MS ? this.#slowInARow + 1 : 1;
    this.#slowAt = now;
  }
}
