import type { Clock } from '../clock.ts';

/** The factor by which a throttled call lowers the rate. */
const BETA = 0.95;
/** The growth of a fully used rate, in calls per second each second. */
const INCREASE = 2;
/** The lowest rate, in calls per second. Some calls are needed to detect that the quota has recovered. */
const MIN_RATE = 0.5;
/** The period over which the accepted calls are measured. The API counts calls per second. */
const WINDOW_MS = 1_000;
/**
 * The lowest factor for a throttled call in the first second after an idle second. Too few calls are measured by then
 * to tell a small quota from one that another client has just used up.
 */
const FIRST_SECOND_BETA = 0.7;
/** The size of a burst after an idle time, in seconds of the rate. */
const BURST_SECONDS = 0.1;

/** The permission to send one call. */
export interface Permit {
  /** When the permit was granted, in the clock's monotonic milliseconds. */
  readonly at: number;
}

interface Waiter {
  readonly resolve: (permit: Permit) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

/**
 * A token bucket whose rate adapts to the API's quota: throttling lowers it, success raises it (additive increase,
 * multiplicative decrease). The quota belongs to the account, so several gateways share it without communicating.
 *
 * As in the AWS SDKs' adaptive mode, throttling lowers the measured rate, not the configured one. Here that is the rate
 * of the calls *accepted* in the last second, so a rate that is configured far too high is corrected within two
 * seconds.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #maxRate: number;
  readonly #queue = new Set<Waiter>();
  #rate: number;
  #tokens: number;
  #refilledAt: number;
  #cutAt = Number.NEGATIVE_INFINITY;
  /** The times at which calls were accepted in the last second, oldest first. */
  readonly #accepted: number[] = [];
  /** The start of the current period without an idle second, and the time of the last permit. */
  #busySince = Number.NEGATIVE_INFINITY;
  #grantedAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  /**
   * @param maxRate the highest rate, in calls per second
   * @param initialRate the rate at the start, in calls per second; at most `maxRate`
   */
  constructor(clock: Clock, maxRate: number, initialRate = maxRate) {
    this.#clock = clock;
    this.#maxRate = maxRate;
    this.#rate = Math.min(maxRate, initialRate);
    this.#tokens = this.#capacity;
    this.#refilledAt = clock.monotonic();
  }

  /** The current rate, in calls per second. */
  get rate(): number {
    return this.#rate;
  }

  /** Waits for a permit, first come, first served. Rejects with the signal's reason. */
  acquire(signal?: AbortSignal): Promise<Permit> {
    const permit = signal?.aborted ? undefined : this.tryAcquire();
    if (permit) return Promise.resolve(permit);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const waiter: Waiter = {
        resolve,
        signal,
        onAbort: () => {
          this.#queue.delete(waiter);
          reject(signal?.reason);
        },
      };
      signal?.addEventListener('abort', waiter.onAbort, { once: true });
      this.#queue.add(waiter);
      this.#grant();
    });
  }

  /** Returns a permit if one is free and nobody waits for it. */
  tryAcquire(): Permit | undefined {
    if (this.#queue.size > 0) return undefined;
    this.#refill();
    if (this.#tokens < 1 - 1e-9) return undefined;
    return this.#take();
  }

  /** Returns an unused permit. */
  release(): void {
    this.#tokens += 1;
    this.#grant();
  }

  /** Records a call that the API did not throttle, whatever its response. */
  accepted(): void {
    this.#accepted.push(this.#clock.monotonic());
    this.#dropOld();
    // `rate` calls per second add up to INCREASE.
    this.#refill();
    this.#rate = Math.min(this.#maxRate, this.#rate + INCREASE / this.#rate);
  }

  /** Records a call that the API throttled. */
  throttled({ at }: Permit): void {
    // The API counts calls per second: throttling in the second of the last cut has the same cause.
    if (at < this.#cutAt + 1_000) return;
    this.#refill();
    this.#cutAt = this.#clock.monotonic();
    this.#rate = Math.max(MIN_RATE, BETA * Math.min(this.#rate, this.#measuredRate()));
    this.#tokens = Math.min(this.#tokens, this.#capacity);
  }

  /** The estimated time until this many more calls get permits, in milliseconds. */
  delayMs(calls: number): number {
    this.#refill();
    return Math.ceil((Math.max(0, this.#queue.size + calls - this.#tokens) / this.#rate) * 1000);
  }

  get #capacity(): number {
    return Math.max(1, this.#rate * BURST_SECONDS);
  }

  /** The calls per second that the API accepts, measured over the last second. */
  #measuredRate(): number {
    this.#dropOld();
    const atLeast =
      this.#clock.monotonic() - this.#busySince < WINDOW_MS ? FIRST_SECOND_BETA * this.#rate : 1;
    return Math.max(atLeast, this.#accepted.length);
  }

  #dropOld(): void {
    const since = this.#clock.monotonic() - WINDOW_MS;
    let old = 0;
    while ((this.#accepted[old] ?? Number.POSITIVE_INFINITY) <= since) old++;
    if (old > 0) this.#accepted.splice(0, old);
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(this.#capacity, this.#tokens + ((now - this.#refilledAt) / 1000) * this.#rate);
    this.#refilledAt = now;
  }

  #take(): Permit {
    this.#tokens -= 1;
    const now = this.#refilledAt;
    if (now - this.#grantedAt >= WINDOW_MS) this.#busySince = now;
    this.#grantedAt = now;
    return { at: now };
  }

  #grant(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#refill();
    for (const waiter of this.#queue) {
      // Rounding: the tokens refilled during the wait may add up to slightly less than 1.
      if (this.#tokens < 1 - 1e-9) break;
      this.#queue.delete(waiter);
      waiter.signal?.removeEventListener('abort', waiter.onAbort);
      waiter.resolve(this.#take());
    }
    if (this.#queue.size > 0) {
      const wait = Math.ceil(((1 - this.#tokens) / this.#rate) * 1000);
      this.#cancelTimer = this.#clock.after(wait, () => this.#grant());
    }
  }
}
