import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnTypes } from './column-types.ts';

/** Submissions and jobs, with an index for every order in which they are read. */
export const submissionsAndJobs = ({ id, text, time }: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('submissions')
      .addColumn('id', id, (column) => column.primaryKey().notNull())
      .addColumn('kind', id, (column) => column.notNull())
      // Unique, but any number of rows may have none.
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
    // `type` and `status` come last so that filters and counts are decided in the index, without reading the rows.
    await db.schema
      .createIndex('jobs_by_video')
      .on('jobs')
      .columns(['kind', 'video_id', 'submitted_at', 'id', 'type', 'status'])
      .execute();
    await db.schema.createIndex('jobs_by_submission').on('jobs').column('submission_id').execute();
    await db.schema.createIndex('jobs_by_time').on('jobs').columns(['submitted_at', 'kind', 'id']).execute();
    // The jobs that are watched without anybody asking; final ones and others' are not in it.
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
});
