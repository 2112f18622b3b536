import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../../src/ledger/open.ts';
import { sqlLedger } from '../../src/ledger/sql-ledger.ts';
import { emptyFolder, type NewPlace } from './place.ts';
import { intent, job } from './records.ts';
import { rejection } from './rejection.ts';

export function failuresInSqliteSuite(newPlace: NewPlace): void {
  it('a file that cannot be opened is told at the start, and opens once it can be', async () => {
    const { options, open } = await newPlace();
    const inTheWay = join(options.dataDir, 'ledger.sqlite');
    await mkdir(inTheWay);

    const failure = await rejection(open());
    expect(failure.message).toBe('the ledger cannot be used: unable to open database file');

    await rmdir(inTheWay);
    await (await open()).check();
  });

  it('a folder that cannot be made is told at the start', async () => {
    const file = join(await emptyFolder(), 'file');
    await writeFile(file, '');

    const failure = await rejection(openLedger({ dataDir: join(file, 'data') }));

    expect(failure.message).toMatch(/^the ledger cannot be used: ENOTDIR/);
    expect(failure.cause).toMatchObject({ code: 'ENOTDIR' });
  });

  it('a file that is not a database is told at the start, and left alone', async () => {
    const { options, open } = await newPlace();
    const file = join(options.dataDir, 'ledger.sqlite');
    await writeFile(file, "somebody's notes");

    expect((await rejection(open())).message).toBe('the ledger cannot be used: file is not a database');
    expect(await readFile(file, 'utf8')).toBe("somebody's notes");
  });

  it('a full disk is told, nothing of what failed is there, and it works again when there is room', async () => {
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
    expect(await ledger.submission('kept')).toMatchObject({ ...kept, state: 'PENDING', jobs: [] });
    expect(await ledger.jobs('AI', ['a', 'b'])).toEqual([]);

    await sql`pragma max_page_count = 1000000`.execute(db);
    await ledger.check();
    await ledger.finish('kept', { state: 'MADE', requestId: undefined, jobs: [job('a')] });
    expect((await ledger.begin(intent({ id: 'lost', input: large }))).begun).toBe(true);
  });

  it('one that can only be read is told, can still be read, and works again when it can be written', async () => {
    const { openDatabase, clock } = await newPlace();
    const db = await openDatabase();
    const ledger = sqlLedger(db, clock);
    const first = intent();
    await ledger.begin(first);
    await sql`pragma query_only = 1`.execute(db);

    for (const attempt of [
      ledger.check(),
      ledger.begin(intent()),
      ledger.finish(first.id, { state: 'FAILED' }),
    ]) {
      expect((await rejection(attempt)).message).toMatch(/attempt to write a readonly database/);
    }
    expect(await ledger.submission(first.id)).toMatchObject({ state: 'PENDING' });

    await sql`pragma query_only = 0`.execute(db);
    await ledger.check();
  });

  it('waits for another process that is writing, without holding this one up', async () => {
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
    // SQLite itself never waits: it would hold the whole process up.
    expect((await sql`pragma busy_timeout`.execute(db)).rows).toEqual([{ timeout: 0 }]);
  });

  it('a power cut takes nothing back', async () => {
    const { openDatabase } = await newPlace();
    const db = await openDatabase();
    const FULL = 2;
    expect((await sql`pragma synchronous`.execute(db)).rows).toEqual([{ synchronous: FULL }]);
    expect((await sql`pragma journal_mode`.execute(db)).rows).toEqual([{ journal_mode: 'wal' }]);
  });
}
