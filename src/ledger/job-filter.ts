import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { JobKind } from '../domain/job.ts';
import type { Database, JobRow } from './schema.ts';

/** The bits of the filter for each job, … */
const BITS_PER_JOB = 16;
/** … and the number of them that a job sets. Of unknown ids, one in 400 passes a full filter of a million jobs. */
const HASHES = 4;
/** Room for 65,536 jobs, in 128 KiB. */
const MIN_BITS = 2 ** 20;
/** Room for 16 million jobs, in 32 MiB. With more of them, more unknown ids pass. */
const MAX_BITS = 2 ** 28;
/** The number of ids that one statement reads while the filter is filled. */
const PAGE = 1_000;
/** The pause before each of these statements. Other statements and requests run in it. */
const PAUSE_MS = 5;
/** The time until a filter is filled again that could not be filled. */
const RETRY_MS = 60_000;

/**
 * A Bloom filter of the jobs in a ledger that only this process writes. Most ids that clients look up are of jobs that were
 * submitted elsewhere; the filter knows without a statement that the ledger does not have them.
 *
 * It is filled from the table in the background, when it is asked for the first time. Until then every id passes. Deleted jobs
 * pass until it is filled again, which happens when it is full, unless it has its largest size.
 */
export class JobFilter {
  readonly #db: Database;
  readonly #clock: Clock;
  /** `undefined` until it has been filled. */
  #bits: Bits | undefined;
  /** The bits that are being filled. */
  #next: Bits | undefined;
  #retryAt = Number.NEGATIVE_INFINITY;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** `false` if the ledger certainly does not have the job. */
  mayHave(kind: JobKind, id: string): boolean {
    if (this.#bits) return this.#bits.has(hashOf(kind, id));
    void this.fill();
    return true;
  }

  /** Adds a job. Call this before the job is written. */
  add(kind: JobKind, id: string): void {
    const hash = hashOf(kind, id);
    if (this.#bits?.isFull) void this.fill();
    this.#bits?.add(hash);
    this.#next?.add(hash);
  }

  /**
   * Fills the filter anew, unless that is in progress or has failed within a minute. Never rejects: if the table cannot be read,
   * the filter stays as it was.
   */
  async fill(): Promise<void> {
    if (this.#next || this.#clock.monotonic() < this.#retryAt) return;
    let length = this.#bits?.length ?? MIN_BITS;
    try {
      // Half of the room is for the jobs to come.
      while (!(await this.#tryFill(length))) length *= 2;
    } catch {
      // The next call of the ledger reports the error, or the ledger was closed.
      this.#next = undefined;
      this.#retryAt = this.#clock.monotonic() + RETRY_MS;
    }
  }

  /** Returns `false` if more bits are needed. */
  async #tryFill(length: number): Promise<boolean> {
    const bits = new Bits(length);
    // From now on, it also gets the jobs that are written. The pause gives earlier writes the time to queue their statements,
    // which the connection runs in order: the pages include their jobs.
    this.#next = bits;
    let page: readonly Key[] = [];
    do {
      await setTimeout(PAUSE_MS, undefined, { ref: false });
      page = await this.#keysAfter(page.at(-1));
      for (const { kind, id } of page) bits.add(hashOf(kind, id));
      if (bits.isHalfFull) return false;
    } while (page.length === PAGE);
    this.#bits = bits;
    this.#next = undefined;
    return true;
  }

  async #keysAfter(last: Key | undefined): Promise<readonly Key[]> {
    let query = this.#db.selectFrom('jobs').select(['kind', 'id']).orderBy('kind').orderBy('id').limit(PAGE);
    if (last) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('kind', 'id'), '>', tuple(last.kind, last.id)),
      );
    }
    return query.execute();
  }
}

/** The primary key of a job. */
type Key = Pick<JobRow, 'kind' | 'id'>;

/** The bits of a filter. A job sets those that its hash names. */
class Bits {
  readonly length: number;
  readonly #words: Uint32Array;
  #jobs = 0;

  /** @param length a power of two */
  constructor(length: number) {
    this.length = length;
    this.#words = new Uint32Array(length / 32);
  }

  get isHalfFull(): boolean {
    return this.#exceeds(1 / 2);
  }

  get isFull(): boolean {
    return this.#exceeds(1);
  }

  /** Whether more than this share of the room is used, and more bits would help. */
  #exceeds(share: number): boolean {
    return this.#jobs * BITS_PER_JOB > share * this.length && this.length < MAX_BITS;
  }

  has(hash: number): boolean {
    const step = stepOf(hash);
    for (let count = 0, bit = hash; count < HASHES; count++, bit = (bit + step) | 0) {
      if (!((this.#words[this.#wordOf(bit)] ?? 0) & (1 << bit))) return false;
    }
    return true;
  }

  add(hash: number): void {
    if (this.has(hash)) return;
    this.#jobs++;
    const step = stepOf(hash);
    for (let count = 0, bit = hash; count < HASHES; count++, bit = (bit + step) | 0) {
      const word = this.#wordOf(bit);
      this.#words[word] = (this.#words[word] ?? 0) | (1 << bit);
    }
  }

  #wordOf(bit: number): number {
    return (bit & (this.length - 1)) >>> 5;
  }
}

/** FNV-1a, in 32 bits. */
function hashOf(kind: JobKind, id: string): number {
  return hashed(id, hashed(kind, 0x811c9dc5));
}

function hashed(text: string, start: number): number {
  let hash = start;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}

/** The distance of a job's bits: a second hash, made of the first one. It is odd, so that no two of the bits are the same. */
function stepOf(hash: number): number {
  return (Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 7) | 1;
}
