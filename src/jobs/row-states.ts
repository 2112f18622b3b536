/** The last known state of a job's row in the ledger. */
export interface RowState {
  /** Whether there is a row, or one is being written. */
  readonly exists: boolean;
  readonly status?: unknown;
}

/** States are forgotten after one to two of these. */
const GENERATION_MS = 30_000;
/** The most states of a generation. The next one starts early then. */
const MAX_STATES = 5_000;

/**
 * Remembers the states of rows for at most a minute.
 *
 * Two generations, of which the older one is dropped as a whole: an `LRUCache` with a TTL for each of 100,000 ids took a
 * tenth of the CPU time of a lookup for twenty new ids, and so did two generations of 50,000: each lookup of a new id reads
 * both, and they must fit into the processor's cache.
 */
export class RowStates {
  #young = new Map<string, RowState>();
  #old = new Map<string, RowState>();
  /** The number of the young generation: generations are born at multiples of {@link GENERATION_MS}. */
  #generation = 0;

  /** @param now the clock's monotonic milliseconds */
  get(id: string, now: number): RowState | undefined {
    this.#advance(now);
    return this.#young.get(id) ?? this.#old.get(id);
  }

  /** @param now the clock's monotonic milliseconds */
  set(id: string, state: RowState, now: number): void {
    this.#advance(now);
    if (this.#young.size >= MAX_STATES) this.#age();
    this.#young.set(id, state);
  }

  #advance(now: number): void {
    const generation = Math.floor(now / GENERATION_MS);
    if (generation === this.#generation) return;
    this.#age();
    if (generation > this.#generation + 1) this.#age();
    this.#generation = generation;
  }

  #age(): void {
    this.#old = this.#young;
    this.#young = new Map();
  }
}
