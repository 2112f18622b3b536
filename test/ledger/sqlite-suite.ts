import { copyFile, mkdir, open as openFile, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Ledger, VideoJobsQuery } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { sqlLedger } from '../../src/ledger/sql-ledger.ts';
import { emptyFolder, type NewPlace, rejection } from './place.ts';
import { intent, job } from './records.ts';

const queryOf = (videoId: string, limit: number): VideoJobsQuery => ({
  kind: 'AI',
  videoId,
  limit,
  order: 'newest',
});

export function sqliteSuite(newPlace: NewPlace): void {
  it('rejects a file that cannot be opened, and opens it when it can be', async () => {
    const { options, open } = await newPlace();
    const file = join(options.dataDir, 'ledger.sqlite');
    await mkdir(file);

    const failure = await rejection(open());
    expect(failure.message).toBe('the ledger cannot be used: unable to open database file');

    await rmdir(file);
    await (await open()).check();
  });

  it('rejects a folder that cannot be created', async () => {
    const file = join(await emptyFolder(), 'file');
    await writeFile(file, '');

    const failure = await rejection(openLedger({ dataDir: join(file, 'data') }));

    expect(failure.message).toMatch(/^the ledger cannot be used: ENOTDIR/);
    expect(failure.cause).toMatchObject({ code: 'ENOTDIR' });
  });

  it('rejects a file that is not a database, and does not change it', async () => {
    const { options, open } = await newPlace();
    const file = join(options.dataDir, 'ledger.sqlite');
    await writeFile(file, 'not a database');

    expect((await rejection(open())).message).toBe('the ledger cannot be used: file is not a database');
    expect(await readFile(file, 'utf8')).toBe('not a database');
  });

  it('rejects writes on a full disk without a partial effect, and recovers when there is space', async () => {
    const { openDatabase, clock } = await newPlace();
    const db = await openDatabase();
    const ledger = sqlLedger(db, clock);
    const kept = intent({ id: 'kept' });
    await ledger.begin(kept);
    const pages = await sql<{ page_count: number }>`pragma page_count`.execute(db);
    await sql`pragma max_page_count = ${sql.lit(pages.rows[0]?.page_count)}`.execute(db);
    const large = 'x'.repeat(100_000);

    const failures = [
      await rejection(ledger.begin(intent({ id: 'lost', input: large }))),
      await rejection(
        ledger.finish('kept', {
          state: 'MADE',
          requestId: undefined,
          jobs: [job('a'), job('b', { state: large })],
        }),
      ),
      await rejection(ledger.check()),
    ];

    for (const { message } of failures) {
      expect(message).toBe('the ledger cannot be used: database or disk is full');
    }
    expect(await ledger.submission('lost')).toBeUndefined();
    expect(await ledger.submission('kept')).toMatchObject({ id: 'kept', state: 'PENDING', jobs: [] });
    expect(await ledger.jobs('AI', ['a', 'b'])).toEqual([]);

    await sql`pragma max_page_count = 1000000`.execute(db);
    await ledger.check();
    await ledger.finish('kept', { state: 'MADE', requestId: undefined, jobs: [job('a')] });
    expect((await ledger.begin(intent({ id: 'lost', input: large }))).begun).toBe(true);
  });

  it('rejects writes to a read-only database, which can still be read, and recovers', async () => {
    const { openDatabase, clock } = await newPlace();
    const db = await openDatabase();
    const ledger = sqlLedger(db, clock);
    const first = intent();
    await ledger.begin(first);
    await sql`pragma query_only = 1`.execute(db);

    const attempts = [ledger.check(), ledger.begin(intent()), ledger.finish(first.id, { state: 'FAILED' })];
    for (const { message } of await Promise.all(attempts.map(rejection))) {
      expect(message).toMatch(/attempt to write a readonly database/);
    }
    expect(await ledger.submission(first.id)).toMatchObject({ state: 'PENDING' });

    await sql`pragma query_only = 0`.execute(db);
    await ledger.check();
  });

  it('waits for the lock of another process without blocking this one', async () => {
    const { options, openDatabase, clock } = await newPlace();
    const db = await openDatabase();
    const ledger = sqlLedger(db, clock);
    const other = new DatabaseSync(join(options.dataDir, 'ledger.sqlite'));
    onTestFinished(() => other.close());
    other.exec('begin immediate');

    const begun = ledger.begin(intent());
    const checked = ledger.check();
    await new Promise((resolve) => setImmediate(resolve));
    other.exec('commit');

    expect((await begun).begun).toBe(true);
    await checked;
    // A statement that found the database locked must not keep the next ones from committing.
    expect(other.prepare('select count(*) as count from submissions').get()).toEqual({ count: 1 });
    // SQLite's own wait would block the process.
    expect((await sql`pragma busy_timeout`.execute(db)).rows).toEqual([{ timeout: 0 }]);
  });

  it('fails the check once the file is deleted or replaced', async () => {
    const { options, open } = await newPlace();
    const file = join(options.dataDir, 'ledger.sqlite');
    const ledger = await open();
    await ledger.check();

    await rename(file, `${file}.moved`);
    expect((await rejection(ledger.check())).message).toMatch(/^the ledger cannot be used: ENOENT/);
    await copyFile(`${file}.moved`, file);
    expect((await rejection(ledger.check())).message).toBe(
      'the ledger cannot be used: its file was replaced',
    );
    await rename(`${file}.moved`, file);
    await ledger.check();
  });

  it.each(['submissions', 'jobs'])('fails the check while the table %s is damaged', async (table) => {
    const { options, open, openDatabase } = await newPlace();
    const ledger = await open();
    await ledger.begin(intent());
    await ledger.record([job('job')], { addUnknown: true });
    await ledger.check();
    const db = await openDatabase();
    await sql`pragma wal_checkpoint(truncate)`.execute(db);
    const { rows } = await sql<{ at: number; size: number }>`
      select (rootpage - 1) * page_size as at, page_size as size
      from sqlite_schema, pragma_page_size where name = ${table}`.execute(db);
    const [page] = rows;
    const file = await openFile(join(options.dataDir, 'ledger.sqlite'), 'r+');
    onTestFinished(() => file.close());

    await file.write(Buffer.alloc(page?.size ?? 0, 0xff), 0, page?.size, page?.at);

    // The page is still in the memory of the connection.
    expect((await rejection(ledger.check())).message).toBe(
      'the ledger cannot be used: database disk image is malformed',
    );
  });

  it('fails the check if a table is missing', async () => {
    const { open, openDatabase } = await newPlace();
    const ledger = await open();
    await sql`drop table submissions`.execute(await openDatabase());
    expect((await rejection(ledger.check())).message).toMatch(/no such table: submissions/);
  });

  it.each<[string, (ledger: Ledger, ids: readonly string[]) => Promise<unknown>]>([
    ['jobs by id', (ledger, ids) => ledger.jobs('AI', ids)],
    ['pages of one video', (ledger) => ledger.videoJobs([queryOf('all', 1_000)])],
    ['pages of many videos', (ledger, ids) => ledger.videoJobs(ids.map((id) => queryOf(id, 10)))],
    [
      'filtered pages',
      (ledger, ids) => ledger.videoJobs(ids.map((id) => ({ ...queryOf(id, 1), status: 'INIT' }))),
    ],
    ['counts', (ledger, ids) => ledger.countVideoJobs(ids.map((id) => queryOf(id, 0)))],
    ['submissions', (ledger) => ledger.submissions({ limit: 100, order: 'newest' })],
  ])('timers and sockets get their turns while it reads %s', async (_, read) => {
    const { openDatabase, clock } = await newPlace();
    const db = await openDatabase();
    await sql`
      insert into jobs (kind, id, video_id, status, submitted_at)
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 1000)
      select 'AI', 'job-' || n, case when n <= 500 then 'job-' || n else 'all' end, 'INIT', n from numbers`.execute(
      db,
    );
    const ledger = sqlLedger(db, clock);
    await db.transaction().execute(async (transaction) => {
      const inserting = sqlLedger(transaction, clock);
      for (let index = 0; index < 100; index++) await inserting.begin(intent());
    });
    // Every look at the clock takes a millisecond, so that the number of turns does not depend on the machine.
    let now = performance.now();
    const clockReads = vi.spyOn(performance, 'now').mockImplementation(() => ++now);
    onTestFinished(() => clockReads.mockRestore());
    let turns = 0;
    const count = () => {
      turns++;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);

    await read(
      ledger,
      Array.from({ length: 500 }, (_, index) => `job-${index + 1}`),
    );

    clearImmediate(counting);
    expect(turns).toBeGreaterThanOrEqual(5);
  });

  it('a read that has started ends before the database is closed', async () => {
    const { open } = await newPlace();
    const ledger = await open();
    const jobs = Array.from({ length: 90 }, (_, index) => job(`job-${index}`));
    await ledger.record(jobs, { addUnknown: true });
    let now = performance.now();
    const clockReads = vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 20;
      return now;
    });
    onTestFinished(() => clockReads.mockRestore());

    const reading = ledger.jobs(
      'AI',
      jobs.map(({ id }) => id),
    );
    await new Promise((resolve) => setImmediate(resolve));
    await ledger.close();

    expect(await reading).toHaveLength(90);
  });

  it('a power failure undoes no commit', async () => {
    const { openDatabase } = await newPlace();
    const db = await openDatabase();
    const FULL = 2;
    expect((await sql`pragma synchronous`.execute(db)).rows).toEqual([{ synchronous: FULL }]);
    expect((await sql`pragma journal_mode`.execute(db)).rows).toEqual([{ journal_mode: 'wal' }]);
  });
}
