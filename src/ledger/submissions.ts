import { type JobWriting, jobsOfSubmissions, recordJobs } from './jobs.ts';
import type { JobRecord, Position, Submission, SubmissionEnd, SubmissionIntent } from './ledger.ts';
import { LedgerError } from './ledger.ts';
import { pendingRow, submissionRecord } from './rows.ts';
import type { Database, SubmissionRow } from './schema.ts';

/** How often a submission that keeps changing under one's eyes is looked at again. */
const MAX_LOOKS = 10;

export async function begin(
  db: Database,
  intent: SubmissionIntent,
): Promise<{ readonly begun: boolean; readonly submission: Submission }> {
  for (let look = 1; look <= MAX_LOOKS; look++) {
    const added = await db
      .insertInto('submissions')
      .values(pendingRow(intent))
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (added) return { begun: true, submission: { ...submissionRecord(added), jobs: [] } };

    const first = await holderOf(db, intent);
    // Deleted between the two statements.
    if (!first) continue;
    if (first.state !== 'FAILED' || first.fingerprint !== intent.fingerprint) {
      return { begun: false, submission: await withJobs(db, first) };
    }

    // It takes the new id: whatever the failed attempt's process still has to say no longer concerns it.
    const begun = await db
      .updateTable('submissions')
      .set(pendingRow(intent))
      .where('id', '=', first.id)
      .where('state', '=', 'FAILED')
      .returningAll()
      .executeTakeFirst();
    if (begun) return { begun: true, submission: { ...submissionRecord(begun), jobs: [] } };
  }
  throw new LedgerError(
    `submission ${intent.id} could not be begun: others kept changing the one with its key`,
  );
}

/** The submission that has the intent's key or, which is a mistake of the caller's, its id. */
async function holderOf(db: Database, intent: SubmissionIntent): Promise<SubmissionRow | undefined> {
  const byKey =
    intent.idempotencyKey === undefined
      ? undefined
      : await db
          .selectFrom('submissions')
          .selectAll()
          .where('idempotency_key', '=', intent.idempotencyKey)
          .executeTakeFirst();
  return (
    byKey ?? (await db.selectFrom('submissions').selectAll().where('id', '=', intent.id).executeTakeFirst())
  );
}

export async function finish(
  db: Database,
  id: string,
  end: SubmissionEnd,
  writing: JobWriting,
): Promise<void> {
  const made = end.state === 'MADE' ? end.jobs : undefined;
  await db.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('submissions')
      .set((eb) => ({
        state: end.state,
        request_id: eb.fn.coalesce(eb.val(end.requestId ?? null), 'request_id'),
        user_errors: end.state === 'REFUSED' ? end.userErrors : null,
        job_ids: made ? JSON.stringify(made.map((job) => job.id)) : null,
      }))
      .where('id', '=', id)
      .where((eb) =>
        eb.or([
          eb('state', 'in', ['PENDING', 'UNKNOWN']),
          // One of its jobs turned up before the answer: the answer still tells the rest.
          ...(made ? [eb('state', '=', 'MADE')] : []),
        ]),
      )
      .execute();
    // These were paid for: they are kept even where the submission says otherwise or is gone.
    if (made) {
      const jobs = made.map((job) => ({ ...job, submissionId: id }));
      await recordJobs(transaction, jobs, { addUnknown: true }, writing);
    }
  });
}

export async function resolve(db: Database, id: string, job: JobRecord, writing: JobWriting): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const submission = await transaction
      .selectFrom('submissions')
      .select('state')
      .where('id', '=', id)
      .executeTakeFirst();
    if (!submission) return;
    await transaction
      .updateTable('submissions')
      .set({ state: 'MADE' })
      .where('id', '=', id)
      // The job proves that it did not fail after all. One that was refused stays so: its caller was told.
      .where('state', 'in', ['PENDING', 'UNKNOWN', 'FAILED'])
      .execute();
    await recordJobs(transaction, [{ ...job, submissionId: id }], { addUnknown: true }, writing);
  });
}

export async function findSubmission(db: Database, id: string): Promise<Submission | undefined> {
  const row = await db.selectFrom('submissions').selectAll().where('id', '=', id).executeTakeFirst();
  return row && withJobs(db, row);
}

export async function listSubmissions(
  db: Database,
  { limit, before }: { readonly limit: number; readonly before?: Position },
): Promise<Submission[]> {
  let query = db
    .selectFrom('submissions')
    .selectAll()
    .orderBy('submitted_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (before) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('submitted_at', 'id'), '<', tuple(before.at, before.id)),
    );
  }
  const rows = await query.execute();
  const jobs = await jobsOfSubmissions(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => joined(row, jobs.get(row.id) ?? []));
}

export async function countSubmissions(db: Database): Promise<number> {
  const { count } = await db
    .selectFrom('submissions')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

async function withJobs(db: Database, row: SubmissionRow): Promise<Submission> {
  const jobs = await jobsOfSubmissions(db, [row.id]);
  return joined(row, jobs.get(row.id) ?? []);
}

/** With its jobs in the order of VOD's answer; any that turned up without it come after. */
function joined(row: SubmissionRow, jobs: readonly JobRecord[]): Submission {
  const order = new Map((JSON.parse(row.job_ids ?? '[]') as string[]).map((id, index) => [id, index]));
  const place = ({ id }: JobRecord) => order.get(id) ?? order.size;
  return { ...submissionRecord(row), jobs: jobs.toSorted((a, b) => place(a) - place(b)) };
}
