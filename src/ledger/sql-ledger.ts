import type { Clock } from '../clock.ts';
import { jobsAfter, submissionsAfter } from './export-pages.ts';
import { guarded } from './failure.ts';
import { findJobs, recordJobs } from './jobs.ts';
import type {
  JobKind,
  JobRecord,
  Ledger,
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

/** The ledger in SQL that SQLite and Postgres both understand. */
export class SqlLedger implements Ledger {
  readonly #db: Database;
  readonly #clock: Clock;

  /** @param db with its tables up to date; closed together with the ledger */
  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  check(): Promise<void> {
    return guarded(() => probe(this.#db));
  }

  begin(intent: SubmissionIntent): Promise<{ readonly begun: boolean; readonly submission: Submission }> {
    return guarded(() => begin(this.#db, intent));
  }

  finish(id: string, end: SubmissionEnd): Promise<void> {
    return guarded(() => finish(this.#db, id, end));
  }

  submission(id: string): Promise<Submission | undefined> {
    return guarded(() => findSubmission(this.#db, { id }));
  }

  submissionByKey(idempotencyKey: string): Promise<Submission | undefined> {
    return guarded(() => findSubmission(this.#db, { idempotencyKey }));
  }

  resolve(submissionId: string, job: JobRecord): Promise<void> {
    return guarded(() => resolve(this.#db, submissionId, job));
  }

  submissions(page: { readonly limit: number; readonly before?: Position }): Promise<readonly Submission[]> {
    return guarded(() => listSubmissions(this.#db, page));
  }

  countSubmissions(): Promise<number> {
    return guarded(() => countSubmissions(this.#db));
  }

  jobs(kind: JobKind, ids: readonly string[]): Promise<readonly JobRecord[]> {
    return guarded(() => findJobs(this.#db, kind, ids));
  }

  record(jobs: readonly JobRecord[], options: { readonly addUnknown: boolean }): Promise<void> {
    return guarded(() => recordJobs(this.#db, jobs, options));
  }

  videoJobs(queries: readonly VideoJobsQuery[]): Promise<readonly (readonly JobRecord[])[]> {
    return guarded(() => videoJobs(this.#db, queries));
  }

  countVideoJobs(queries: readonly VideoJobsQuery[]): Promise<readonly number[]> {
    return guarded(() => countVideoJobs(this.#db, queries));
  }

  deleteOlderThan(time: number, limit: number): Promise<number> {
    return guarded(() => deleteOlderThan(this.#db, time, limit, this.#clock.now()));
  }

  async *export(): AsyncGenerator<{ readonly table: 'submissions' | 'jobs'; readonly row: object }> {
    yield* this.#exported<Omit<Submission, 'jobs'>>('submissions', (last) =>
      submissionsAfter(this.#db, last),
    );
    yield* this.#exported<JobRecord>('jobs', (last) => jobsAfter(this.#db, last));
  }

  close(): Promise<void> {
    return guarded(() => this.#db.destroy());
  }

  async *#exported<Row extends object>(
    table: 'submissions' | 'jobs',
    pageAfter: (last: Row | undefined) => Promise<readonly Row[]>,
  ) {
    let last: Row | undefined;
    do {
      const page = await guarded(() => pageAfter(last));
      for (const row of page) yield { table, row };
      last = page.at(-1);
    } while (last);
  }
}
