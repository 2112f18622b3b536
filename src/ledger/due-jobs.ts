import { type Expression, type RawBuilder, sql } from 'kysely';
import type { JobKind } from '../domain/job.ts';
import { watchSchedule } from '../domain/watch-schedule.ts';
import type { JobRecord, JobsClaim } from './ledger.ts';
import { type Database, idBatches, jobRecord } from './schema.ts';
import { later } from './time.ts';

type Time = RawBuilder<number>;

/** The number of ids in one statement. */
const BATCH = 500;

const { ageShare, minMs, maxMs, endsAtAgeMs } = watchSchedule;

/**
 * Due times are rounded down, so that jobs that are due at about the same time share a call to VOD. The steps are at most a
 * sixth of the wait: half a second, five seconds from a wait of 50 s on, and 30 seconds from a wait of five minutes on.
 */
const MIN_STEP_MS = 500;
const MAX_STEP_MS = 30_000;

/**
 * Returns when a new job is due; null for never.
 *
 * @param gatewayNow the time by the clock of the gateway
 */
export function firstDueAt(
  { status, submittedAt }: JobRecord,
  gatewayNow: number,
  now: Time,
): Expression<number> | null {
  const isFinal = status === 'SUCCESS' || status === 'FAIL';
  return isFinal || gatewayNow - submittedAt >= endsAtAgeMs ? null : firstDue(now);
}

function firstDue(now: Time): Expression<number> {
  return roundedDown(later(now, minMs), MIN_STEP_MS);
}

/**
 * When a new job was submitted, by the database's clock. A gateway has set `submittedAt` by its own clock; for a job that no
 * gateway submitted, VOD has set it.
 */
export function watchedSince(
  { submissionId, submittedAt }: JobRecord,
  gatewayNow: number,
  now: Time,
): Expression<number> | null {
  return submissionId === undefined ? null : later(now, submittedAt - gatewayNow);
}

/** When an existing job is due after an upsert: never if it is final now, and otherwise as before. */
export const mergedDueAt: Expression<number | null> = sql`case
  when jobs.status in ('SUCCESS', 'FAIL') or excluded.status in ('SUCCESS', 'FAIL') then null
  else jobs.due_at end`;

/** See `Ledger.claimDueJobs`. It reads first: if no job is due, it takes no lock and does not write to the disk. */
export async function claimDueJobs(db: Database, claim: JobsClaim, now: Time): Promise<JobRecord[]> {
  const wanted = await wantedDue(db, claim, now);
  if (wanted.length === 0) {
    const first = await firstOwnDueInMs(db, claim.kind, now);
    if (first === undefined || first > 0) return [];
  }
  return (await claimStatement(db, claim, wanted, now).execute()).map(jobRecord);
}

/** Returns the ids among `wanted` that have been due the longest. */
async function wantedDue(db: Database, { kind, wanted, limit }: JobsClaim, now: Time): Promise<string[]> {
  const due: { readonly id: string; readonly due_at: number | null }[] = [];
  for (const batch of idBatches(wanted, BATCH)) {
    const rows = await db
      .selectFrom('jobs')
      .select(['id', 'due_at'])
      .where('kind', '=', kind)
      .where('id', 'in', batch)
      .where('due_at', '<=', now)
      .execute();
    due.push(...rows);
  }
  due.sort((a, b) => Number(a.due_at) - Number(b.due_at));
  return due.slice(0, limit).map(({ id }) => id);
}

/**
 * Claims unlocked due jobs. `skip locked` leaves rows to the gateway that is claiming or writing them. The conditions on
 * `due_at` are in the locking subqueries because Postgres checks them again after it has locked a row.
 *
 * @param wanted at most `claim.limit` ids
 */
export function claimStatement(db: Database, claim: JobsClaim, wanted: readonly string[], now: Time) {
  const { kind, leaseMs, limit, wantedFirst = 0 } = claim;
  return db
    .with('own', (own) =>
      own
        .selectFrom('jobs')
        .select(['id', 'due_at'])
        .where('kind', '=', kind)
        .where('due_at', '<=', now)
        .where('submission_id', 'is not', null)
        .$if(wanted.length > 0 && wantedFirst > 0, (others) => others.where('id', 'not in', wanted))
        .orderBy('due_at')
        .limit(limit - Math.min(wanted.length, wantedFirst))
        .forUpdate()
        .skipLocked(),
    )
    .with('wanted', (others) =>
      others
        .selectFrom('jobs')
        .select(['id', 'due_at'])
        .where('kind', '=', kind)
        .where('due_at', '<=', now)
        // Postgres rejects an empty list.
        .where(({ eb }) => (wanted.length > 0 ? eb('id', 'in', wanted) : sql<boolean>`1 = 0`))
        .forUpdate()
        .skipLocked(),
    )
    .with('due', (due) =>
      due
        .selectFrom('own')
        .selectAll()
        .union(due.selectFrom('wanted').selectAll())
        .orderBy('due_at')
        .limit(limit),
    )
    .updateTable('jobs')
    .set({ due_at: later(now, leaseMs) })
    .where('kind', '=', kind)
    .where('id', 'in', (eb) => eb.selectFrom('due').select('id'))
    .returningAll();
}

/** See `Ledger.releaseJobs`. */
export async function releaseJobs(
  db: Database,
  kind: JobKind,
  ids: readonly string[],
  now: Time,
): Promise<void> {
  const age = sql`(${now} - coalesce(watched_since, submitted_at))`;
  const share = sql`cast(${age} * ${sql.lit(ageShare)} as bigint)`;
  const dueAt = sql`(${now} + ${share})`;
  for (const batch of idBatches(ids, BATCH)) {
    await db
      // Locks rows in the same order as all other writes, to prevent deadlocks.
      .with('held', (held) =>
        held
          .selectFrom('jobs')
          .select('id')
          .where('kind', '=', kind)
          .where('id', 'in', batch)
          .where('due_at', 'is not', null)
          .orderBy('id')
          .forUpdate(),
      )
      .updateTable('jobs')
      .set({
        due_at: sql`case
          when ${age} >= ${sql.lit(endsAtAgeMs)} then null
          when ${share} < ${sql.lit(minMs)} then ${firstDue(now)}
          when ${share} > ${sql.lit(maxMs)} then ${roundedDown(later(now, maxMs), MAX_STEP_MS)}
          when ${share} >= ${sql.lit(10 * MAX_STEP_MS)} then ${roundedDown(dueAt, MAX_STEP_MS)}
          when ${share} >= ${sql.lit(100 * MIN_STEP_MS)} then ${roundedDown(dueAt, 10 * MIN_STEP_MS)}
          else ${roundedDown(dueAt, MIN_STEP_MS)} end`,
      })
      .where('kind', '=', kind)
      .where('id', 'in', (eb) => eb.selectFrom('held').select('id'))
      .execute();
  }
}

/** See `Ledger.nextDueInMs`. */
export async function nextDueInMs(
  db: Database,
  kind: JobKind,
  wanted: readonly string[],
  now: Time,
): Promise<number | undefined> {
  let first = (await firstOwnDueInMs(db, kind, now)) ?? Number.POSITIVE_INFINITY;
  for (const batch of idBatches(wanted, BATCH)) {
    const row = await db
      .selectFrom('jobs')
      .select(sql<number | null>`min(due_at) - ${now}`.as('due_in_ms'))
      .where('kind', '=', kind)
      .where('id', 'in', batch)
      .executeTakeFirst();
    first = Math.min(first, row?.due_in_ms ?? Number.POSITIVE_INFINITY);
  }
  return Number.isFinite(first) ? first : undefined;
}

/** Rounds down to whole steps. Both databases divide integers to integers. */
function roundedDown(time: Expression<unknown>, stepMs: number): Expression<number> {
  return sql`cast(${time} as bigint) / ${sql.lit(stepMs)} * ${sql.lit(stepMs)}`;
}

/** Returns in how many milliseconds the first job is due that any caller can claim. */
async function firstOwnDueInMs(db: Database, kind: JobKind, now: Time): Promise<number | undefined> {
  return (await firstOwnDueStatement(db, kind, now).executeTakeFirst())?.due_in_ms;
}

/** "Own" jobs have a submission: any caller can claim them. */
export function firstOwnDueStatement(db: Database, kind: JobKind, now: Time) {
  return db
    .selectFrom('jobs')
    .select(sql<number>`due_at - ${now}`.as('due_in_ms'))
    .where('kind', '=', kind)
    .where('due_at', 'is not', null)
    .where('submission_id', 'is not', null)
    .orderBy('due_at')
    .limit(1);
}
