import type { Clock } from '../clock.ts';
import type { JobKind } from '../domain/job.ts';
import { type Changes, noChanges } from './changes.ts';
import { claimDueEvents, finishEvents, recordEvents } from './events.ts';
import { jobsAfter, submissionsAfter } from './export-pages.ts';
import { withLedgerErrors } from './failure.ts';
import { findJobs, type JobWriting, recordJobs } from './jobs.ts';
import type {
  ChangeListener,
  ExportedRow,
  JobEvent,
  JobRecord,
  JobsClaim,
  Ledger,
  LedgerObserver,
  Position,
  Submission,
  SubmissionEnd,
  SubmissionIntent,
  VideoJobsQuery,
} from './ledger.ts';
import { probe } from './probe.ts';
import { deleteOlderThan } from './retention.ts';
import type { Database } from './schema.ts';
import { begin, countSubmissions, findSubmission, finish, listSubmissions, resolve } from './submissions.ts';
import { countVideoJobs, videoJobs } from './video-jobs.ts';
import { claimDueJobs, firstJobDueAt, releaseJobs } from './watching.ts';

/** The ledger in SQL that SQLite and Postgres both understand. */
export class SqlLedger implements Ledger {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #changes: Changes;
  #observer: LedgerObserver | undefined;

  /**
   * @param db with its tables up to date; closed together with the ledger
   * @param changes likewise
   */
  constructor(db: Database, clock: Clock, changes = noChanges) {
    this.#db = db;
    this.#clock = clock;
    this.#changes = changes;
  }

  check(): Promise<void> {
    return this.#guarded('check', () => probe(this.#db));
  }

  begin(intent: SubmissionIntent): Promise<{ readonly begun: boolean; readonly submission: Submission }> {
    return this.#guarded('begin', () => begin(this.#db, intent));
  }

  finish(id: string, end: SubmissionEnd): Promise<void> {
    return this.#guarded('finish', () => finish(this.#db, id, end, this.#writing()));
  }

  submission(id: string): Promise<Submission | undefined> {
    return this.#guarded('submission', () => findSubmission(this.#db, id));
  }

  resolve(submissionId: string, job: JobRecord): Promise<void> {
    return this.#guarded('resolve', () => resolve(this.#db, submissionId, job, this.#writing()));
  }

  submissions(page: { readonly limit: number; readonly before?: Position }): Promise<readonly Submission[]> {
    return this.#guarded('submissions', () => listSubmissions(this.#db, page));
  }

  countSubmissions(): Promise<number> {
    return this.#guarded('countSubmissions', () => countSubmissions(this.#db));
  }

  jobs(kind: JobKind, ids: readonly string[]): Promise<readonly JobRecord[]> {
    return this.#guarded('jobs', () => findJobs(this.#db, kind, ids));
  }

  record(jobs: readonly JobRecord[], options: { readonly addUnknown: boolean }): Promise<void> {
    return this.#guarded('record', () => recordJobs(this.#db, jobs, options, this.#writing()));
  }

  claimDueJobs(claim: JobsClaim): Promise<readonly JobRecord[]> {
    return this.#guarded('claimDueJobs', () => claimDueJobs(this.#db, claim, this.#clock.now()));
  }

  releaseJobs(kind: JobKind, ids: readonly string[]): Promise<void> {
    return this.#guarded('releaseJobs', () => releaseJobs(this.#db, kind, ids, this.#clock.now()));
  }

  nextDueAt(kind: JobKind, wanted: readonly string[]): Promise<number | undefined> {
    return this.#guarded('nextDueAt', () => firstJobDueAt(this.#db, kind, wanted));
  }

  recordEvents(events: readonly JobEvent[], until: number): Promise<void> {
    return this.#guarded('recordEvents', () => recordEvents(this.#db, events, until));
  }

  claimDueEvents(claim: { readonly until: number; readonly limit: number }): Promise<readonly JobEvent[]> {
    return this.#guarded('claimDueEvents', () => claimDueEvents(this.#db, claim, this.#clock.now()));
  }

  finishEvents(jobIds: readonly string[]): Promise<void> {
    return this.#guarded('finishEvents', () => finishEvents(this.#db, jobIds));
  }

  observe(observer: LedgerObserver): void {
    this.#observer = observer;
  }

  onChange(listener: ChangeListener): () => void {
    return this.#changes.listen(listener);
  }

  videoJobs(queries: readonly VideoJobsQuery[]): Promise<readonly (readonly JobRecord[])[]> {
    return this.#guarded('videoJobs', () => videoJobs(this.#db, queries));
  }

  countVideoJobs(queries: readonly VideoJobsQuery[]): Promise<readonly number[]> {
    return this.#guarded('countVideoJobs', () => countVideoJobs(this.#db, queries));
  }

  deleteOlderThan(time: number, limit: number): Promise<number> {
    return this.#guarded('deleteOlderThan', () => deleteOlderThan(this.#db, time, limit, this.#clock.now()));
  }

  async *export(): AsyncGenerator<ExportedRow> {
    for await (const row of pages<Omit<Submission, 'jobs'>>((last) => submissionsAfter(this.#db, last)))
      yield { table: 'submissions', row };
    for await (const row of pages<JobRecord>((last) => jobsAfter(this.#db, last)))
      yield { table: 'jobs', row };
  }

  close(): Promise<void> {
    return withLedgerErrors(async () => {
      await this.#changes.close();
      await this.#db.destroy();
    });
  }

  /** Runs the statements of one method, and reports the call to the observer. */
  async #guarded<Result>(method: keyof Ledger, statements: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    let ok = false;
    try {
      const result = await withLedgerErrors(statements);
      ok = true;
      return result;
    } finally {
      this.#observer?.called(method, ok, performance.now() - startedAt);
    }
  }

  #writing(): JobWriting {
    return { now: this.#clock.now(), changes: this.#changes };
  }
}

/** The rows of all pages. */
async function* pages<Row>(
  pageAfter: (last: Row | undefined) => Promise<readonly Row[]>,
): AsyncGenerator<Row> {
  let last: Row | undefined;
  do {
    const page = await withLedgerErrors(() => pageAfter(last));
    yield* page;
    last = page.at(-1);
  } while (last);
}
