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
export function migrations(types: ColumnTypes): Record<string, Migration> {
  return {
    '001-first-tables': firstTables(types),
    '002-watched-since': watchedSince(types),
    '003-lists': lists,
    '004-callers': callers(types),
    '005-daily-allowances': dailyAllowances(types),
    '006-kinds-of-events': kindsOfEvents(types),
    '007-settling': settling(types),
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
function settling({ id, text, time }: ColumnTypes): Migration {
  return {
    async up(db: Kysely<unknown>) {
      // One statement for each: SQLite adds one column at a time.
      for (const [name, type] of [
        ['begun_at', time],
        ['settle_at', time],
        ['resolved_by', text],
        ['listing', text],
        ['allowance_caller', id],
        ['allowance_day', time],
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

/**
 * The callers of submissions, whose idempotency keys are unique for each of them. The column has no default, so an older
 * gateway on the same database can no longer begin a submission: it would not know the keys of callers, and could send a
 * submission again.
 */
function callers(types: ColumnTypes): Migration {
  return {
    async up(db: Kysely<unknown>) {
      if (types === sqliteTypes) await recreateWithCallers(db, types);
      else await addCallers(db, types);
      // The key comes first, because it is also looked up without a caller.
      await db.schema
        .createIndex('submissions_by_key')
        .unique()
        .on('submissions')
        .columns(['idempotency_key', 'caller'])
        .where(sql.ref('idempotency_key'), 'is not', null)
        .execute();
      await db.schema
        .createIndex('submissions_by_caller')
        .on('submissions')
        .columns(['caller', 'kind', 'state', 'submitted_at', 'id'])
        .execute();
      await db.schema
        .createIndex('submissions_by_video')
        .on('submissions')
        .columns(['video_id', 'submitted_at', 'id', 'kind', 'state', 'caller'])
        .execute();
    },
  };
}

async function addCallers(db: Kysely<unknown>, { id }: ColumnTypes): Promise<void> {
  const table = () => db.schema.alterTable('submissions');
  await table()
    .addColumn('caller', id, (column) => column.notNull().defaultTo(''))
    .execute();
  await table()
    .alterColumn('caller', (column) => column.dropDefault())
    .execute();
  await table().dropConstraint('submissions_idempotency_key_key').execute();
  await db.schema.dropIndex('submissions_by_video').execute();
}

/** SQLite can neither remove the constraint of a column nor its default, so the rows move to a new table. */
async function recreateWithCallers(db: Kysely<unknown>, { id, text, time }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('submissions_with_callers')
    .addColumn('id', id, (column) => column.primaryKey().notNull())
    .addColumn('kind', id, (column) => column.notNull())
    .addColumn('caller', id, (column) => column.notNull())
    .addColumn('idempotency_key', id)
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
  await sql`
    insert into submissions_with_callers (id, kind, caller, idempotency_key, fingerprint, video_id, input, submitted_at,
      lease_until, state, request_id, user_errors, job_ids)
    select id, kind, '', idempotency_key, fingerprint, video_id, input, submitted_at,
      lease_until, state, request_id, user_errors, job_ids
    from submissions`.execute(db);
  // The indexes of the table go with it.
  await db.schema.dropTable('submissions').execute();
  await db.schema.alterTable('submissions_with_callers').renameTo('submissions').execute();
  await db.schema
    .createIndex('submissions_by_time')
    .on('submissions')
    .columns(['submitted_at', 'id'])
    .execute();
  await db.schema
    .createIndex('submissions_by_state')
    .on('submissions')
    .columns(['kind', 'state', 'submitted_at', 'id'])
    .execute();
}

/** What callers have used of their submissions a day. */
function dailyAllowances({ id, time }: ColumnTypes): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('allowances')
        .addColumn('caller', id, (column) => column.notNull())
        .addColumn('day', time, (column) => column.notNull())
        .addColumn('used', time, (column) => column.notNull())
        .addPrimaryKeyConstraint('allowances_primary_key', ['caller', 'day'])
        .execute();
    },
  };
}

/** Before, all events were about AI jobs. A gateway of the version before, which may still run, adds such events. */
function kindsOfEvents({ id }: ColumnTypes): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .alterTable('events')
        .addColumn('kind', id, (column) => column.notNull().defaultTo('AI'))
        .execute();
    },
  };
}
