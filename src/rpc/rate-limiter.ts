import type { Clock } from '../clock.ts';

/** What is left of the rate after a throttled call. */
const BETA = 0.95;
/** How much the rate grows in a second in which it is used in full, in calls a second. */
const INCREASE = 2;
/** The rate never falls below this many calls a second: something has to find out when the quota is back. */
const MIN_RATE = 0.5;
/** What is measured is measured over so long: the API counts by the second. */
const WINDOW_MS = 1_000;
/**
 * What is left of the rate at least, after a throttled call within the first second of a busy time: by then nobody
 * knows whether the quota is small, or somebody else had just used it up.
 */
const FIRST_SECOND_BETA = 0.7;
/** How many seconds' worth of calls may be sent at once after a quiet time. */
const BURST_SECONDS = 0.1;

/** Leave to send one call. */
export interface Permit {
  /** When it was given, in Unix milliseconds. */
  readonly at: number;
}

interface Waiting {
  readonly resolve: (permit: Permit) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

/**
 * A token bucket whose rate follows what the API grants: a throttled call cuts it, successes raise it again (additive
 * increase, multiplicative decrease). The quota belongs to a whole account, so this is how several gateways share it
 * without talking to each other.
 *
 * As in the AWS SDKs' adaptive mode, a cut starts from the rate that was measured; here from that of the calls that
 * were *accepted* in the last second, so that a rate that was set far too high is found out within two seconds.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #maxRate: number;
  readonly #queue = new Set<Waiting>();
  #rate: number;
  #tokens: number;
  #refilledAt: number;
  #cutAt = Number.NEGATIVE_INFINITY;
  /** When the calls of the last second were accepted, oldest first. */
  readonly #accepted: number[] = [];
  /** Since when permits have been given without a second's pause, and the last one was. */
  #busySince = Number.NEGATIVE_INFINITY;
  #grantedAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  /** @param maxRate calls a second */
  constructor(clock: Clock, maxRate: number) {
    this.#clock = clock;
    this.#maxRate = maxRate;
    this.#rate = maxRate;
    this.#tokens = this.#capacity;
    this.#refilledAt = clock.now();
  }

  /** Calls a second, as far as is known now. */
  get rate(): number {
    return this.#rate;
  }

  /** Waits for the next free place in the quota, first come, first served; rejects with the signal's reason. */
  acquire(signal?: AbortSignal): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const waiting: Waiting = {
        resolve,
        signal,
        onAbort: () => {
          this.#queue.delete(waiting);
          reject(signal?.reason);
        },
      };
      signal?.addEventListener('abort', waiting.onAbort, { once: true });
      this.#queue.add(waiting);
      this.#grant();
    });
  }

  /** Gives a permit back that was not used. */
  release(): void {
    this.#tokens += 1;
    this.#grant();
  }

  /** To be told of each call that the API took, whatever it answered. */
  accepted(): void {
    this.#accepted.push(this.#clock.now());
    this.#forget();
    // Rate calls a second of this make INCREASE a second.
    this.#refill();
    this.#rate = Math.min(this.#maxRate, this.#rate + INCREASE / this.#rate);
  }

  /** To be told of each call that the API throttled. */
  throttled({ at }: Permit): void {
    // The API counts by the second: until that of the last cut is over, another tells nothing that is not known.
    if (at < this.#cutAt + 1_000) return;
    this.#refill();
    this.#cutAt = this.#clock.now();
    this.#rate = Math.max(MIN_RATE, BETA * Math.min(this.#rate, this.#measuredRate()));
    this.#tokens = Math.min(this.#tokens, this.#capacity);
  }

  /** How long this many more calls would take to be let through, in milliseconds. */
  delayMs(calls: number): number {
    this.#refill();
    return Math.ceil((Math.max(0, this.#queue.size + calls - this.#tokens) / this.#rate) * 1000);
  }

  get #capacity(): number {
    return Math.max(1, this.#rate * BURST_SECONDS);
  }

  /** Calls a second that the API takes, by what it took in the last second. */
  #measuredRate(): number {
    this.#forget();
    const atLeast = this.#clock.now() - this.#busySince < WINDOW_MS ? FIRST_SECOND_BETA * this.#rate : 1;
    return Math.max(atLeast, this.#accepted.length);
  }

  #forget(): void {
    const since = this.#clock.now() - WINDOW_MS;
    let old = 0;
    while ((this.#accepted[old] ?? Number.POSITIVE_INFINITY) <= since) old++;
    this.#accepted.splice(0, old);
  }

  #refill(): void {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#capacity, this.#tokens + ((now - this.#refilledAt) / 1000) * this.#rate);
    this.#refilledAt = now;
  }

  #grant(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#refill();
    for (const waiting of this.#queue) {
      // Waiting for a millisecond may bring a hair less than the last token.
      if (this.#tokens < 1 - 1e-9) break;
      this.#tokens -= 1;
      this.#queue.delete(waiting);
      const now = this.#clock.now();
      if (now - this.#grantedAt >= WINDOW_MS) this.#busySince = now;
      this.#grantedAt = now;
      waiting.signal?.removeEventListener('abort', waiting.onAbort);
      waiting.resolve({ at: now });
    }
    if (this.#queue.size > 0) {
      const wait = Math.ceil(((1 - this.#tokens) / this.#rate) * 1000);
      this.#cancelTimer = this.#clock.after(wait, () => this.#grant());
    }
  }
}
