import { inspect } from 'node:util';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { watchSchedule } from '../../src/domain/watch-schedule.ts';
import { LedgerError } from '../../src/ledger/ledger.ts';
import { openLedger, openPostgres } from '../../src/ledger/open.ts';
import { postgresDefaults } from '../../src/ledger/postgres.ts';
import { sqlLedger } from '../../src/ledger/sql-ledger.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { proxyTo } from '../support/proxy.ts';
import { newPlace, rejection, reusedPlace } from './place.ts';
import { intent, job } from './records.ts';
import { PASSWORD, type RunningPostgres } from './running-postgres.ts';

export function postgresSuite(running: () => RunningPostgres): void {
  it('rejects calls while the server is down, and recovers when it is back', async () => {
    const postgres = running();
    const place = await reusedPlace(postgres);
    const ledger = await place.open();
    const first = intent({ idempotencyKey: 'key' });
    await ledger.begin(first);
    // Opens all connections of the pool, so that all must be replaced.
    await Promise.all(Array.from({ length: 20 }, () => ledger.check()));

    await postgres.stop();
    const failures = await Promise.all([
      ...Array.from({ length: 20 }, () => rejection(ledger.check())),
      rejection(ledger.begin(intent())),
      rejection(ledger.finish(first.id, { state: 'MADE', requestId: undefined, jobs: [job('job')] })),
      rejection(ledger.videoJobs([{ kind: 'AI', videoId: 'video', limit: 1, order: 'newest' }])),
      rejection(place.open()),
    ]);
    for (const { message } of failures) expect(message).toMatch(/^the ledger cannot be used: ./);
    expect(inspect(failures, { depth: 10, showHidden: true })).not.toContain(PASSWORD);

    await postgres.start();
    await Promise.all(Array.from({ length: 20 }, () => ledger.check()));
    expect((await ledger.begin(intent({ idempotencyKey: 'key' }))).submission).toMatchObject({
      id: first.id,
      state: 'PENDING',
    });
    await ledger.finish(first.id, { state: 'MADE', requestId: undefined, jobs: [job('job')] });
    expect(await ledger.submission(first.id)).toMatchObject({ state: 'MADE', jobs: [{ id: 'job' }] });
  });

  it('terminated connections affect only their own transactions', async () => {
    const place = await reusedPlace(running());
    const ledger = await place.open();
    const other = await place.openDatabase();
    const jobs = Array.from({ length: 100 }, (_, index) => job(`job-${index}`));
    const outcomes: Promise<unknown>[] = [];

    for (let round = 0; round < 20; round++) {
      const { id } = intent();
      outcomes.push(
        ledger.begin(intent({ id })).catch(rejected),
        ledger.finish(id, { state: 'MADE', requestId: undefined, jobs }).catch(rejected),
      );
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`.execute(other);
    }
    await Promise.all(outcomes);

    await expect.poll(() => ledger.check().then(() => 'works', rejected)).toBe('works');
  });

  it('rejects a call after the response timeout, and does not reuse the connection', async () => {
    const postgres = running();
    const { options } = await reusedPlace(postgres);
    const proxy = await proxyTo(postgres.port);
    const url = new URL(options.databaseUrl ?? '');
    url.port = String(proxy.port);
    const db = await openPostgres(url.href, { ...postgresDefaults, connections: 1, responseMs: 500 });
    onTestFinished(() => db.destroy());
    const ledger = sqlLedger(db, new ManualClock());
    await ledger.check();

    proxy.stall();
    expect((await rejection(ledger.begin(intent()))).message).toBe(
      'the ledger cannot be used: Query read timeout',
    );
    proxy.resume();

    await ledger.check();
  });

  it('says whether a rejected statement may have run', async () => {
    const postgres = running();
    const { options } = await reusedPlace(postgres);
    const proxy = await proxyTo(postgres.port);
    const url = new URL(options.databaseUrl ?? '');
    url.port = String(proxy.port);
    const db = await openPostgres(url.href, {
      ...postgresDefaults,
      connections: 1,
      connectMs: 300,
      responseMs: 300,
    });
    onTestFinished(() => db.destroy());
    const ledger = sqlLedger(db, new ManualClock());
    await ledger.begin(intent({ id: 'first' }));

    const reported = ledger.begin(intent({ videoId: 'a\0b' }));
    expect(await rejection(reported)).toMatchObject({ mayHaveRun: false });
    proxy.stall();
    expect(await rejection(ledger.begin(intent()))).toMatchObject({ mayHaveRun: true });
    // The connection was discarded, and no other one can be opened.
    expect(await rejection(ledger.begin(intent()))).toMatchObject({ mayHaveRun: false });
  });

  it('times leases, claims and due times by the clock of the server', async () => {
    const { options } = await reusedPlace(running());
    const clock = new ManualClock('2001-01-01');
    const ledger = await openLedger({ ...options, clock });
    onTestFinished(() => ledger.close());
    const [held, expired] = [intent({ leaseMs: 60_000 }), intent({ leaseMs: 0 })];
    await ledger.begin(held);
    await ledger.begin(expired);
    expect(await ledger.submission(held.id)).toMatchObject({ hasExpired: false });
    const read = await ledger.submission(expired.id);
    expect(read?.hasExpired).toBe(true);
    expect(Math.abs((read?.leaseUntil ?? 0) - Date.now())).toBeLessThan(60_000);

    const own = job('job', { submissionId: held.id, submittedAt: clock.now() });
    await ledger.record([own], { addUnknown: true });
    const dueInMs = await ledger.nextDueInMs('AI', []);
    expect(dueInMs).toBeGreaterThan(-60_000);
    expect(dueInMs).toBeLessThanOrEqual(watchSchedule.minMs);
    await ledger.recordEvents([{ kind: 'AI', jobId: 'job', marker: undefined, receivedAt: clock.now() }], 0);
    const claim = { kind: 'AI', leaseMs: 60_000, limit: 10 } as const;
    expect(await ledger.claimDueEvents(claim)).toMatchObject([{ jobId: 'job' }]);
    expect(await ledger.claimDueEvents(claim)).toEqual([]);
  });

  it('retries a transaction that Postgres cancels because of a deadlock', async () => {
    // Not a reused database, because the trigger stays in it.
    const { openDatabase, clock } = await newPlace(running());
    const db = await openDatabase();
    await sql`create sequence attempts`.execute(db);
    await sql`
      create function cancel_twice() returns trigger language plpgsql as $$ begin
        if nextval('attempts') < 3 then raise exception sqlstate '40P01'; end if;
        return new;
      end $$`.execute(db);
    await sql`create trigger cancelling before insert on submissions for each row execute function cancel_twice()`.execute(
      db,
    );

    expect((await sqlLedger(db, clock).begin(intent())).begun).toBe(true);
  });

  it('turns synchronous_commit on if the server has it off', async () => {
    const { openDatabase } = await reusedPlace(running());
    const db = await openDatabase();
    expect((await sql`show synchronous_commit`.execute(db)).rows).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('cancels a statement after the statement timeout', async () => {
    const { options } = await reusedPlace(running());
    const db = await openPostgres(options.databaseUrl ?? '', { ...postgresDefaults, statementMs: 200 });
    onTestFinished(() => db.destroy());

    await expect(sql`select pg_sleep(60)`.execute(db)).rejects.toThrow(/statement timeout/);
  });

  it('returns times and counts as numbers', async () => {
    const { open, clock } = await reusedPlace(running());
    const ledger = await open();
    const submittedAt = Date.parse('2999-12-31T23:59:59.999Z');
    const { submission } = await ledger.begin(intent({ submittedAt, leaseMs: 1 }));
    expect(submission).toMatchObject({ submittedAt, leaseUntil: clock.now() + 1 });
    expect(await ledger.countSubmissions()).toBe(1);
  });

  it('sorts text as SQLite does, whatever the locale', async () => {
    const { open } = await reusedPlace(running());
    const ledger = await open();
    const jobs = ['a', 'B', 'Z', '_', 'é', '1'].map((id) => job(id));
    await ledger.record(jobs, { addUnknown: true });

    const [page] = await ledger.videoJobs([{ kind: 'AI', videoId: 'video', limit: 10, order: 'oldest' }]);

    expect(page?.map(({ id }) => id)).toEqual(['1', 'B', 'Z', '_', 'a', 'é']);
  });

  it.each([
    ['a wrong password', { password: `${PASSWORD}-2` }],
    ['a database that does not exist', { pathname: '/nowhere' }],
    ['a server that does not run', { port: '1' }],
  ])('reports %s without the URL', async (_, wrong) => {
    const { options } = await reusedPlace(running());
    const url = Object.assign(new URL(options.databaseUrl ?? ''), wrong);

    const failure = await rejection(openLedger({ ...options, databaseUrl: url.href }));

    expect(failure.cause).toBeInstanceOf(Error);
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toMatch(/not-to-be-told|postgres:\/\//);
  });

  it.each([
    'postgres://user:not-to-be-told@[bad/database',
    'postgres://user:not#to-be-told@host/database',
    'mysql://user:not-to-be-told@host/database',
    'not-to-be-told',
  ])('rejects an invalid Postgres URL without quoting it: %s', async (databaseUrl) => {
    const { options } = await reusedPlace(undefined);

    const failure = await rejection(openLedger({ ...options, databaseUrl }));

    expect(failure.message).toBe(
      'the ledger cannot be used: expected a URL such as postgres://user@host/database',
    );
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toMatch(/to-be-told/);
  });
}

function rejected(error: unknown): string {
  if (!(error instanceof LedgerError)) throw error;
  return error.message;
}
