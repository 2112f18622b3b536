import type { Migration } from 'kysely/migration';
import { Migrator } from 'kysely/migration';
import { watchSchedule } from '../domain/watch-schedule.ts';
import { submissionsAndJobs } from './migrations/001-submissions-and-jobs.ts';
import { watching } from './migrations/002-watching.ts';
import type { ColumnTypes } from './migrations/column-types.ts';
import type { Database } from './schema.ts';

/** Every migration by its name, which is what the database remembers: names never change, and new ones sort last. */
const migrations = (types: ColumnTypes, now: number): Record<string, Migration> => ({
  '001-submissions-and-jobs': submissionsAndJobs(types),
  '002-watching': watching(types, now - watchSchedule.endsAtAgeMs),
});

/**
 * Brings the tables up to date, all in one transaction or not at all. Any number of processes may do this at once: one
 * does it, and the others wait and find it done.
 */
export async function migrate(db: Database, types: ColumnTypes, now: number): Promise<void> {
  const provider = { getMigrations: async () => migrations(types, now) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
}
