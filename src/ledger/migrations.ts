import { type Expression, type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from './schema.ts';

/** A database's names for the column types. */
export interface ColumnTypes {
  /** Text that is compared byte by byte, regardless of the server's locale. */
  readonly id: Expression<unknown>;
  readonly text: Expression<unknown>;
  /** Unix milliseconds. */
  readonly time: Expression<unknown>;
}

export const sqliteTypes: ColumnTypes = { id: sql`text`, text: sql`text`, time: sql`integer` };

export const postgresTypes: ColumnTypes = {
  id: sql`text collate "C"`,
  text: sql`text`,
  time: sql`bigint`,
};

/**
 * Creates or upgrades the tables in one transaction. Several processes may call this at once: one runs the migrations,
 * and the others wait for it.
 */
export async function migrate(db: Database, types: ColumnTypes): Promise<void> {
  const provider = { getMigrations: async () => migrations(types) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
}

/** All migrations. The database stores their names: never rename one, and let a new name sort last. */
function migrations(types: ColumnTypes): Record<string, Migration> {
  return {
    '001-first-tables': firstTables(types),
    '002-watched-since': watchedSince(types),
    '003-lists': lists,
    '005-settling': settling(types),
  };
}

/** The tables of the schema, with an index for every order in which they are read. */
function firstTables({ id, text, time }: ColumnTypes): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('submissions')
        .addColumn('id', id, (column) => column.primaryKey().notNull())
        .addColumn('kind', id, (column) => column.notNull())
        // Null in any number of rows.
        .addColumn('idempotency_key', id, (column) => column.unique())
        .addColumn('fingerprint', text, (column) => column.notNull())
        .addColumn('video_id', id, (column) => column.notNull())
        .addColumn('input', text, (column) => column.notNull())
        .addColumn('submitted_at', time, (column) => column.notNull())
        .addColumn('lease_until', time, (column) => column.notNull())
        .addColumn('state', text, (column) => column.notNull())
        .addColumn('request_id', text)
        .addColumn('user_errors', text)
        .addColumn('job_ids', text)
        .execute();
      await db.schema
        .createIndex('submissions_by_time')
        .on('submissions')
        .columns(['submitted_at', 'id'])
        .execute();

      await db.schema
        .createTable('jobs')
        .addColumn('kind', id, (column) => column.notNull())
        .addColumn('id', id, (column) => column.notNull())
        .addColumn('video_id', id)
        .addColumn('type', text)
        .addColumn('status', text)
        .addColumn('state', text)
        .addColumn('submission_id', id)
        .addColumn('submitted_at', time, (column) => column.notNull())
        .addColumn('due_at', time)
        .addPrimaryKeyConstraint('jobs_primary_key', ['kind', 'id'])
        .execute();
      // With `type` and `status` in the index, filters and counts do not read the rows.
      await db.schema
        .createIndex('jobs_by_video')
        .on('jobs')
        .columns(['kind', 'video_id', 'submitted_at', 'id', 'type', 'status'])
        .execute();
      await db.schema.createIndex('jobs_by_submission').on('jobs').column('submission_id').execute();
      await db.schema
        .createIndex('jobs_by_time')
        .on('jobs')
        .columns(['submitted_at', 'kind', 'id'])
        .execute();
      // Contains only the jobs that any caller can claim.
      await db.schema
        .createIndex('jobs_by_due')
        .on('jobs')
        .columns(['kind', 'due_at'])
        .where(sql.ref('due_at'), 'is not', null)
        .where(sql.ref('submission_id'), 'is not', null)
        .execute();

      await db.schema
        .createTable('events')
        .addColumn('job_id', id, (column) => column.primaryKey().notNull())
        .addColumn('marker', id)
        .addColumn('received_at', time, (column) => column.notNull())
        .addColumn('due_at', time, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('events_by_due').on('events').column('due_at').execute();

      await db.schema
        .createTable('probes')
        .addColumn('id', id, (column) => column.primaryKey().notNull())
        .addColumn('padding', text, (column) => column.notNull())
        .execute();
    },
  };
}

/** The age of a job by the database's clock: the gateway that has submitted the job may have another one. */
function watchedSince({ time }: ColumnTypes): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('jobs').addColumn('watched_since', time).execute();
    },
  };
}

/** What is known of a submission whose response was lost; see `settling.ts`. */
function settling({ text, time }: ColumnTypes): Migration {
  return {
    async up(db: Kysely<unknown>) {
      // One statement for each: SQLite adds one column at a time.
      for (const [name, type] of [
        ['begun_at', time],
        ['settle_at', time],
        ['resolved_by', text],
        ['listing', text],
      ] as const) {
        await db.schema.alterTable('submissions').addColumn(name, type).execute();
      }
    },
  };
}

/** The indexes of lists. `lists.ts` reads them in their order. */
const lists: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('jobs_by_state')
      .on('jobs')
      .columns(['kind', 'type', 'status', 'submitted_at', 'id'])
      .execute();
    await db.schema
      .createIndex('submissions_by_state')
      .on('submissions')
      .columns(['kind', 'state', 'submitted_at', 'id'])
      .execute();
    await db.schema
      .createIndex('submissions_by_video')
      .on('submissions')
      .columns(['video_id', 'submitted_at', 'id', 'kind', 'state'])
      .execute();
  },
};
