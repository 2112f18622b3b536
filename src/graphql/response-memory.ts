/** A response of at most this size is not counted. Almost all are smaller. */
export const UNCOUNTED_BYTES = 256 * 1024;
/** The share of the heap's limit for large responses. A response takes up to three times its size until it is sent. */
const SHARE = 1 / 5;
/** The largest response by default fits even if the heap is small. */
const MIN_BYTES = 32 * 1024 * 1024;

/** The memory and the time that large responses share, for all operations of the process. */
export class ResponseMemory {
  readonly #max: number;
  #used = 0;
  /** Large operations that wait for a turn of the event loop. */
  readonly #waiting: (() => void)[] = [];

  /** @param heapLimit in bytes */
  constructor(heapLimit: number) {
    this.#max = Math.max(heapLimit * SHARE, MIN_BYTES);
  }

  /** Takes bytes. Returns `false`, and takes none, if too few are left. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.#max) return false;
    this.#used += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#used -= bytes;
  }

  /**
   * Resolves in a turn of the event loop of its own. Many operations can wait for the same job: without turns, all of their
   * responses would be built in one go, which blocks the process for seconds.
   */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) setImmediate(() => this.#next());
    });
  }

  #next(): void {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(() => this.#next());
  }
}
