import type { Clock } from '../../clock.ts';

/** How long the budget gathers while nobody takes of it. */
const CAPACITY_MS = 1_000;

/**
 * How many calls of one action may be made that nobody asked for: a share of its quota, as far as that is known. What
 * clients ask for has the rest for itself.
 */
export class WatchBudget {
  readonly #clock: Clock;
  readonly #rate: () => number;
  #calls: number;
  #filledAt: number;

  /** @param rate calls a second, now */
  constructor(clock: Clock, rate: () => number) {
    this.#clock = clock;
    this.#rate = rate;
    this.#calls = this.#capacity;
    this.#filledAt = clock.now();
  }

  /** How many calls may be made now, at least as many as can be: not more than `wanted`. */
  available(wanted: number): number {
    this.#fill();
    return Math.min(wanted, Math.floor(this.#calls));
  }

  /** To be told of calls that are made. */
  spend(calls: number): void {
    this.#fill();
    this.#calls -= calls;
  }

  /** In how many milliseconds there is one more call. */
  get waitMs(): number {
    this.#fill();
    return this.#calls >= 1 ? 0 : Math.ceil(((1 - this.#calls) / this.#rate()) * 1000);
  }

  get #capacity(): number {
    return Math.max(1, (this.#rate() * CAPACITY_MS) / 1000);
  }

  #fill(): void {
    const now = this.#clock.now();
    this.#calls = Math.min(this.#capacity, this.#calls + ((now - this.#filledAt) / 1000) * this.#rate());
    this.#filledAt = now;
  }
}
