import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { CallerTurns, deleteOldAllowances, isUsedUp } from './allowances.ts';
import { type Changes, noChanges } from './changes.ts';
import { claimDueJobs, nextDueInMs, releaseJobs } from './due-jobs.ts';
import { claimDueEvents, finishEvents, recordEvents } from './events.ts';
import type { JobFilter } from './job-filter.ts';
import { deleteOldJobs, findJobs, type JobWriteContext, jobsAfter, knownJobIds, recordJobs } from './jobs.ts';
import {
  type ExportedRow,
  type ExportedSubmission,
  type JobRecord,
  type Ledger,
  LedgerError,
  type LedgerObserver,
} from './ledger.ts';
import { countJobs, countSubmissions, listJobs } from './lists.ts';
import { LostStatementError } from './lost-statement.ts';
import type { Database } from './schema.ts';
import { claimUnsettled, settle } from './settling.ts';
import {
  begin,
  beginWithin,
  cancel,
  deleteOldSubmissions,
  findRepeated,
  findSubmission,
  findSubmissionWithKey,
  finish,
  listSubmissions,
  resolve,
  submissionsAfter,
} from './submissions.ts';
import { type DatabaseTime, processTime } from './time.ts';
import { countVideoJobs, videoJobs } from './video-jobs.ts';

export interface SqlLedgerOptions {
  /** The clock of leases and due times. By default, that of this process. */
  readonly time?: DatabaseTime;
  /** Closed together with the ledger. */
  readonly changes?: Changes;
  /** Only for a ledger that no other process writes. */
  readonly filter?: JobFilter | undefined;
  /** Rejects if what was opened is no longer there. Runs before every {@link Ledger.check}. */
  readonly checkStorage?: () => Promise<void>;
}

/**
 * The ledger in SQL that SQLite and Postgres both accept.
 *
 * @param db with all migrations run; closing the ledger closes it
 */
export function sqlLedger(
  db: Database,
  clock: Clock,
  {
    time = processTime(clock),
    changes = noChanges,
    filter,
    checkStorage = async () => {},
  }: SqlLedgerOptions = {},
): Ledger {
  let observer: LedgerObserver | undefined;
  const turns = new CallerTurns();
  const writeContext = (): JobWriteContext => ({ now: clock.now(), time, changes, filter });

  /** Runs the statements of one method, converts their errors, and reports the call to the observer. */
  async function guarded<Result>(method: keyof Ledger, statements: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    let ok = false;
    try {
      const result = await withLedgerErrors(statements);
      ok = true;
      return result;
    } finally {
      observer?.called(method, ok, performance.now() - startedAt);
    }
  }

  return {
    begin: (intent) => guarded('begin', () => begin(db, intent, time())),
    beginWithin: (intent, allowance) =>
      turns.take(allowance.caller, () =>
        guarded('beginWithin', () => beginWithin(db, intent, allowance, time())),
      ),
    isUsedUp: (allowance) => guarded('isUsedUp', () => isUsedUp(db, allowance)),
    repeatedBy: (intent) => guarded('repeatedBy', () => findRepeated(db, intent, time())),
    cancel: (intent) => guarded('cancel', () => cancel(db, intent, time())),
    finish: (id, end) => guarded('finish', () => finish(db, id, end, writeContext())),
    resolve: (id, job) => guarded('resolve', () => resolve(db, id, job, writeContext())),
    claimUnsettled: (claim) => guarded('claimUnsettled', () => claimUnsettled(db, claim, time())),
    settle: (id, settlement) => guarded('settle', () => settle(db, id, settlement, writeContext())),
    submission: (id) => guarded('submission', () => findSubmission(db, id, time())),
    submissionWithKey: (key, caller) =>
      guarded('submissionWithKey', () => findSubmissionWithKey(db, key, caller, time())),
    submissions: (query) => guarded('submissions', () => listSubmissions(db, query, time())),
    countSubmissions: (filter) => guarded('countSubmissions', () => countSubmissions(db, filter)),
    listJobs: (query) => guarded('listJobs', () => listJobs(db, query)),
    countJobs: (filter) => guarded('countJobs', () => countJobs(db, filter)),
    jobs: (kind, ids) => guarded('jobs', () => findJobs(db, kind, ids)),
    mayHaveJob: (kind, id) => filter?.mayHave(kind, id) ?? true,
    knownJobIds: (kind, videoId, ids) => guarded('knownJobIds', () => knownJobIds(db, kind, videoId, ids)),
    record: (jobs, options) => guarded('record', () => recordJobs(db, jobs, options, writeContext())),
    videoJobs: (queries) => guarded('videoJobs', () => videoJobs(db, queries)),
    countVideoJobs: (queries) => guarded('countVideoJobs', () => countVideoJobs(db, queries)),
    claimDueJobs: (claim) => guarded('claimDueJobs', () => claimDueJobs(db, claim, time())),
    releaseJobs: (kind, ids) => guarded('releaseJobs', () => releaseJobs(db, kind, ids, time())),
    nextDueInMs: (kind, wanted) => guarded('nextDueInMs', () => nextDueInMs(db, kind, wanted, time())),
    recordEvents: (events, leaseMs) =>
      guarded('recordEvents', () => recordEvents(db, events, leaseMs, writeContext())),
    claimDueEvents: (claim) => guarded('claimDueEvents', () => claimDueEvents(db, claim, time())),
    finishEvents: (jobIds) => guarded('finishEvents', () => finishEvents(db, jobIds)),
    deleteOlderThan: (time, limit) =>
      guarded('deleteOlderThan', async () => {
        await deleteOldAllowances(db, clock.now());
        const jobs = await deleteOldJobs(db, time, limit);
        return jobs + (await deleteOldSubmissions(db, time, limit, clock.now()));
      }),
    check: () =>
      guarded('check', async () => {
        await checkStorage();
        await probe(db);
      }),
    onChange: (listener) => changes.listen(listener),
    export: () => exportedRows(db),
    observe(to) {
      observer = to;
    },
    close: () =>
      withLedgerErrors(async () => {
        await changes.close();
        await db.destroy();
      }),
  };
}

/** How often a transaction runs at most if Postgres cancels it because of a conflict with another one. */
const MAX_ATTEMPTS = 3;

/** Runs statements, retries what Postgres has cancelled, and converts every other error to a {@link LedgerError}. */
export async function withLedgerErrors<Result>(statements: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await statements();
    } catch (error) {
      if (error instanceof LedgerError) throw error;
      if (!isCancelled(error) || attempt === MAX_ATTEMPTS) {
        throw new LedgerError(`the ledger cannot be used: ${reason(error)}`, {
          cause: error,
          mayHaveRun: error instanceof LostStatementError,
        });
      }
    }
  }
}

/** Whether the error is `serialization_failure` or `deadlock_detected`: Postgres rolled back, and a retry can succeed. */
function isCancelled(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
}

function reason(error: unknown): string {
  if (error instanceof AggregateError && !error.message) return error.errors.map(reason).join('; ');
  return error instanceof Error && error.message ? error.message : String(error);
}

/** Larger than the free space of a page, so the database must allocate a page. A full disk is noticed only then. */
const PROBE_PADDING = 'x'.repeat(16 * 1024);

/** Reads what a submission reads and writes: its table and each of its indexes, and the newest job. */
async function probe(db: Database): Promise<void> {
  const id = randomUUID();
  await db.transaction().execute(async (transaction) => {
    for (const table of ['submissions', 'jobs'] as const) {
      await transaction.selectFrom(table).selectAll().orderBy('submitted_at', 'desc').limit(1).execute();
    }
    for (const column of ['id', 'idempotency_key'] as const) {
      await transaction.selectFrom('submissions').select('id').where(column, '=', id).execute();
    }
    await transaction.insertInto('probes').values({ id, padding: PROBE_PADDING }).execute();
    await transaction.deleteFrom('probes').where('id', '=', id).execute();
  });
}

async function* exportedRows(db: Database): AsyncGenerator<ExportedRow> {
  const submissions = rowsOf<ExportedSubmission>((last) => submissionsAfter(db, last));
  for await (const row of submissions) yield { table: 'submissions', row };
  for await (const row of rowsOf<JobRecord>((last) => jobsAfter(db, last))) yield { table: 'jobs', row };
}

/** Reads page after page, so that only one page is in memory. */
async function* rowsOf<Row>(
  pageAfter: (last: Row | undefined) => Promise<readonly Row[]>,
): AsyncGenerator<Row> {
  let last: Row | undefined;
  do {
    const page = await withLedgerErrors(() => pageAfter(last));
    yield* page;
    last = page.at(-1);
  } while (last);
}
