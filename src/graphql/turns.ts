import { setImmediate as nextTurn } from 'node:timers/promises';

/** Spreads work over turns of the event loop, between which other requests are served. */
export class Turns {
  readonly #size: number;
  /** The work in the last turn that has any, and that turn; `undefined` for the present one. */
  #used = 0;
  #last: Promise<void> | undefined;

  /** @param size the work that is done in one turn */
  constructor(size: number) {
    this.#size = size;
  }

  /** Returns the turn in which this much work may be done; `undefined` if that is the present one. */
  take(work: number): Promise<void> | undefined {
    if (this.#used === 0) setImmediate(() => this.#endIf(undefined));
    this.#used += work;
    if (this.#used > this.#size) {
      this.#used = work;
      const turn = (this.#last ?? Promise.resolve()).then(() => nextTurn());
      this.#last = turn;
      // After that turn, since what is done in it can have more work.
      void turn.then(() => setImmediate(() => this.#endIf(turn)));
    }
    return this.#last;
  }

  /** Starts anew, unless there is work for later turns. */
  #endIf(last: Promise<void> | undefined): void {
    if (this.#last !== last) return;
    this.#last = undefined;
    this.#used = 0;
  }
}
