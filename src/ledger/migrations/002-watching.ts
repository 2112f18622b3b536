import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnTypes } from './column-types.ts';

/**
 * When jobs are due to be read again, and the events that tell of jobs. Jobs that are under way become due at once;
 * `jobs_by_time` finds them among however many there are. A ledger of a million jobs takes a second in SQLite, and two to
 * three in Postgres.
 *
 * @param youngerThan jobs from before that are left alone
 */
export const watching = ({ id, time }: ColumnTypes, youngerThan: number): Migration => ({
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('jobs').addColumn('due_at', time).execute();
    // The jobs that are watched without anybody asking; final ones and others' are not in it.
    await db.schema
      .createIndex('jobs_by_due')
      .on('jobs')
      .columns(['kind', 'due_at'])
      .where(sql.ref('due_at'), 'is not', null)
      .where(sql.ref('submission_id'), 'is not', null)
      .execute();
    await sql`
      update jobs set due_at = submitted_at
      where submitted_at > ${youngerThan} and (status is null or status not in ('SUCCESS', 'FAIL'))
    `.execute(db);

    await db.schema
      .createTable('events')
      .addColumn('job_id', id, (column) => column.primaryKey().notNull())
      .addColumn('marker', id)
      .addColumn('received_at', time, (column) => column.notNull())
      .addColumn('due_at', time, (column) => column.notNull())
      .execute();
    await db.schema.createIndex('events_by_due').on('events').column('due_at').execute();
  },
});
