import type { PendingId } from './pending-ids.ts';

/** The most ids in the queue. Above it, a caller that has its equal share of them cannot add more. */
const MAX_IDS = 10_000;
/** Entries of ids that have left the queue are removed when there are more than this many, and more of them than others. */
const MAX_STALE = 1_000;

/** A first-in, first-out list whose entries may have left the queue otherwise. */
class Arrivals<Job> {
  #entries: PendingId<Job>[] = [];
  #first = 0;

  get size(): number {
    return this.#entries.length - this.#first;
  }

  push(entry: PendingId<Job>): void {
    this.#entries.push(entry);
  }

  /** The first entry that is in the queue. */
  first(queue: FairQueue<Job>): PendingId<Job> | undefined {
    for (let entry = this.#entries[this.#first]; entry; entry = this.#entries[++this.#first]) {
      if (entry.queue !== queue) continue;
      // Under load, the queue is never empty, and would hold all ids that it ever had.
      if (this.#first > MAX_STALE && this.#first > this.size) this.dropStale(queue);
      return entry;
    }
    this.#entries = [];
    this.#first = 0;
    return undefined;
  }

  dropStale(queue: FairQueue<Job>): void {
    this.#entries = this.#entries.slice(this.#first).filter((entry) => entry.queue === queue);
    this.#first = 0;
  }
}

/**
 * The ids that wait for a call. Callers take turns, one id each, so that no caller waits behind the long list of another.
 * The ids of one caller leave in the order in which they came.
 */
export class FairQueue<Job> {
  /** The lists of the callers, in the order of their turns. */
  readonly #callers = new Map<string | undefined, Arrivals<Job>>();
  readonly #all = new Arrivals<Job>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The id that has waited the longest. */
  get oldest(): PendingId<Job> | undefined {
    return this.#all.first(this);
  }

  /** Whether the caller cannot add an id. */
  isFullFor(callerKey: string | undefined): boolean {
    if (this.#size < MAX_IDS) return false;
    const own = this.#callers.get(callerKey)?.size ?? 0;
    return own >= MAX_IDS / Math.max(1, this.#callers.size);
  }

  /** Adds an id for a caller. Another caller that waits for a queued id adds it again: the earlier turn counts. */
  add(pendingId: PendingId<Job>, callerKey: string | undefined): void {
    if (pendingId.queue !== this) {
      pendingId.queue = this;
      this.#size++;
      this.#all.push(pendingId);
      if (this.#all.size > 2 * this.#size + MAX_STALE) this.#dropStale();
    }
    const own = this.#callers.get(callerKey);
    if (own) own.push(pendingId);
    else {
      const arrivals = new Arrivals<Job>();
      arrivals.push(pendingId);
      this.#callers.set(callerKey, arrivals);
    }
  }

  delete(pendingId: PendingId<Job>): void {
    if (pendingId.queue !== this) return;
    pendingId.queue = undefined;
    this.#size--;
  }

  /** Removes up to `count` ids, one of each caller in turn. */
  take(count: number): PendingId<Job>[] {
    const taken: PendingId<Job>[] = [];
    if (this.#callers.size === 1) {
      const [arrivals] = this.#callers.values();
      for (let next = arrivals?.first(this); next && taken.length < count; next = arrivals?.first(this)) {
        this.delete(next);
        taken.push(next);
      }
      return taken;
    }
    // A caller that has had its turn moves to the end of the map, where the loop finds it again.
    for (const [callerKey, arrivals] of this.#callers) {
      if (taken.length === count) break;
      this.#callers.delete(callerKey);
      const pendingId = arrivals.first(this);
      if (!pendingId) continue;
      this.delete(pendingId);
      taken.push(pendingId);
      this.#callers.set(callerKey, arrivals);
    }
    return taken;
  }

  #dropStale(): void {
    this.#all.dropStale(this);
    for (const [callerKey, arrivals] of this.#callers) {
      arrivals.dropStale(this);
      if (arrivals.size === 0) this.#callers.delete(callerKey);
    }
  }
}
