import { type Expression, type RawBuilder, sql } from 'kysely';
import { allowanceColumns, giveBackAllowance, isUsedUp, takeAllowance } from './allowances.ts';
import { EXPORT_PAGE, type JobWriteContext, jobsOfSubmissions, recordJobs } from './jobs.ts';
import {
  type Allowance,
  type Begun,
  type ExportedSubmission,
  type JobEntry,
  type JobListing,
  type JobRecord,
  LedgerError,
  type Submission,
  type SubmissionEnd,
  type SubmissionIntent,
  type SubmissionsQuery,
} from './ledger.ts';
import { submissionIds } from './lists.ts';
import type { Database, SubmissionRow } from './schema.ts';
import { later } from './time.ts';

type Time = RawBuilder<number>;
/** A row as it was read. `has_expired` is 0 or 1. */
type ReadRow = SubmissionRow & { readonly has_expired: number };

/** How often `begin` tries again if other callers change the submission between its statements. */
const MAX_ATTEMPTS = 10;

/** A caller can repeat a submission under its idempotency key for this long, so no submission is deleted earlier. */
const KEYS_KEPT_MS = 24 * 60 * 60 * 1000;

/** What decides which submission an intent repeats. */
type Repeatable = Pick<SubmissionIntent, 'caller' | 'idempotencyKey' | 'fingerprint'>;

/** See `Ledger.begin`. */
export async function begin(
  db: Database,
  intent: SubmissionIntent,
  now: Time,
  allowance?: Allowance,
): Promise<Begun> {
  const row = newRow(intent, 'PENDING', now, allowance);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const added = await insertNew(db, intent, row);
    if (added) return { begun: true, submission: begunSubmission(added) };

    const existing = await conflicting(db, intent, now);
    // Deleted after the insert.
    if (!existing) continue;
    if (!isReplacedBy(intent, existing)) return { begun: false, submission: await withJobs(db, existing) };

    const replaced = await replaceFailed(db, existing, row);
    if (replaced) return { begun: true, submission: begunSubmission(replaced) };
  }
  throw new LedgerError(
    `submission ${intent.id} cannot begin: the submission with its idempotency key keeps changing`,
  );
}

/**
 * Begins the intent, or cancels it, in place of a submission that failed. One that was found by VOD's list keeps its row,
 * without the key: should one of its jobs turn up after all, its marker must lead to it.
 */
async function replaceFailed(
  db: Database,
  existing: ReadRow,
  row: NewRow,
): Promise<SubmissionRow | undefined> {
  if (existing.resolved_by === 'LISTING') {
    return db.isTransaction
      ? takeKey(db, existing, row)
      : db.transaction().execute((transaction) => takeKey(transaction, existing, row));
  }
  // The row gets the new id, so that a late `finish` of the failed attempt does not change it.
  return db
    .updateTable('submissions')
    .set(row)
    .where('id', '=', existing.id)
    .where('state', '=', 'FAILED')
    .returningAll()
    .executeTakeFirst();
}

async function takeKey(db: Database, existing: ReadRow, row: NewRow): Promise<SubmissionRow | undefined> {
  const { numUpdatedRows } = await db
    .updateTable('submissions')
    .set({ idempotency_key: null })
    .where('id', '=', existing.id)
    .where('state', '=', 'FAILED')
    .where('idempotency_key', '=', existing.idempotency_key)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return undefined;
  return db.insertInto('submissions').values(row).returningAll().executeTakeFirstOrThrow();
}

/** The allowance of a transaction is used up. Ends the transaction. */
class AllowanceUsedError extends Error {}

/** See `Ledger.beginWithin`. */
export async function beginWithin(
  db: Database,
  intent: SubmissionIntent,
  allowance: Allowance,
  now: Time,
): Promise<Begun | undefined> {
  // Refuses without a lock, and without a row that is rolled back.
  if (await isUsedUp(db, allowance)) {
    const existing = await conflicting(db, intent, now);
    if (!existing || isReplacedBy(intent, existing)) return undefined;
    return { begun: false, submission: await withJobs(db, existing) };
  }
  try {
    return await db.transaction().execute(async (transaction) => {
      const result = await begin(transaction, intent, now, allowance);
      if (result.begun && !(await takeAllowance(transaction, allowance))) throw new AllowanceUsedError();
      return result;
    });
  } catch (error) {
    if (error instanceof AllowanceUsedError) return undefined;
    throw error;
  }
}

/** Inserts the intent, unless a submission conflicts with it: by its id, the caller's key, or a key without a caller. */
function insertNew(db: Database, intent: SubmissionIntent, row: NewRow): Promise<SubmissionRow | undefined> {
  // One statement, so that the check costs no round trip. No row without a caller is ever added, so it cannot come too late.
  const unlessFound = sql`select ${sql.join(Object.values(row))}
    where not exists (select 1 from submissions where ${withoutCaller(intent)})`;
  return db
    .insertInto('submissions')
    .columns(Object.keys(row) as (keyof SubmissionRow)[])
    .expression(unlessFound)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** Matches the submission that the intent may repeat although it does not name the caller. */
function withoutCaller({ idempotencyKey, fingerprint }: Repeatable): RawBuilder<boolean> {
  return sql`idempotency_key = ${idempotencyKey ?? null} and caller = '' and fingerprint = ${fingerprint}`;
}

/** The submission that the intent repeats or, if a caller has used an id twice, the one with its id. */
async function conflicting(db: Database, intent: SubmissionIntent, now: Time): Promise<ReadRow | undefined> {
  const repeated = await repeatedRow(db, intent, now);
  return repeated ?? (await selected(db, now).where('id', '=', intent.id).executeTakeFirst());
}

/** The submission with the intent's key: the caller's own, or one without a caller. */
async function repeatedRow(db: Database, intent: Repeatable, now: Time): Promise<ReadRow | undefined> {
  const { caller, idempotencyKey } = intent;
  if (idempotencyKey === undefined) return undefined;
  const own = await rowWithKey(db, idempotencyKey, caller, now);
  return own ?? (await selected(db, now).where(withoutCaller(intent)).executeTakeFirst());
}

/** Whether the intent begins in place of the submission, because VOD did not run that one. */
function isReplacedBy({ fingerprint }: Repeatable, { state, fingerprint: other }: ReadRow): boolean {
  return state === 'FAILED' && fingerprint === other;
}

/** See `Ledger.repeatedBy`. */
export async function findRepeated(
  db: Database,
  intent: Repeatable,
  now: Time,
): Promise<Submission | undefined> {
  const row = await repeatedRow(db, intent, now);
  return row && !isReplacedBy(intent, row) ? withJobs(db, row) : undefined;
}

/** Selects submissions as they are at `now`. */
function selected(db: Database, now: Time) {
  return db
    .selectFrom('submissions')
    .selectAll()
    .select(sql<number>`case when lease_until <= ${now} then 1 else 0 end`.as('has_expired'));
}

/**
 * See `Ledger.cancel`. The statement that was lost can still arrive. If it inserts the intent, it finds the id taken. If it
 * replaces a `FAILED` submission, it finds that this one has another id by now.
 */
export async function cancel(db: Database, intent: SubmissionIntent, now: Time): Promise<void> {
  const row = newRow(intent, 'FAILED', now);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (await insertNew(db, intent, row)) return;

    const existing = await conflicting(db, intent, now);
    // Deleted after the insert.
    if (!existing) continue;
    if (existing.id === intent.id) {
      await db.transaction().execute(async (transaction) => {
        const failed = await transaction
          .updateTable('submissions')
          .set({ state: 'FAILED' })
          .where('id', '=', intent.id)
          // Another gateway may have found the lease expired.
          .where('state', 'in', ['PENDING', 'UNKNOWN'])
          .returning(allowanceColumns)
          .executeTakeFirst();
        if (failed) await giveBackAllowance(transaction, failed);
      });
      return;
    }
    // While the key belongs to another attempt, no lost statement can take it.
    if (!isReplacedBy(intent, existing)) return;
    if (await replaceFailed(db, existing, row)) return;
  }
  throw new LedgerError(
    `submission ${intent.id} cannot be cancelled: the submission with its idempotency key keeps changing`,
  );
}

/** The caller's submission with the key; without a caller, the newest one of all callers. */
function rowWithKey(
  db: Database,
  key: string,
  caller: string | undefined,
  now: Time,
): Promise<ReadRow | undefined> {
  const withKey = selected(db, now).where('idempotency_key', '=', key);
  return (
    caller === undefined
      ? withKey.orderBy('submitted_at', 'desc').orderBy('id', 'desc').limit(1)
      : withKey.where('caller', '=', caller)
  ).executeTakeFirst();
}

/** See `Ledger.finish`. */
export async function finish(
  db: Database,
  id: string,
  end: SubmissionEnd,
  context: JobWriteContext,
): Promise<void> {
  const made = end.state === 'MADE' ? end.jobs : undefined;
  await db.transaction().execute(async (transaction) => {
    const changed = await transaction
      .updateTable('submissions')
      .set((eb) => ({
        state: end.state,
        request_id: eb.fn.coalesce(eb.val(end.requestId ?? null), 'request_id'),
        user_errors: end.state === 'REFUSED' ? end.userErrors : null,
        job_ids: made ? JSON.stringify(made.map((job) => job.id)) : null,
        resolved_by: null,
      }))
      .where('id', '=', id)
      .where((eb) =>
        eb.or([
          eb('state', 'in', ['PENDING', 'UNKNOWN']),
          // `resolve` found one of the jobs before VOD's response arrived. The response names all of them.
          ...(made ? [eb('state', '=', 'MADE')] : []),
          // The response of a process that was suspended arrives after the submission was settled.
          ...(made ? [eb('resolved_by', '=', 'LISTING')] : []),
        ]),
      )
      .returning(allowanceColumns)
      .executeTakeFirst();
    if (changed && end.state === 'FAILED') await giveBackAllowance(transaction, changed);
    // The jobs are paid for, so they are stored even if the submission has another state or was deleted.
    if (made) {
      const jobs = made.map((job) => ({ ...job, submissionId: id }));
      await recordJobs(transaction, jobs, { addUnknown: true }, context);
    }
  });
}

/** See `Ledger.resolve`. */
export async function resolve(
  db: Database,
  id: string,
  job: JobRecord,
  context: JobWriteContext,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const submission = await transaction
      .selectFrom('submissions')
      .select('state')
      .where('id', '=', id)
      .executeTakeFirst();
    if (!submission) return;
    await transaction
      .updateTable('submissions')
      .set({ state: 'MADE', resolved_by: 'MARKER' })
      .where('id', '=', id)
      // The job proves that VOD ran the submission. `REFUSED` stays, because the caller already has that result.
      .where('state', 'in', ['PENDING', 'UNKNOWN', 'FAILED'])
      .execute();
    await recordJobs(transaction, [{ ...job, submissionId: id }], { addUnknown: true }, context);
  });
}

/** See `Ledger.submission`. */
export async function findSubmission(db: Database, id: string, now: Time): Promise<Submission | undefined> {
  const row = await selected(db, now).where('id', '=', id).executeTakeFirst();
  return row && withJobs(db, row);
}

/** See `Ledger.submissionWithKey`. */
export async function findSubmissionWithKey(
  db: Database,
  key: string,
  caller: string | undefined,
  now: Time,
): Promise<Submission | undefined> {
  const row = await rowWithKey(db, key, caller, now);
  return row && withJobs(db, row);
}

/** See `Ledger.submissions`. */
export async function listSubmissions(
  db: Database,
  query: SubmissionsQuery,
  now: Time,
): Promise<Submission[]> {
  const direction = query.order === 'newest' ? 'desc' : 'asc';
  const rows = await selected(db, now)
    .where('id', 'in', submissionIds(query))
    .orderBy('submitted_at', direction)
    .orderBy('id', direction)
    .execute();
  const jobs = await jobsOfSubmissions(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => submissionWith(row, jobs.get(row.id) ?? []));
}

/** Returns the page of submissions after `last` for an export, oldest first; empty at the end. */
export async function submissionsAfter(
  db: Database,
  last: ExportedSubmission | undefined,
): Promise<readonly ExportedSubmission[]> {
  let query = db
    .selectFrom('submissions')
    .selectAll()
    .orderBy('submitted_at')
    .orderBy('id')
    .limit(EXPORT_PAGE);
  if (last) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('submitted_at', 'id'), '>', tuple(last.submittedAt, last.id)),
    );
  }
  return (await query.execute()).map(submissionRecord);
}

/** Deletes the oldest submissions; see `Ledger.deleteOlderThan`. */
export async function deleteOldSubmissions(
  db: Database,
  time: number,
  limit: number,
  now: number,
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('submissions')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('submissions as old')
        .select('old.id')
        .where('old.submitted_at', '<', Math.min(time, now - KEYS_KEPT_MS))
        .orderBy('old.submitted_at')
        .orderBy('old.id')
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function withJobs(db: Database, row: ReadRow): Promise<Submission> {
  const jobs = await jobsOfSubmissions(db, [row.id]);
  return submissionWith(row, jobs.get(row.id) ?? []);
}

function submissionWith(row: ReadRow, jobs: readonly JobEntry[]): Submission {
  const order = new Map((JSON.parse(row.job_ids ?? '[]') as string[]).map((id, index) => [id, index]));
  const place = ({ id }: JobEntry) => order.get(id) ?? order.size;
  return {
    ...submissionRecord(row),
    hasExpired: row.has_expired === 1,
    jobs: jobs.toSorted((a, b) => place(a) - place(b)),
  };
}

function begunSubmission(row: SubmissionRow): Submission {
  return { ...submissionRecord(row), hasExpired: false, jobs: [] };
}

/** A new row. The database computes when it begins and the end of its lease. */
type NewRow = Omit<SubmissionRow, 'lease_until' | 'begun_at'> & {
  readonly lease_until: Expression<number>;
  readonly begun_at: Expression<number>;
};

/** @param allowance what the submission is taken out of */
function newRow(
  intent: SubmissionIntent,
  state: 'PENDING' | 'FAILED',
  now: Time,
  allowance?: Allowance,
): NewRow {
  return {
    id: intent.id,
    kind: intent.kind,
    caller: intent.caller,
    idempotency_key: intent.idempotencyKey ?? null,
    fingerprint: intent.fingerprint,
    video_id: intent.videoId,
    input: intent.input,
    submitted_at: intent.submittedAt,
    lease_until: later(now, intent.leaseMs),
    state,
    request_id: null,
    user_errors: null,
    job_ids: null,
    begun_at: now,
    settle_at: null,
    resolved_by: null,
    listing: null,
    allowance_caller: allowance?.caller ?? null,
    allowance_day: allowance?.day ?? null,
  };
}

export function submissionRecord(row: SubmissionRow): ExportedSubmission {
  return {
    id: row.id,
    kind: row.kind,
    caller: row.caller === '' ? undefined : row.caller,
    idempotencyKey: row.idempotency_key ?? undefined,
    fingerprint: row.fingerprint,
    videoId: row.video_id,
    input: row.input,
    submittedAt: row.submitted_at,
    leaseUntil: row.lease_until,
    state: row.state,
    requestId: row.request_id ?? undefined,
    hasResponse: row.job_ids !== null,
    resolvedBy: row.resolved_by ?? undefined,
    listing: row.listing === null ? undefined : (JSON.parse(row.listing) as JobListing),
    userErrors: row.user_errors ?? undefined,
  };
}
