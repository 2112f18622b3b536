import { join } from 'node:path';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, it, onTestFinished } from 'vitest';
import { watchSchedule } from '../../src/domain/watch-schedule.ts';
import { submissionsAndJobs } from '../../src/ledger/migrations/001-submissions-and-jobs.ts';
import { postgresTypes, sqliteTypes } from '../../src/ledger/migrations/column-types.ts';
import { postgresDefaults, postgresDialect } from '../../src/ledger/postgres.ts';
import { jobRow } from '../../src/ledger/rows.ts';
import type { Schema } from '../../src/ledger/schema.ts';
import { sqliteDialect } from '../../src/ledger/sqlite.ts';
import type { NewPlace, Place } from './place.ts';
import { HOUR, job } from './records.ts';

/** A ledger as it was before there was watching. */
async function openFirstVersion({ options: { databaseUrl, dataDir } }: Place) {
  const isSqlite = databaseUrl === undefined;
  const dialect = isSqlite
    ? sqliteDialect(join(dataDir, 'ledger.sqlite'))
    : postgresDialect(databaseUrl, postgresDefaults);
  const db = new Kysely<Schema>({ dialect });
  onTestFinished(() => db.destroy());
  const first = submissionsAndJobs(isSqlite ? sqliteTypes : postgresTypes);
  const provider = { getMigrations: async () => ({ '001-submissions-and-jobs': first }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  expect(error).toBeUndefined();
  return db;
}

export function migrationSuite(newPlace: NewPlace): void {
  it('jobs under way from before there was watching are watched at once, but neither final nor old ones', async () => {
    const place = await newPlace();
    const { clock } = place;
    const submittedAt = clock.now() - HOUR;
    const mine = { submissionId: 'submission', submittedAt };
    const old = { ...mine, submittedAt: clock.now() - watchSchedule.endsAtAgeMs };
    const jobs = [
      job('init', mine),
      job('unknown', { ...mine, status: undefined }),
      job('foreign', { submittedAt, status: 'PROCESSING' }),
      job('success', { ...mine, status: 'SUCCESS', state: '{}' }),
      job('fail', { ...mine, status: 'FAIL' }),
      job('old', old),
    ];
    const before = await openFirstVersion(place);
    const rows = jobs.map((each) => {
      const { due_at, ...row } = jobRow(each, null);
      return row;
    });
    await before.insertInto('jobs').values(rows).execute();
    await before.destroy();

    const ledger = await place.open();

    const ids = jobs.map(({ id }) => id);
    expect(new Set(await ledger.jobs('AI', ids))).toEqual(new Set(jobs));
    expect(await ledger.nextDueAt('AI', [])).toBe(submittedAt);
    const claim = { kind: 'AI', until: clock.now() + HOUR, limit: 10 } as const;
    const own = await ledger.claimDueJobs({ ...claim, wanted: [] });
    expect(own.map(({ id }) => id).sort()).toEqual(['init', 'unknown']);
    const wanted = await ledger.claimDueJobs({ ...claim, wanted: ids });
    expect(wanted.map(({ id }) => id)).toEqual(['foreign']);
  });
}
