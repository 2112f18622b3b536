/** A pool of fewer slots is not divided: its half would serve no caller's two requests at once. */
const MIN_DIVIDED = 4;
/** So many keys stay without a slot, because a map that grows and shrinks with each request allocates its table again. */
const MAX_IDLE_KEYS = 1_000;

/** Slots that all callers share. No caller holds more than half of them, so the last ones are never one caller's. */
export class Slots {
  readonly #max: number;
  readonly #maxPerCaller: number;
  readonly #held = new Map<string, number>();
  #size = 0;

  constructor(max: number) {
    this.#max = max;
    this.#maxPerCaller = max < MIN_DIVIDED ? max : Math.floor(max / 2);
  }

  /** The number of slots in use. */
  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size >= this.#max;
  }

  /** Takes a slot for the caller with this key. Returns false if all are in use, or half of them by this caller. */
  take(key: string): boolean {
    const held = this.#held.get(key) ?? 0;
    if (this.isFull || held >= this.#maxPerCaller) return false;
    this.#held.set(key, held + 1);
    this.#size++;
    return true;
  }

  /** Returns a slot that {@link take} gave to the caller with this key. */
  release(key: string): void {
    const held = this.#held.get(key) ?? 0;
    if (held > 1 || this.#held.size <= MAX_IDLE_KEYS) this.#held.set(key, held - 1);
    else this.#held.delete(key);
    this.#size--;
  }
}
