import type { Migration } from 'kysely/migration';
import { Migrator } from 'kysely/migration';
import { submissionsAndJobs } from './migrations/001-submissions-and-jobs.ts';
import type { ColumnTypes } from './migrations/column-types.ts';
import type { Database } from './schema.ts';

/** Every migration by its name, which is what the database remembers: names never change, and new ones sort last. */
const migrations = (types: ColumnTypes): Record<string, Migration> => ({
  '001-submissions-and-jobs': submissionsAndJobs(types),
});

/**
 * Brings the tables up to date, all in one transaction or not at all. Any number of processes may do this at once: one
 * does it, and the others wait and find it done.
 */
export async function migrate(db: Database, types: ColumnTypes): Promise<void> {
  const provider = { getMigrations: async () => migrations(types) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
}
