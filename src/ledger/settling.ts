import { type RawBuilder, sql } from 'kysely';
import { allowanceColumns, giveBackAllowance } from './allowances.ts';
import { type JobWriteContext, recordJobs } from './jobs.ts';
import type { Settlement, UnsettledClaim, UnsettledSubmission } from './ledger.ts';
import type { Database } from './schema.ts';
import { submissionRecord } from './submissions.ts';
import { later } from './time.ts';

/** Unknown submissions that are settled by the jobs that VOD lists. */

/** The longest lease, for records of a version that did not store when a submission began. */
const MAX_LEASE_MS = 605_000;

/** See `Ledger.claimUnsettled`. It reads first: if no submission is due, it takes no lock and does not write to the disk. */
export async function claimUnsettled(
  db: Database,
  { leaseMs, limit, since }: UnsettledClaim,
  now: RawBuilder<number>,
): Promise<UnsettledSubmission[]> {
  const isDue = sql<boolean>`kind = 'AI' and state in ('PENDING', 'UNKNOWN') and submitted_at >= ${since}
    and lease_until <= ${now} and (settle_at is null or settle_at <= ${now})`;
  const first = await db.selectFrom('submissions').select('id').where(isDue).limit(1).executeTakeFirst();
  if (!first) return [];
  const rows = await db
    .with('due', (due) =>
      due
        .selectFrom('submissions')
        .select('id')
        .where(isDue)
        .orderBy('submitted_at')
        .orderBy('id')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('submissions')
    .set({ settle_at: later(now, leaseMs), state: 'UNKNOWN' })
    .where('id', 'in', (eb) => eb.selectFrom('due').select('id'))
    .returningAll()
    .returning(sql<number>`${now} - coalesce(begun_at, lease_until - ${MAX_LEASE_MS})`.as('age_ms'))
    .execute();
  return rows.map((row) => ({
    submission: submissionRecord(row),
    ageMs: Number(row.age_ms),
    leaseMs: row.begun_at === null ? MAX_LEASE_MS : row.lease_until - row.begun_at,
  }));
}

/**
 * See `Ledger.settle`. One statement compares and sets: of several gateways that decide about one submission, or about two
 * submissions of one video, only one can act on what it has seen.
 */
export async function settle(
  db: Database,
  id: string,
  { seen, listing, checkAgainInMs, outcome }: Settlement,
  context: JobWriteContext,
): Promise<boolean> {
  const { state } = outcome;
  const jobs = outcome.state === 'MADE' ? outcome.jobs : [];
  return db.transaction().execute(async (transaction) => {
    const set = await transaction
      .updateTable('submissions')
      .set({
        state,
        resolved_by: state === 'UNKNOWN' ? null : 'LISTING',
        listing: listing ? JSON.stringify(listing) : null,
        settle_at: later(context.time(), checkAgainInMs),
      })
      .where('id', '=', id)
      .where('state', '=', 'UNKNOWN')
      .where(sql<boolean>`listing is not distinct from ${seen ? JSON.stringify(seen) : null}`)
      .$if(outcome.state === 'MADE', (update) =>
        update.where(
          isOnlyOwner(
            jobs.map((job) => job.id),
            outcome.state === 'MADE' ? outcome.overlapMs : 0,
          ),
        ),
      )
      .returning(allowanceColumns)
      .executeTakeFirst();
    if (!set) return false;
    if (state === 'FAILED') await giveBackAllowance(transaction, set);
    const made = jobs.map((job) => ({ ...job, submissionId: id }));
    await recordJobs(transaction, made, { addUnknown: true }, context);
    return true;
  });
}

/** Whether no other submission has one of the jobs, and none of the video that overlaps is open. */
function isOnlyOwner(jobIds: readonly string[], overlapMs: number): RawBuilder<boolean> {
  return sql`not exists (
      select 1 from jobs where jobs.kind = 'AI' and jobs.id in (${sql.join(jobIds)})
      and jobs.submission_id is not null and jobs.submission_id <> submissions.id
    ) and not exists (
      select 1 from submissions as other where other.video_id = submissions.video_id and other.kind = 'AI'
      and other.id <> submissions.id and other.state in ('PENDING', 'UNKNOWN')
      and other.submitted_at between submissions.submitted_at - ${overlapMs} and submissions.submitted_at + ${overlapMs}
    )`;
}
