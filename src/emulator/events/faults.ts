import { z } from 'zod';
import { type After, pause } from './delivery.ts';

/** The faults of event delivery. Probabilities are 0…1. A fault that is left out does not happen. */
export interface EventFaults {
  /** The probability that an event is never sent. */
  readonly lose?: number | undefined;
  /** The probability that an event is sent twice. */
  readonly double?: number | undefined;
  /** The longest random delay of an event, in ms. */
  readonly delayMs?: number | undefined;
  /** Whether an event waits until the next one is delivered, for up to three seconds. */
  readonly reorder?: boolean | undefined;
  /** The probability that an event is followed by a false one with the same headers. */
  readonly forge?: number | undefined;
  /** Whether a submit responds only after the events of its final jobs are delivered. */
  readonly early?: boolean | undefined;
}

const probability = z.number().min(0).max(1).optional();

/** The faults that the control API accepts. */
export const eventFaultsSchema: z.ZodType<EventFaults> = z.strictObject({
  lose: probability,
  double: probability,
  delayMs: z.number().min(0).optional(),
  reorder: z.boolean().optional(),
  forge: probability,
  early: z.boolean().optional(),
});

const maxHoldMs = 3000;

/** Delays and reorders events. Without these faults, events are sent immediately. */
export class EventDelays {
  readonly #after: After;
  readonly #random: () => number;
  readonly #signal: AbortSignal;
  /** Releases the held event. Only one event is held at a time, until the next one has overtaken it. */
  #release: (() => void) | undefined;

  /**
   * @param random 0…1
   * @param signal no event is sent after it aborts
   */
  constructor(after: After, random: () => number, signal: AbortSignal) {
    this.#after = after;
    this.#random = random;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.releaseHeld());
  }

  /** Calls `send` after the delays of an event. `send` resolves when the event is delivered or dropped. */
  async delay({ delayMs = 0, reorder = false }: EventFaults, send: () => Promise<void>): Promise<void> {
    if (delayMs > 0) await pause(this.#random() * delayMs, this.#after, this.#signal);
    if (this.#signal.aborted) return;
    const releaseOther = this.#release;
    if (reorder && releaseOther === undefined) await this.#hold();
    if (this.#signal.aborted) return;
    await send();
    releaseOther?.();
  }

  /** Releases the event that waits for the next one. */
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
      const cancel = this.#after(maxHoldMs, release);
      this.#release = release;
    });
  }
}
