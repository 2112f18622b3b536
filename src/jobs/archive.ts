import { type Clock, withTimeout } from '../clock.ts';
import { type AnyJob, isFinal, supersedes } from '../domain/job.ts';
import { type JobEntry, type Ledger, LedgerError } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import type { JobRecords } from './records.ts';
import { type RowState, RowStates } from './row-states.ts';

export interface JobArchiveOptions<Job extends AnyJob> {
  readonly ledger: Ledger;
  readonly records: JobRecords<Job>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Shared by all of them, because most ids of others' jobs have no row. */
const NO_ROW: RowState = { exists: false };
/** A lookup waits no longer than this for the ledger, because it can ask VOD instead. */
const READ_TIMEOUT_MS = 2_500;
/** How long lookups do not use a ledger that was unavailable. */
const PAUSE_MS = 5_000;
/** The most jobs that wait to be written. Jobs beyond this limit are not archived. */
const MAX_UNWRITTEN = 10_000;

/**
 * Archives the jobs of one kind in the ledger. Lookups find final jobs there after a restart, or that another gateway
 * read. Changes are written in the background. No method throws: without the ledger, lookups read from VOD.
 */
export class JobArchive<Job extends AnyJob> {
  readonly #options: JobArchiveOptions<Job>;
  /** By job id, for jobs that were looked up or written recently. */
  readonly #rowStates = new RowStates();
  /** How many states were enqueued. */
  #enqueued = 0;
  readonly #unwritten = new Map<string, Job>();
  /** The ids of unwritten jobs that get a row in any case. */
  readonly #idsToAdd = new Set<string>();
  #writing: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(options: JobArchiveOptions<Job>) {
    this.#options = options;
  }

  /** Whether `find` may return the job. `now` is the clock's monotonic time. */
  mayHave(id: string, now = this.#options.clock.monotonic()): boolean {
    const row = this.#rowState(id, now);
    // A final job that the cache has dropped is not read from VOD again.
    const isWorthReading = !row || row.status === 'SUCCESS' || row.status === 'FAIL';
    return isWorthReading && now >= this.#pausedUntil;
  }

  /**
   * Notes a job that a list of the ledger had. If it is final, the next lookup finds it there, although another gateway may
   * have written it since the last one.
   */
  noteListed(entry: JobEntry): void {
    if (!isFinal(entry)) return;
    const { id, status } = entry;
    const now = this.#options.clock.monotonic();
    if (!this.mayHave(id, now)) this.#rowStates.set(id, { exists: true, status }, now);
  }

  /** Returns the final jobs among these ids. */
  async find(ids: readonly string[]): Promise<ReadonlyMap<string, Job>> {
    const { ledger, records, clock } = this.#options;
    const jobs = new Map<string, Job>();
    const enqueued = this.#enqueued;
    try {
      const read = ledger.jobs(records.kind, ids);
      const timeoutError = () => new LedgerError(`the ledger did not respond within ${READ_TIMEOUT_MS} ms`);
      const found = await withTimeout(clock, READ_TIMEOUT_MS, read, timeoutError);
      const now = clock.monotonic();
      for (const record of found) {
        const job = records.fromRecord(record);
        if (isFinal(job)) jobs.set(record.id, job);
        else this.#rowStates.set(record.id, { exists: true, status: record.status }, now);
      }
      // While the ledger was read, a row may have come into being.
      const isCertain = found.length === 0 && enqueued === this.#enqueued;
      for (const id of ids) {
        if (isCertain || !(jobs.has(id) || this.#rowStates.get(id, now)))
          this.#rowStates.set(id, NO_ROW, now);
      }
    } catch (error) {
      this.#pause(error);
    }
    return jobs;
  }

  /** Writes the state of a job that was read from VOD if the ledger has the job, or if it is final. */
  save(job: Job): void {
    const row = this.#rowState(job.id, this.#options.clock.monotonic());
    if (row?.exists && row.status === job.status) return;
    // Most polling is for unfinished jobs that were not submitted through the gateway: they cost no write.
    if (row && !row.exists && !isFinal(job) && !submissionIdOf(job)) return;
    this.#enqueue(job);
  }

  /** Writes a followed job in any case: the watcher reads only jobs that have a row. */
  add(job: Job): void {
    if (this.#unwritten.size < MAX_UNWRITTEN) this.#idsToAdd.add(job.id);
    this.#enqueue(job);
  }

  /** Resolves when the write in progress has ended, or failed. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Resolves when all unwritten jobs are written, or the ledger is unavailable. */
  async flush(): Promise<void> {
    this.#dropRetry();
    this.#startWriting();
    await this.#writing;
    this.#dropRetry();
  }

  /** `undefined` if only the ledger knows. */
  #rowState(id: string, now: number): RowState | undefined {
    const { ledger, records } = this.#options;
    return this.#rowStates.get(id, now) ?? (ledger.mayHaveJob(records.kind, id) ? undefined : NO_ROW);
  }

  #enqueue(job: Job): void {
    if (this.#unwritten.size >= MAX_UNWRITTEN) return;
    this.#enqueued++;
    this.#rowStates.set(job.id, { exists: true, status: job.status }, this.#options.clock.monotonic());
    // Responses can arrive out of order.
    if (supersedes(job, this.#unwritten.get(job.id))) this.#unwritten.set(job.id, job);
    this.#startWriting();
  }

  /** Starts a write, unless one is in progress or a retry is scheduled. */
  #startWriting(): void {
    if (this.#cancelRetry) return;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  async #write(): Promise<void> {
    while (this.#unwritten.size > 0) {
      const jobs = [...this.#unwritten.values()];
      const idsToAdd = new Set(this.#idsToAdd);
      this.#unwritten.clear();
      this.#idsToAdd.clear();
      try {
        await this.#record(jobs, idsToAdd);
      } catch (error) {
        this.#pause(error);
        for (const id of idsToAdd) this.#idsToAdd.add(id);
        // Final jobs are in the cache by now and are never read again, so they must not be lost here.
        for (const job of jobs) if (!this.#unwritten.has(job.id)) this.#unwritten.set(job.id, job);
        this.#cancelRetry = this.#options.clock.after(PAUSE_MS, () => {
          this.#cancelRetry = undefined;
          this.#startWriting();
        });
        return;
      }
    }
  }

  async #record(jobs: readonly Job[], idsToAdd: ReadonlySet<string>): Promise<void> {
    const { ledger, records, clock } = this.#options;
    const now = clock.now();
    const toRecord = (job: Job) => records.toRecord(job, now);
    // Submissions come first: a final job that is written is never read again, so it could not resolve its submission.
    for (const job of jobs) {
      const submissionId = submissionIdOf(job);
      if (submissionId !== undefined) await ledger.resolve(submissionId, toRecord(job));
    }
    const isAdded = (job: Job) => isFinal(job) || idsToAdd.has(job.id);
    await ledger.record(jobs.filter(isAdded).map(toRecord), { addUnknown: true });
    await ledger.record(jobs.filter((job) => !isAdded(job)).map(toRecord), { addUnknown: false });
  }

  #dropRetry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  #pause(error: unknown): void {
    if (!(error instanceof LedgerError)) throw error;
    const { clock, log } = this.#options;
    this.#pausedUntil = clock.monotonic() + PAUSE_MS;
    log.warn({ error: error.name }, error.message);
  }
}

/** The submission that the job's marker names. Only image jobs return their marker. */
function submissionIdOf(job: AnyJob): string | undefined {
  return 'submissionId' in job ? job.submissionId : undefined;
}
