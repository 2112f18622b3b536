import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ExportedRow, Ledger } from '../../src/ledger/ledger.ts';
import { migrations, postgresTypes, sqliteTypes } from '../../src/ledger/migrations.ts';
import { postgresDefaults, postgresDialect } from '../../src/ledger/postgres.ts';
import type { Database, Schema } from '../../src/ledger/schema.ts';
import { runsInProcess, sqliteDialect } from '../../src/ledger/sqlite.ts';
import type { NewPlace, Place } from './place.ts';
import { intent, job, NOON } from './records.ts';
import { planOf } from './statements.ts';

const ann = 'key:ann';
const bob = 'token:bob';

/** The callers of submissions. `newPlace` has no tables. */
export function callersSuite(newPlace: NewPlace): void {
  it.each([
    ['the same input', 'fingerprint'],
    ['another input', 'another'],
  ])('one key of two callers is two submissions, with %s', async (_, fingerprint) => {
    const ledger = await (await newPlace()).open();
    const first = intent({ caller: ann, idempotencyKey: 'key' });
    const second = intent({ caller: bob, idempotencyKey: 'key', fingerprint });

    expect((await ledger.begin(first)).begun).toBe(true);
    expect((await ledger.begin(second)).begun).toBe(true);

    for (const { id, caller } of [first, second]) {
      expect(await ledger.submissionWithKey('key', caller)).toMatchObject({ id, caller });
      const again = intent({ caller, idempotencyKey: 'key' });
      expect(await ledger.begin(again)).toMatchObject({ begun: false, submission: { id } });
    }
    expect(await ledger.submissionWithKey('key', 'key:eve')).toBeUndefined();
  });

  it('a key of several callers finds the newest submission if no caller is named', async () => {
    const ledger = await (await newPlace()).open();
    const newest = intent({ caller: ann, idempotencyKey: 'key', submittedAt: NOON + 1 });
    await ledger.begin(newest);
    await ledger.begin(intent({ caller: bob, idempotencyKey: 'key' }));
    expect(await ledger.submissionWithKey('key')).toMatchObject({ id: newest.id });
  });

  it('a lost attempt of one caller is cancelled beside the submission of another', async () => {
    const ledger = await (await newPlace()).open();
    const theirs = intent({ caller: ann, idempotencyKey: 'key' });
    const lost = intent({ caller: bob, idempotencyKey: 'key' });
    await ledger.begin(theirs);
    await ledger.cancel(lost);
    expect(await ledger.submission(theirs.id)).toMatchObject({ state: 'PENDING' });
    expect(await ledger.submission(lost.id)).toMatchObject({ state: 'FAILED', caller: bob });
    expect((await ledger.begin(intent({ caller: bob, idempotencyKey: 'key' }))).begun).toBe(true);
  });

  it("exports each submission's caller", async () => {
    const ledger = await (await newPlace()).open();
    await ledger.begin(intent({ caller: ann }));
    const rows: ExportedRow[] = [];
    for await (const row of ledger.export()) rows.push(row);
    expect(rows).toMatchObject([{ table: 'submissions', row: { caller: ann } }]);
  });

  describe('a submission from before callers were recorded', () => {
    const states = ['PENDING', 'MADE', 'FAILED'] as const;

    /** A ledger that the version before has written: a submission of each state, with its state as its key. */
    async function upgraded(): Promise<{ readonly ledger: Ledger; readonly old: Database }> {
      const place = await newPlace();
      const old = await openBeforeCallers(place);
      for (const state of states) {
        await sql`insert into submissions
          (id, kind, idempotency_key, fingerprint, video_id, input, submitted_at, lease_until, state, job_ids)
          values (${`old-${state}`}, 'AI', ${state}, 'fingerprint', 'video', '{}', ${NOON}, ${NOON}, ${state},
            ${state === 'MADE' ? '["job"]' : null})`.execute(old);
      }
      await sql`insert into jobs (kind, id, video_id, submission_id, submitted_at)
        values ('AI', 'job', 'video', 'old-MADE', ${NOON})`.execute(old);
      return { ledger: await place.open(), old };
    }

    it('keeps everything but has no caller', async () => {
      const { ledger } = await upgraded();
      await ledger.check();
      expect(await ledger.submission('old-MADE')).toMatchObject({
        caller: undefined,
        idempotencyKey: 'MADE',
        submittedAt: NOON,
        jobs: [{ id: 'job' }],
      });
      expect(await ledger.countSubmissions({ caller: ann })).toBe(0);
      expect(await ledger.countSubmissions()).toBe(states.length);
      expect(await ledger.submissionWithKey('MADE', ann)).toBeUndefined();
      expect(await ledger.submissionWithKey('MADE')).toMatchObject({ id: 'old-MADE' });
    });

    it.each(['PENDING', 'MADE'])(
      'is repeated by its key and input, and not sent again: %s',
      async (state) => {
        const { ledger } = await upgraded();
        for (const caller of [ann, bob]) {
          const retry = intent({ caller, idempotencyKey: state });
          expect(await ledger.begin(retry)).toMatchObject({
            begun: false,
            submission: { id: `old-${state}`, state },
          });
        }
        // A lost attempt must not leave a record that a later attempt could begin again.
        const lost = intent({ caller: ann, idempotencyKey: state });
        await ledger.cancel(lost);
        expect(await ledger.submission(lost.id)).toBeUndefined();
        expect((await ledger.begin(intent({ caller: ann, idempotencyKey: state }))).begun).toBe(false);
      },
    );

    it('does not refuse its key to a caller with another input', async () => {
      const { ledger } = await upgraded();
      const other = intent({ caller: ann, idempotencyKey: 'MADE', fingerprint: 'another' });
      expect((await ledger.begin(other)).begun).toBe(true);
      expect(await ledger.submissionWithKey('MADE', ann)).toMatchObject({ id: other.id });
    });

    it('begins again for the caller that repeats it if VOD did not run it', async () => {
      const { ledger } = await upgraded();
      const retries = [ann, ann, bob].map((caller) => intent({ caller, idempotencyKey: 'FAILED' }));
      const begun = await Promise.all(retries.map((retry) => ledger.begin(retry)));
      const byCaller = begun.filter((each) => each.begun).map(({ submission }) => submission.caller);
      expect(byCaller.toSorted()).toEqual([ann, bob]);
      expect(await ledger.submission('old-FAILED')).toBeUndefined();
    });

    it('is finished by its gateway, which can no longer begin another', async () => {
      const { ledger, old } = await upgraded();
      await ledger.finish('old-PENDING', { state: 'MADE', requestId: 'R', jobs: [job('made')] });
      expect(await ledger.submission('old-PENDING')).toMatchObject({ state: 'MADE', jobs: [{ id: 'made' }] });
      const insert = sql`insert into submissions
        (id, kind, fingerprint, video_id, input, submitted_at, lease_until, state)
        values ('new', 'AI', 'f', 'video', '{}', 0, 0, 'PENDING') on conflict do nothing`.execute(old);
      await expect(insert).rejects.toThrow();
      expect(await ledger.submission('new')).toBeUndefined();
    });
  });

  it('finds a key in its index, with a caller and without one', async () => {
    const db = await (await newPlace()).openDatabase();
    await sql`
      insert into submissions (id, kind, caller, idempotency_key, fingerprint, video_id, input, submitted_at, lease_until, state)
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 1000)
      select 's-' || n, 'AI', 'key:' || (n % 10), 'key-' || n, 'f', 'video', '{}', n, 0, 'MADE' from numbers`.execute(
      db,
    );
    if (!runsInProcess(db)) await sql`analyze`.execute(db);
    const withKey = db.selectFrom('submissions').selectAll().where('idempotency_key', '=', 'key-7');
    const newest = withKey.orderBy('submitted_at', 'desc').orderBy('id', 'desc').limit(1);
    for (const query of [withKey.where('caller', '=', 'key:7'), newest]) {
      expect(await planOf(db, query.compile())).toContain('submissions_by_key');
    }
  });

  it('lists only the submissions of the caller, from any cursor', async () => {
    const ledger = await (await newPlace()).open();
    for (let index = 0; index < 10; index++) {
      const id = `s-${index}`;
      await ledger.begin(intent({ id, caller: index % 2 === 0 ? ann : bob, submittedAt: NOON + index }));
    }
    for (const videoId of [undefined, 'video']) {
      // The cursor of another caller's submission.
      const page = { limit: 3, order: 'newest', from: { at: NOON + 7, id: 's-7' } } as const;
      const own = await ledger.submissions({ caller: ann, videoId, ...page });
      expect(own.map(({ id }) => id)).toEqual(['s-6', 's-4', 's-2']);
      expect(await ledger.countSubmissions({ caller: ann, videoId })).toBe(5);
      expect(await ledger.countSubmissions({ caller: 'key:eve', videoId })).toBe(0);
    }
  });
}

/** The database as the last version without callers created it. */
async function openBeforeCallers({ options: { databaseUrl, dataDir } }: Place): Promise<Database> {
  const isSqlite = databaseUrl === undefined;
  const dialect = isSqlite
    ? sqliteDialect(join(dataDir, 'ledger.sqlite'))
    : postgresDialect(databaseUrl, postgresDefaults);
  const db = new Kysely<Schema>({ dialect });
  onTestFinished(() => db.destroy());
  const all = Object.entries(migrations(isSqlite ? sqliteTypes : postgresTypes));
  const earlier = Object.fromEntries(all.filter(([name]) => name < '004'));
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => earlier },
  }).migrateToLatest();
  if (error) throw error;
  return db;
}
