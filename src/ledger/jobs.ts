import { type Expression, type RawBuilder, sql } from 'kysely';
import type { JobKind } from '../domain/job.ts';
import { batches, idBatches } from './batches.ts';
import type { Changes } from './changes.ts';
import type { JobRecord } from './ledger.ts';
import { jobRecord, jobRow } from './rows.ts';
import type { Database, JobRow } from './schema.ts';
import { firstDueAt, mergedDueAt } from './watching.ts';

/** How many ids or jobs go into one statement: their states can be long. */
const BATCH = 100;

export async function findJobs(db: Database, kind: JobKind, ids: readonly string[]): Promise<JobRecord[]> {
  const found: JobRecord[] = [];
  for (const batch of idBatches(ids, BATCH)) {
    const rows = await db
      .selectFrom('jobs')
      .selectAll()
      .where('kind', '=', kind)
      .where('id', 'in', batch)
      .execute();
    found.push(...rows.map(jobRecord));
  }
  return found;
}

/** The jobs of each of these submissions, by time. */
export async function jobsOfSubmissions(
  db: Database,
  submissionIds: readonly string[],
): Promise<ReadonlyMap<string, readonly JobRecord[]>> {
  const bySubmission = new Map<string, JobRecord[]>(submissionIds.map((id) => [id, []]));
  for (const batch of idBatches(submissionIds, BATCH)) {
    const rows = await db
      .selectFrom('jobs')
      .selectAll()
      .where('submission_id', 'in', batch)
      .orderBy('submitted_at')
      .orderBy('id')
      .execute();
    for (const row of rows) bySubmission.get(row.submission_id ?? '')?.push(jobRecord(row));
  }
  return bySubmission;
}

/** What writing jobs takes beside the jobs. */
export interface JobWriting {
  readonly now: number;
  readonly changes: Changes;
}

/** Writes down what is known of jobs: see {@link merging}. */
export async function recordJobs(
  db: Database,
  jobs: readonly JobRecord[],
  { addUnknown }: { readonly addUnknown: boolean },
  { now, changes }: JobWriting,
): Promise<void> {
  for (const batch of batches(jobs, BATCH, ({ kind, id }) => `${kind} ${id}`)) {
    const rows = (addUnknown ? batch : await known(db, batch)).map((job) =>
      jobRow(job, firstDueAt(job, now)),
    );
    if (rows.length > 0) await changes.write(db, merging(db, rows));
  }
}

async function known(db: Database, jobs: readonly JobRecord[]): Promise<readonly JobRecord[]> {
  const isKnown = new Set<string>();
  for (const kind of new Set(jobs.map((job) => job.kind))) {
    const rows = await db
      .selectFrom('jobs')
      .select('id')
      .where('kind', '=', kind)
      .where(
        'id',
        'in',
        jobs.filter((job) => job.kind === kind).map(({ id }) => id),
      )
      .execute();
    for (const { id } of rows) isKnown.add(`${kind} ${id}`);
  }
  return jobs.filter(({ kind, id }) => isKnown.has(`${kind} ${id}`));
}

/**
 * Adds jobs, and merges what is new into those that are there:
 * - The time stays, since lists are ordered by it; so do the video, the type and the submission once they are known.
 * - A status only moves on, from `INIT` to a final one: readings by several replicas arrive in any order, and the answer
 *   to a submission may arrive after them.
 * - A final job changes no more, unless only its status was known: then its state is added.
 *
 * A job that says nothing new is not written: most readings of a job that is still running do not.
 */
function merging(db: Database, rows: readonly JobRow[]) {
  return db
    .insertInto('jobs')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['kind', 'id'])
        .doUpdateSet({
          video_id: once('video_id'),
          type: once('type'),
          submission_id: once('submission_id'),
          status: sql`case when ${movesOn} then coalesce(excluded.status, jobs.status) else jobs.status end`,
          state: sql`case
            when not ${movesOn} then jobs.state
            when ${rank('excluded.status')} > ${rank('jobs.status')} then excluded.state
            else coalesce(excluded.state, jobs.state) end`,
          due_at: mergedDueAt,
        })
        .where(
          sql<boolean>`(${learns('video_id')} or ${learns('type')} or ${learns('submission_id')} or ${movesOn} and (
            ${rank('excluded.status')} > ${rank('jobs.status')}
            or excluded.state is not null and excluded.state is distinct from jobs.state))`,
        ),
    );
}

type Column = keyof JobRow;

function rank(status: 'excluded.status' | 'jobs.status'): Expression<number> {
  return sql`case ${sql.ref(status)} when 'INIT' then 1 when 'PROCESSING' then 2 when 'SUCCESS' then 3 when 'FAIL' then 3 else 0 end`;
}

const movesOn: Expression<boolean> = sql`(case
  when jobs.status in ('SUCCESS', 'FAIL') then jobs.state is null and excluded.status is not distinct from jobs.status
  else ${rank('excluded.status')} >= ${rank('jobs.status')} end)`;

function once<Name extends Column>(column: Name): RawBuilder<JobRow[Name]> {
  return sql`coalesce(${sql.ref(`jobs.${column}`)}, ${sql.ref(`excluded.${column}`)})`;
}

function learns(column: Column): Expression<boolean> {
  return sql`(${sql.ref(`jobs.${column}`)} is null and ${sql.ref(`excluded.${column}`)} is not null)`;
}
