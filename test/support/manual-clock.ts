import type { Clock } from '../../src/clock.ts';

interface Appointment {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that moves only when it is told to. */
export class ManualClock implements Clock {
  /** The `ms` of every appointment ever made, in order. */
  readonly waits: number[] = [];
  #now: number;
  #appointments: Appointment[] = [];
  #watchers: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(now: number | string = '2026-01-02T03:04:05Z') {
    this.#now = typeof now === 'number' ? now : Date.parse(now);
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const appointment = { due: this.#now + ms, callback };
    this.waits.push(ms);
    this.#appointments.push(appointment);
    this.#watchers = this.#watchers.filter(({ count, resolve }) => {
      if (this.#appointments.length < count) return true;
      resolve();
      return false;
    });
    return () => this.#remove(appointment);
  }

  /** How many appointments are neither due yet nor taken back. */
  get pending(): number {
    return this.#appointments.length;
  }

  /** Resolves as soon as at least `count` appointments are pending: code that waits on sockets reaches them later. */
  scheduled(count: number): Promise<void> {
    if (this.#appointments.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#watchers.push({ count, resolve }));
  }

  /** Moves time on and calls back what falls due, in the order of the due times. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#remove(next);
      this.#now = Math.max(this.#now, next.due);
      next.callback();
    }
    this.#now = end;
  }

  #next(end: number): Appointment | undefined {
    return this.#appointments
      .filter(({ due }) => due <= end)
      .reduce<Appointment | undefined>(
        (first, other) => (first === undefined || other.due < first.due ? other : first),
        undefined,
      );
  }

  #remove(appointment: Appointment): void {
    this.#appointments = this.#appointments.filter((other) => other !== appointment);
  }
}
