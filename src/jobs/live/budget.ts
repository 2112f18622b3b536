import type { Clock } from '../../clock.ts';

/** Unused calls accumulate for at most one second. */
const CAPACITY_MS = 1_000;

/**
 * A token bucket for the calls of one action that no client requested: watching jobs and reading them after events. It
 * gets a share of the action's quota; client requests have the rest.
 */
export class WatchBudget {
  /** Whether followed jobs wait for the next call. Nothing else gets it. */
  isReserved = false;
  readonly #clock: Clock;
  readonly #callsPerSecond: () => number;
  #calls: number;
  #filledAt: number;

  /** `callsPerSecond` returns the present rate: a share of the quota, which changes. */
  constructor({
    clock,
    callsPerSecond,
  }: {
    readonly clock: Clock;
    readonly callsPerSecond: () => number;
  }) {
    this.#clock = clock;
    this.#callsPerSecond = callsPerSecond;
    this.#calls = this.#capacity;
    this.#filledAt = clock.monotonic();
  }

  /** The number of calls that may be made now, up to `wanted`, without the reserved one. */
  available(wanted: number): number {
    this.#fill();
    return Math.min(wanted, Math.max(0, Math.floor(this.#calls) - this.#reserved));
  }

  /** Takes calls out of the budget. */
  spend(calls: number): void {
    this.#fill();
    this.#calls -= calls;
  }

  /** The milliseconds until one call is available. */
  get waitMs(): number {
    this.#fill();
    const missing = 1 + this.#reserved - this.#calls;
    return missing > 0 ? Math.ceil((missing / this.#callsPerSecond()) * 1000) : 0;
  }

  get #reserved(): number {
    return this.isReserved ? 1 : 0;
  }

  get #capacity(): number {
    return Math.max(1, (this.#callsPerSecond() * CAPACITY_MS) / 1000);
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    const added = ((now - this.#filledAt) / 1000) * this.#callsPerSecond();
    this.#calls = Math.min(this.#capacity, this.#calls + added);
    this.#filledAt = now;
  }
}
