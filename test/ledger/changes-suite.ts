import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import type { JobKind } from '../../src/domain/job.ts';
import { recordJobs } from '../../src/ledger/jobs.ts';
import type { ChangeListener, JobRecord, Ledger } from '../../src/ledger/ledger.ts';
import { PostgresChanges } from '../../src/ledger/postgres-changes.ts';
import { processTime } from '../../src/ledger/time.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { proxyTo } from '../support/proxy.ts';
import { type NewPlace, newPlace, type Place } from './place.ts';
import { intent, job } from './records.ts';
import type { RunningPostgres } from './running-postgres.ts';

/** Records the calls of a listener. */
class RecordedChanges implements ChangeListener {
  readonly ids: string[] = [];
  readonly kinds = new Set<JobKind>();
  missed = 0;

  changed(kind: JobKind, ids: readonly string[]): void {
    this.kinds.add(kind);
    this.ids.push(...ids);
  }

  mayHaveMissed(): void {
    this.missed++;
  }
}

/** Resolves when the listener receives changes. It does so until the test ends. */
async function listening(to: Pick<Ledger, 'onChange'>) {
  const recorded = new RecordedChanges();
  const stop = to.onChange(recorded);
  onTestFinished(stop);
  await eventually(() => recorded.missed).toBe(1);
  return { recorded, stop };
}

/** The timeout is long enough for a busy machine. */
const eventually = <Value>(value: () => Value) => expect.poll(value, { timeout: 4_000, interval: 5 });

const all = { addUnknown: true };

export function changesInSqliteSuite(newPlace: NewPlace): void {
  it('reports nothing', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    const recorded = new RecordedChanges();
    const stop = ledger.onChange(recorded);
    await ledger.record([job('job')], all);
    await ledger.close();
    stop();

    expect(recorded).toEqual(new RecordedChanges());
    expect(clock.pending).toBe(0);
  });
}

export function changesInPostgresSuite(postgres: () => RunningPostgres): void {
  const somewhere = () => newPlace(postgres());

  it('reports what any gateway records, finishes or resolves', async () => {
    const { open } = await somewhere();
    const [ledger, other] = [await open(), await open()];
    const { recorded } = await listening(ledger);
    const [lost, made] = [intent(), intent()];

    await other.record([job('recorded')], all);
    await ledger.record([job('image', { kind: 'IMAGE' })], all);
    await other.begin(lost);
    await other.resolve(lost.id, job('resolved'));
    await other.begin(made);
    await other.finish(made.id, { state: 'MADE', requestId: undefined, jobs: [job('made')] });
    await other.record([job('recorded', { status: 'SUCCESS' })], { addUnknown: false });

    await eventually(() => recorded.ids).toEqual(['recorded', 'image', 'resolved', 'made', 'recorded']);
    expect(recorded.kinds).toEqual(new Set(['AI', 'IMAGE']));
    expect(recorded.missed).toBe(1);
  });

  it('does not report writes that change nothing, claims or releases', async () => {
    const { open, clock } = await somewhere();
    const ledger = await open();
    const { recorded } = await listening(ledger);
    const known = job('job', { submissionId: 'submission', submittedAt: clock.now(), status: 'PROCESSING' });
    await ledger.record([known], all);

    await ledger.record([known, { ...known, status: 'INIT' }], all);
    await ledger.record([job('unknown')], { addUnknown: false });
    clock.advance(3_000);
    const claim = { kind: 'AI', leaseMs: 1, limit: 10, wanted: [] } as const;
    expect(await ledger.claimDueJobs(claim)).toEqual([known]);
    await ledger.releaseJobs('AI', ['job']);
    await ledger.record([job('last')], all);

    await eventually(() => recorded.ids).toEqual(['job', 'last']);
  });

  it('does not report what is rolled back', async () => {
    const { open, openDatabase, options, clock } = await somewhere();
    const db = await openDatabase();
    const changes = changesOf(options, clock);
    const { recorded } = await listening(await open());
    const write = (id: string) =>
      recordJobs(db, [job(id)], all, { now: clock.now(), time: processTime(clock), changes });

    const failed = db.transaction().execute(async (transaction) => {
      await recordJobs(transaction, [job('undone')], all, {
        now: clock.now(),
        time: processTime(clock),
        changes,
      });
      throw new Error('undo');
    });
    await expect(failed).rejects.toThrow('undo');
    await write('done');

    await eventually(() => recorded.ids).toEqual(['done']);
  });

  it('reports many jobs with the longest ids; a longer id is stored but not reported', async () => {
    const { open } = await somewhere();
    const ledger = await open();
    const { recorded } = await listening(ledger);
    const ids = Array.from({ length: 250 }, (_, index) => `${'😀'.repeat(61)}${100 + index}`);
    const records = [...ids, 'x'.repeat(20_000)].flatMap((id): JobRecord[] => [
      job(id),
      job(id, { kind: 'IMAGE' }),
    ]);

    await ledger.record(records, all);

    await eventually(() => recorded.ids.length).toBe(500);
    expect(recorded.ids.sort()).toEqual(ids.flatMap((id) => [id, id]));
    expect(await ledger.jobs('AI', ['x'.repeat(20_000)])).toHaveLength(1);
  });

  it('ignores payloads that are not from a gateway', async () => {
    const { open, openDatabase } = await somewhere();
    const ledger = await open();
    const db = await openDatabase();
    const { recorded } = await listening(ledger);
    const payloads = [
      '',
      'null',
      '{',
      '[]',
      '{"kind":"AI"}',
      '{"kind":"X","ids":["a"]}',
      '{"kind":"AI","ids":[1]}',
    ];
    for (const payload of payloads)
      await sql`select pg_notify('vod_ai_gateway_jobs', ${payload})`.execute(db);

    await ledger.record([job('job')], all);

    await eventually(() => recorded.ids).toEqual(['job']);
  });

  it('listeners share one connection, which closes with the last of them', async () => {
    const { open, openDatabase } = await somewhere();
    const ledger = await open();
    const db = await openDatabase();
    const connections = async () => (await listenersOf(db)).length;
    expect(await connections()).toBe(0);

    const first = await listening(ledger);
    const late = new RecordedChanges();
    const stopLate = ledger.onChange(late);
    expect(await connections()).toBe(1);
    first.stop();
    first.stop();
    await ledger.record([job('job')], all);
    await eventually(() => late.ids).toEqual(['job']);
    expect(first.recorded.ids).toEqual([]);
    stopLate();
    await eventually(connections).toBe(0);

    const again = await listening(ledger);
    expect(await connections()).toBe(1);
    await ledger.close();
    await eventually(connections).toBe(0);
    again.stop();
    ledger.onChange(new RecordedChanges())();
  });

  it('replaces a broken connection, and reports that changes may have been missed', async () => {
    const { open, openDatabase, clock } = await somewhere();
    const ledger = await open();
    const db = await openDatabase();
    const { recorded } = await listening(ledger);

    for (const pid of await listenersOf(db)) await sql`select pg_terminate_backend(${pid}::int)`.execute(db);
    await eventually(() => listenersOf(db)).toEqual([]);
    await ledger.record([job('missed')], all);
    await eventually(() => afterMs(clock, 100, () => recorded.missed)).toBe(2);
    await ledger.record([job('later')], all);

    await eventually(() => recorded.ids).toEqual(['later']);
  });

  it('detects a silent connection within 15 seconds', async () => {
    const { options, openDatabase, clock } = await somewhere();
    const db = await openDatabase();
    const proxy = await proxyTo(postgres().port);
    const url = new URL(options.databaseUrl ?? '');
    url.port = String(proxy.port);
    const changes = changesOf({ databaseUrl: url.href }, clock);
    const { recorded } = await listening({ onChange: (listener) => changes.listen(listener) });
    clock.advance(10_000);
    // The server has responded to the first heartbeat, and the second is scheduled.
    await eventually(() => clock.waits.filter((ms) => ms === 10_000).length).toBe(2);

    proxy.stall();
    clock.advance(10_000);
    await clock.scheduled(1);
    clock.advance(5_000);
    proxy.resume();

    await eventually(() => afterMs(clock, 100, () => recorded.missed)).toBe(2);
    expect(await listenersOf(db)).toHaveLength(2);
  });

  it('retries an unreachable server with growing pauses, and can be closed meanwhile', async () => {
    const { clock } = await somewhere();
    const changes = changesOf({ databaseUrl: 'postgres://nobody:secret@127.0.0.1:1/nowhere' }, clock);
    const recorded = new RecordedChanges();
    const stop = changes.listen(recorded);
    const retries = () => clock.waits.filter((ms) => ms !== 5_000).length;

    await eventually(() => afterMs(clock, 10_000, retries)).toBeGreaterThan(8);

    const waits = clock.waits.filter((ms) => ms !== 5_000);
    expect(waits[0]).toBeLessThanOrEqual(500);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(5_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
    expect(recorded).toEqual(new RecordedChanges());
    stop();
    await changes.close();
    expect(clock.pending).toBe(0);
  });
}

function changesOf({ databaseUrl = '' }: Partial<Place['options']>, clock: ManualClock): PostgresChanges {
  const changes = new PostgresChanges(databaseUrl, clock);
  onTestFinished(() => changes.close());
  return changes;
}

/** Advances the clock, then returns the value. */
function afterMs<Value>(clock: ManualClock, ms: number, value: () => Value): Value {
  clock.advance(ms);
  return value();
}

/** The process ids of the server's listening connections to this database. */
async function listenersOf(db: Awaited<ReturnType<Place['openDatabase']>>): Promise<readonly number[]> {
  const { rows } = await sql<{ pid: number }>`
    select pid from pg_stat_activity
    where datname = current_database() and application_name = 'vod-ai-gateway changes'`.execute(db);
  return rows.map(({ pid }) => pid);
}
