import { type RawBuilder, sql } from 'kysely';
import type { JobKind } from '../domain/job.ts';
import type { EventsClaim, JobEvent } from './ledger.ts';
import { batches, type Database, type EventRow, idBatches } from './schema.ts';
import { type DatabaseTime, later } from './time.ts';

/**
 * How long an unfinished event is kept. By then the watch schedule has read the job several times, or no caller wants it.
 */
const EXPIRES_MS = 10 * 60_000;
/** The number of events in one statement. */
const BATCH = 500;

/**
 * See `Ledger.recordEvents`.
 *
 * @param gatewayNow the time by the clock that has set the events' `receivedAt`
 */
export async function recordEvents(
  db: Database,
  events: readonly JobEvent[],
  leaseMs: number,
  { now: gatewayNow, time }: { readonly now: number; readonly time: DatabaseTime },
): Promise<void> {
  for (const batch of batches(events, BATCH, ({ jobId }) => jobId)) {
    await db
      .insertInto('events')
      .values(
        batch.map(({ kind, jobId, marker, receivedAt }) => ({
          kind,
          job_id: jobId,
          marker: marker ?? null,
          received_at: later(time(), receivedAt - gatewayNow),
          due_at: later(time(), leaseMs),
        })),
      )
      .onConflict((conflict) =>
        conflict.column('job_id').doUpdateSet({
          kind: sql`excluded.kind`,
          marker: sql`coalesce(excluded.marker, events.marker)`,
          received_at: sql`case when excluded.received_at > events.received_at then excluded.received_at else events.received_at end`,
          due_at: sql`excluded.due_at`,
        }),
      )
      .execute();
  }
}

/** See `Ledger.claimDueEvents`. It reads first: if no event is due, it takes no lock and does not write to the disk. */
export async function claimDueEvents(
  db: Database,
  { kind, leaseMs, limit }: EventsClaim,
  now: RawBuilder<number>,
): Promise<JobEvent[]> {
  const first = await firstEventDueInMs(db, kind, now);
  if (first === undefined || first > 0) return [];
  await db
    .with('expired', (expired) =>
      expired
        .selectFrom('events')
        .select('job_id')
        .where('due_at', '<=', now)
        .where('received_at', '<', later(now, -EXPIRES_MS))
        .limit(BATCH)
        .forUpdate()
        .skipLocked(),
    )
    .deleteFrom('events')
    .where('job_id', 'in', (eb) => eb.selectFrom('expired').select('job_id'))
    .execute();
  const claimed = await db
    .with('due', (due) =>
      due
        .selectFrom('events')
        .select('job_id')
        .where('kind', '=', kind)
        .where('due_at', '<=', now)
        .where('received_at', '>=', later(now, -EXPIRES_MS))
        .orderBy('due_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('events')
    .set({ due_at: later(now, leaseMs) })
    .where('job_id', 'in', (eb) => eb.selectFrom('due').select('job_id'))
    .returningAll()
    .execute();
  return claimed.map(jobEvent).sort((a, b) => a.receivedAt - b.receivedAt);
}

/** See `Ledger.finishEvents`. */
export async function finishEvents(db: Database, jobIds: readonly string[]): Promise<void> {
  for (const batch of idBatches(jobIds, BATCH)) {
    await db
      // Locks rows in the same order as all other writes, to prevent deadlocks.
      .with('held', (held) =>
        held.selectFrom('events').select('job_id').where('job_id', 'in', batch).orderBy('job_id').forUpdate(),
      )
      .deleteFrom('events')
      .where('job_id', 'in', (eb) => eb.selectFrom('held').select('job_id'))
      .execute();
  }
}

async function firstEventDueInMs(
  db: Database,
  kind: JobKind,
  now: RawBuilder<number>,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('events')
    .select(sql<number>`due_at - ${now}`.as('due_in_ms'))
    .where('kind', '=', kind)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst();
  return row?.due_in_ms;
}

function jobEvent(row: EventRow): JobEvent {
  return { kind: row.kind, jobId: row.job_id, marker: row.marker ?? undefined, receivedAt: row.received_at };
}
