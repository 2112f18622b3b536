import { type After, pause } from '../after.ts';
import type { EventFaults } from './faults.ts';

const longestHoldMs = 3000;

/** Decides when events leave: at once, unless faults delay them or change their order. */
export class Departures {
  readonly #after: After;
  readonly #random: () => number;
  readonly #signal: AbortSignal;
  #release: (() => void) | undefined;

  /**
   * @param random 0…1
   * @param signal nothing leaves any more once it aborts
   */
  constructor(after: After, random: () => number, signal: AbortSignal) {
    this.#after = after;
    this.#random = random;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.releaseHeld());
  }

  /** Lets an event leave when its time has come; `leave` resolves when it is through. */
  async depart({ delayMs = 0, reorder = false }: EventFaults, leave: () => Promise<void>): Promise<void> {
    if (delayMs > 0) await pause(this.#after, this.#random() * delayMs, this.#signal);
    if (this.#signal.aborted) return;
    // Only one is held at a time: it is the one that the next is to overtake.
    const releaseOther = this.#release;
    if (reorder && releaseOther === undefined) await this.#hold();
    if (this.#signal.aborted) return;
    await leave();
    releaseOther?.();
  }

  /** Lets the event go that waits for another one, if there is one. */
  releaseHeld(): void {
    this.#release?.();
  }

  #hold(): Promise<void> {
    return new Promise((resolve) => {
      const release = () => {
        cancel();
        if (this.#release === release) this.#release = undefined;
        resolve();
      };
      const cancel = this.#after(longestHoldMs, release);
      this.#release = release;
    });
  }
}
