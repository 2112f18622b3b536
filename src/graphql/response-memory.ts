/** A response of at most this size is not counted. Almost all are smaller. */
export const UNCOUNTED_BYTES = 256 * 1024;
/** The share of the heap's limit for large responses, as in `src/http/unread.ts`: what is built must also be sent. */
const SHARE = 1 / 12;
/** The largest response by default fits twice even if the heap is small. */
const MIN_BYTES = 33 * 1024 * 1024;
/** A large operation starts only if this much is left for its caller: the largest response by default. */
const RESERVE_BYTES = 16 * 1024 * 1024;
/** The longest time that a large operation waits for memory. Then it is rejected if there is still none. */
const MAX_WAIT_MS = 10_000;

/** A large operation that waits for its turn. */
interface Waiting {
  readonly callerKey: string;
  readonly holdsMemory: () => boolean;
  /** Whether it has waited for memory as long as it may. */
  hasWaited: boolean;
  readonly start: () => void;
}

/**
 * The memory and the time that large responses share, for all operations of the process. No caller holds more than half of
 * the memory, so a caller that does not read its responses does not keep the others from theirs.
 */
export class ResponseMemory {
  readonly #max: number;
  #used = 0;
  readonly #usedBy = new Map<string, number>();
  readonly #waiting = new Set<Waiting>();
  #isScheduled = false;

  /** @param heapLimit in bytes */
  constructor(heapLimit: number) {
    this.#max = Math.max(heapLimit * SHARE, MIN_BYTES);
  }

  /** Takes bytes. Returns `false`, and takes none, if too few are left for the caller. */
  take(callerKey: string, bytes: number): boolean {
    if (!this.#hasRoom(callerKey, bytes)) return false;
    this.#add(callerKey, bytes);
    return true;
  }

  release(callerKey: string, bytes: number): void {
    this.#add(callerKey, -bytes);
    this.#schedule();
  }

  /**
   * Resolves in a turn of the event loop of its own when there is memory for a large response. Many operations can wait for
   * the same job: without turns, all of their responses would be built in one go, which blocks the process for seconds.
   *
   * @param holdsMemory whether the operation holds memory. It then waits for none: it could be its own, or that of another one
   * that waits for this one's. This can change during the wait, because an operation can wait for several turns.
   */
  turn(callerKey: string, holdsMemory: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        callerKey,
        holdsMemory,
        hasWaited: false,
        start: () => {
          clearTimeout(timeout);
          this.#waiting.delete(waiting);
          resolve();
        },
      };
      const timeout = setTimeout(() => {
        waiting.hasWaited = true;
        this.#schedule();
      }, MAX_WAIT_MS).unref();
      this.#waiting.add(waiting);
      this.#schedule();
    });
  }

  #hasRoom(callerKey: string, bytes: number): boolean {
    const ofCaller = this.#usedBy.get(callerKey) ?? 0;
    return this.#used + bytes <= this.#max && ofCaller + bytes <= this.#max / 2;
  }

  #add(callerKey: string, bytes: number): void {
    this.#used += bytes;
    const ofCaller = (this.#usedBy.get(callerKey) ?? 0) + bytes;
    if (ofCaller > 0) this.#usedBy.set(callerKey, ofCaller);
    else this.#usedBy.delete(callerKey);
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.size === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      for (const waiting of this.#waiting) {
        const isFree = waiting.hasWaited || waiting.holdsMemory();
        if (!isFree && !this.#hasRoom(waiting.callerKey, RESERVE_BYTES)) continue;
        waiting.start();
        // The next one starts after this one has taken its memory.
        this.#schedule();
        return;
      }
    });
  }
}
