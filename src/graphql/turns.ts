/** A piece of work that waits for its turn. */
interface Piece {
  readonly work: number;
  readonly start: () => void;
  /** The next piece of the same caller. */
  next: Piece | undefined;
}

/** The pieces of one caller. There is at least one. */
interface Line {
  first: Piece;
  last: Piece;
}

/**
 * Spreads work over turns of the event loop, between which other requests are served. Callers take turns, one piece each, so that
 * none waits behind the long line of another. The pieces of one caller start in their order.
 */
export class Turns {
  readonly #size: number;
  /** The work in the present turn. */
  #used = 0;
  /** The callers with waiting pieces, in the order of their turns. */
  readonly #lines = new Map<string, Line>();

  /** @param size the work that is done in one turn, in the unit of {@link take} */
  constructor(size: number) {
    this.#size = size;
  }

  /** Resolves in the turn in which this much work may be done for a caller; `undefined` if that is the present one. */
  take(callerKey: string, work: number): Promise<void> | undefined {
    if (this.#lines.size === 0 && this.#start(work)) return undefined;
    return new Promise((resolve) => this.#add(callerKey, { work, start: resolve, next: undefined }));
  }

  /** Counts work in the present turn. Returns false if it does not fit. A turn without any has room for a piece of every size. */
  #start(work: number): boolean {
    if (this.#used > 0 && this.#used + work > this.#size) return false;
    if (this.#used === 0) setImmediate(() => this.#nextTurn());
    this.#used += work;
    return true;
  }

  #nextTurn(): void {
    this.#used = 0;
    for (const [callerKey, line] of this.#lines) {
      const { first } = line;
      if (!this.#start(first.work)) return;
      this.#lines.delete(callerKey);
      if (first.next) {
        line.first = first.next;
        // At the end, where this loop comes to it again.
        this.#lines.set(callerKey, line);
      }
      first.start();
    }
  }

  #add(callerKey: string, piece: Piece): void {
    const line = this.#lines.get(callerKey);
    if (line) {
      line.last.next = piece;
      line.last = piece;
    } else {
      this.#lines.set(callerKey, { first: piece, last: piece });
    }
  }
}
