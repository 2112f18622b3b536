import type { Clock } from '../../src/clock.ts';

/** The longest wait between two attempts of a call; deadlines are longer in these tests. */
const LONGEST_RETRY_MS = 2_000;

/**
 * A clock for whole gateways: waits between retries pass at once, and longer appointments (deadlines) only when the
 * test moves the time.
 */
export class TestClock implements Clock {
  #now: number;
  #appointments: { readonly at: number; readonly callback: () => void }[] = [];

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now = (): number => this.#now;

  after(ms: number, callback: () => void): () => void {
    if (ms <= LONGEST_RETRY_MS) {
      const immediate = setImmediate(() => {
        this.#now += ms;
        callback();
      });
      return () => clearImmediate(immediate);
    }
    const appointment = { at: this.#now + ms, callback };
    this.#appointments.push(appointment);
    return () => {
      this.#appointments = this.#appointments.filter((other) => other !== appointment);
    };
  }

  /** Moves the time on and calls back whoever is due. */
  advance(ms: number): void {
    this.#now += ms;
    const due = this.#appointments.filter(({ at }) => at <= this.#now);
    this.#appointments = this.#appointments.filter(({ at }) => at > this.#now);
    for (const { callback } of due) callback();
  }
}
