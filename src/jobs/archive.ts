import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import { type AnyJob, isFinal } from '../domain/job.ts';
import { type Ledger, LedgerError } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import { supersedes } from './live/supersedes.ts';
import type { JobRecords } from './records.ts';

/** Where final jobs are kept for good. Its methods never throw: without it, VOD has the answer. */
export interface Archive<Job> {
  /** Whether it is worth asking for the id. */
  mayKnow(id: string): boolean;
  /** The final jobs among these. */
  find(ids: readonly string[]): Promise<ReadonlyMap<string, Job>>;
  /** To be told of what a reading has shown: the job, or that there is none. */
  learned(id: string, job: Job | undefined): void;
  /** To be told of a job that is watched: from now on each change of it is kept, whoever submitted it. */
  keep(job: Job): void;
  /** Resolves when what was learned by now is written, or could not be. */
  written(): Promise<void>;
}

/** For how long an id that the ledger knew no final state of is not looked for there again. */
const RECHECK_MS = 60_000;
const MAX_CHECKED = 100_000;
/** A lookup waits no longer than this for the ledger: VOD has the answer, too. */
const PATIENCE_MS = 2_500;
/** For how long lookups do without a ledger that was out of reach. */
const PAUSE_MS = 5_000;
/** What is still to be written is bounded: beyond this, readings are forgotten, and VOD asked again some day. */
const MAX_UNWRITTEN = 10_000;

/**
 * The jobs of one kind in the ledger, as lookups use it: final states are found there after a restart or where another
 * gateway learned them, and each change that a reading shows is written down, behind the readers' backs. Where the
 * ledger is out of reach, lookups go on without it.
 */
export class JobArchive<Job extends AnyJob> implements Archive<Job> {
  readonly #ledger: Ledger;
  readonly #records: JobRecords<Job>;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Ids that were asked for of late: whether the ledger has them, and the last status that it knows. */
  readonly #checked: LRUCache<string, { readonly isKept: boolean; readonly status?: unknown }>;
  readonly #unwritten = new Map<string, Job>();
  /** Those among the unwritten that are to be added although somebody else submitted them and they are under way. */
  readonly #toAdd = new Set<string>();
  #writing: Promise<void> | undefined;
  /** Takes the appointment back for the next attempt, where there is one. */
  #retry: (() => void) | undefined;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(ledger: Ledger, records: JobRecords<Job>, clock: Clock, log: Log) {
    this.#ledger = ledger;
    this.#records = records;
    this.#clock = clock;
    this.#log = log;
    this.#checked = new LRUCache({
      max: MAX_CHECKED,
      ttl: RECHECK_MS,
      ttlResolution: 0,
      perf: { now: () => clock.now() },
    });
  }

  mayKnow(id: string): boolean {
    return !this.#checked.has(id) && this.#clock.now() >= this.#pausedUntil;
  }

  async find(ids: readonly string[]): Promise<ReadonlyMap<string, Job>> {
    const jobs = new Map<string, Job>();
    try {
      for (const record of await this.#inTime(this.#ledger.jobs(this.#records.kind, ids))) {
        const job = this.#records.fromRecord(record);
        if (isFinal(job)) jobs.set(record.id, job);
        else this.#checked.set(record.id, { isKept: true, status: record.status });
      }
      for (const id of ids)
        if (!jobs.has(id) && !this.#checked.has(id)) this.#checked.set(id, { isKept: false });
    } catch (error) {
      this.#outOfReach(error);
    }
    return jobs;
  }

  learned(id: string, job: Job | undefined): void {
    if (!job || this.#unwritten.size >= MAX_UNWRITTEN) return;
    const checked = this.#checked.get(id);
    if (checked?.isKept && checked.status === job.status) return;
    // Somebody else's job that is under way is none of the ledger's: most polling is of such.
    if (checked && !checked.isKept && !isFinal(job) && !submissionIdOf(job)) return;
    this.#checked.set(id, { isKept: true, status: job.status });
    const unwritten = this.#unwritten.get(id);
    // Answers overtake each other: the one that is further on is the newer one.
    if (supersedes(job, unwritten)) this.#unwritten.set(id, job);
    this.#startWriting();
  }

  keep(job: Job): void {
    if (this.#unwritten.size >= MAX_UNWRITTEN) return;
    this.#checked.set(job.id, { isKept: true, status: job.status });
    if (supersedes(job, this.#unwritten.get(job.id))) this.#unwritten.set(job.id, job);
    this.#toAdd.add(job.id);
    this.#startWriting();
  }

  async written(): Promise<void> {
    await this.#writing;
  }

  /** Resolves when all that was learned is written, as far as the ledger can be reached. */
  async flush(): Promise<void> {
    this.#forgetRetry();
    this.#startWriting();
    await this.#writing;
    this.#forgetRetry();
  }

  #forgetRetry(): void {
    this.#retry?.();
    this.#retry = undefined;
  }

  /** At once, unless the ledger was out of reach just now: then there is one appointment for all. */
  #startWriting(): void {
    if (this.#retry) return;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  async #write(): Promise<void> {
    while (this.#unwritten.size > 0) {
      const jobs = [...this.#unwritten.values()];
      const toAdd = new Set(this.#toAdd);
      this.#unwritten.clear();
      this.#toAdd.clear();
      try {
        await this.#record(jobs, toAdd);
      } catch (error) {
        this.#outOfReach(error);
        for (const id of toAdd) this.#toAdd.add(id);
        // Final ones are in the cache by now, so no reading would show them again.
        for (const job of jobs) if (!this.#unwritten.has(job.id)) this.#unwritten.set(job.id, job);
        this.#retry = this.#clock.after(PAUSE_MS, () => {
          this.#retry = undefined;
          this.#startWriting();
        });
        return;
      }
    }
  }

  async #record(jobs: readonly Job[], toAdd: ReadonlySet<string>): Promise<void> {
    const now = this.#clock.now();
    const record = (job: Job) => this.#records.toRecord(job, now);
    // First of all: a final job that is written down is not read again, and would never resolve its submission.
    for (const job of jobs) {
      const submissionId = submissionIdOf(job);
      if (submissionId !== undefined) await this.#ledger.resolve(submissionId, record(job));
    }
    // A final job is worth keeping whoever submitted it; another one only where it is the ledger's own, or watched.
    const isAdded = (job: Job) => isFinal(job) || toAdd.has(job.id);
    await this.#ledger.record(jobs.filter(isAdded).map(record), { addUnknown: true });
    await this.#ledger.record(jobs.filter((job) => !isAdded(job)).map(record), { addUnknown: false });
  }

  /** Gives up on a ledger that does not answer: one that has just gone keeps its callers waiting for a while. */
  #inTime<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(PATIENCE_MS, () =>
        reject(new LedgerError('the ledger does not answer')),
      );
      answer.then(resolve, reject).finally(cancel);
    });
  }

  #outOfReach(error: unknown): void {
    if (!(error instanceof LedgerError)) throw error;
    this.#pausedUntil = this.#clock.now() + PAUSE_MS;
    this.#log.warn({ error: error.name }, error.message);
  }
}

/** The submission that the job's own marker names; readings of AI jobs show none. */
function submissionIdOf(job: AnyJob): string | undefined {
  return 'submissionId' in job ? job.submissionId : undefined;
}
