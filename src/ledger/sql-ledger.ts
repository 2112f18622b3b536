import type { Clock } from '../clock.ts';
import type { JobKind } from '../domain/job.ts';
import { type Changes, noChanges } from './changes.ts';
import { claimDueEvents, finishEvents, recordEvents } from './events.ts';
import { jobsAfter, submissionsAfter } from './export-pages.ts';
import { guarded } from './failure.ts';
import { findJobs, type JobWriting, recordJobs } from './jobs.ts';
import type {
  ChangeListener,
  JobEvent,
  JobRecord,
  JobsClaim,
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
import { claimDueJobs, firstJobDueAt, releaseJobs } from './watching.ts';

/** The ledger in SQL that SQLite and Postgres both understand. */
export class SqlLedger implements Ledger {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #changes: Changes;

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
    return guarded(() => probe(this.#db));
  }

  begin(intent: SubmissionIntent): Promise<{ readonly begun: boolean; readonly submission: Submission }> {
    return guarded(() => begin(this.#db, intent));
  }

  finish(id: string, end: SubmissionEnd): Promise<void> {
    return guarded(() => finish(this.#db, id, end, this.#writing()));
  }

  submission(id: string): Promise<Submission | undefined> {
    return guarded(() => findSubmission(this.#db, { id }));
  }

  submissionByKey(idempotencyKey: string): Promise<Submission | undefined> {
    return guarded(() => findSubmission(this.#db, { idempotencyKey }));
  }

  resolve(submissionId: string, job: JobRecord): Promise<void> {
    return guarded(() => resolve(this.#db, submissionId, job, this.#writing()));
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
    return guarded(() => recordJobs(this.#db, jobs, options, this.#writing()));
  }

  claimDueJobs(claim: JobsClaim): Promise<readonly JobRecord[]> {
    return guarded(() => claimDueJobs(this.#db, claim, this.#clock.now()));
  }

  releaseJobs(kind: JobKind, ids: readonly string[]): Promise<void> {
    return guarded(() => releaseJobs(this.#db, kind, ids, this.#clock.now()));
  }

  nextDueAt(kind: JobKind, wanted: readonly string[]): Promise<number | undefined> {
    return guarded(() => firstJobDueAt(this.#db, kind, wanted));
  }

  recordEvents(events: readonly JobEvent[], until: number): Promise<void> {
    return guarded(() => recordEvents(this.#db, events, until));
  }

  claimDueEvents(claim: { readonly until: number; readonly limit: number }): Promise<readonly JobEvent[]> {
    return guarded(() => claimDueEvents(this.#db, claim, this.#clock.now()));
  }

  finishEvents(jobIds: readonly string[]): Promise<void> {
    return guarded(() => finishEvents(this.#db, jobIds));
  }

  onChange(listener: ChangeListener): () => void {
    return this.#changes.listen(listener);
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
    return guarded(async () => {
      await this.#changes.close();
      await this.#db.destroy();
    });
  }

  #writing(): JobWriting {
    return { now: this.#clock.now(), changes: this.#changes };
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
