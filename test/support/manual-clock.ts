import type { Clock } from '../../src/clock.ts';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** The longest wait between two attempts of a call, in milliseconds, if `random` returns 0.5. Deadlines are longer. */
const LONGEST_RETRY_MS = 1_500;
/** Any number but the wall clock's, so that code that confuses the clocks fails. `lru-cache` takes 0 for no time. */
const MONOTONIC_START = 1_000;

/** A clock that moves only when a test moves it. */
export class ManualClock implements Clock {
  /** The `ms` of every timer ever set, in order. */
  readonly waits: number[] = [];
  readonly #skipMs: number;
  #now = MONOTONIC_START;
  /** The difference between the wall clock and the monotonic clock. */
  #wallOffset: number;
  /** In the order in which they were set. Not a `Set`, in which timers that have passed would keep their callbacks for a while. */
  #timers: readonly Timer[] = [];
  #watchers: { readonly count: number; readonly resolve: () => void }[] = [];

  /**
   * @param now Unix milliseconds, or a date as text
   * @param skipMs timers of at most this many milliseconds are due at the next turn of the event loop, which moves the
   *   clock to their time; by default, none are
   */
  constructor(now: number | string = '2026-01-02T03:04:05Z', skipMs = 0) {
    this.#wallOffset = (typeof now === 'number' ? now : Date.parse(now)) - MONOTONIC_START;
    this.#skipMs = skipMs;
  }

  /** A clock for a whole gateway, which skips the waits between retries. */
  static skippingRetries(): ManualClock {
    return new ManualClock('2026-01-01T00:00:00Z', LONGEST_RETRY_MS);
  }

  now(): number {
    return this.#wallOffset + this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  /** Sets the wall clock forward or back, as an operator or NTP does. Timers do not notice. */
  setWallClock(byMs: number): void {
    this.#wallOffset += byMs;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { due: this.#now + ms, callback };
    this.waits.push(ms);
    this.#timers = [...this.#timers, timer];
    if (ms <= this.#skipMs) setImmediate(() => this.#skipTo(timer));
    this.#watchers = this.#watchers.filter(({ count, resolve }) => {
      if (this.#timers.length < count) return true;
      resolve();
      return false;
    });
    return () => this.#cancel(timer);
  }

  /** The number of timers that are neither due nor cancelled. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Resolves when at least `count` timers are pending. Code that waits for sockets sets its timers late. */
  scheduled(count: number): Promise<void> {
    if (this.#timers.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#watchers.push({ count, resolve }));
  }

  /** Moves the clock forward and runs each timer that becomes due, in order of due time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#cancel(next);
      this.#now = Math.max(this.#now, next.due);
      next.callback();
    }
    this.#now = Math.max(this.#now, end);
  }

  #cancel(timer: Timer): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }

  #skipTo(timer: Timer): void {
    if (this.#timers.includes(timer)) this.advance(Math.max(0, timer.due - this.#now));
  }

  /** The next timer that is due by `end`. Of two timers for the same time, the one that was set first. */
  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.due <= end && (first === undefined || timer.due < first.due)) first = timer;
    }
    return first;
  }
}
