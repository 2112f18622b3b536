import { type CompiledQuery, type Expression, type RawBuilder, sql } from 'kysely';
import type { JobKind } from '../domain/job.ts';
import type { Changes } from './changes.ts';
import { firstDueAt, mergedDueAt, watchedSince } from './due-jobs.ts';
import type { JobFilter } from './job-filter.ts';
import type { JobEntry, JobRecord } from './ledger.ts';
import {
  batches,
  type Database,
  entryColumns,
  idBatches,
  type JobRow,
  jobEntry,
  jobRecord,
  jobRow,
  type NewJobRow,
} from './schema.ts';
import type { DatabaseTime } from './time.ts';

/** The number of jobs in one statement. It is small because the state of a job can be long. */
const BATCH = 100;

/** The number of rows that an export holds in memory. */
export const EXPORT_PAGE = 100;

/** See `Ledger.jobs`. */
export async function findJobs(db: Database, kind: JobKind, ids: readonly string[]): Promise<JobRecord[]> {
  const found: JobRecord[] = [];
  for (const batch of idBatches(ids, BATCH)) {
    const query = compiledFind(db, batch.length);
    const { rows } = await db.executeQuery<JobRow>({ ...query, parameters: [kind, ...batch] });
    found.push(...rows.map(jobRecord));
  }
  return found;
}

/** See `Ledger.knownJobIds`. */
export async function knownJobIds(
  db: Database,
  kind: JobKind,
  videoId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const batch of idBatches(ids, BATCH)) {
    const rows = await db
      .selectFrom('jobs')
      .select('id')
      .where('kind', '=', kind)
      .where('id', 'in', batch)
      .where('video_id', '=', videoId)
      .execute();
    for (const { id } of rows) known.add(id);
  }
  return known;
}

/** By database, and by the number of ids. */
const compiledFinds = new WeakMap<Database, Map<number, CompiledQuery<JobRow>>>();

/** The statement that finds jobs. Lookups run it all the time, and to build it takes longer than to run it. */
function compiledFind(db: Database, count: number): CompiledQuery<JobRow> {
  const byCount = compiledFinds.get(db) ?? new Map<number, CompiledQuery<JobRow>>();
  compiledFinds.set(db, byCount);
  let query = byCount.get(count);
  if (!query) {
    const ids = new Array<string>(count).fill('');
    query = db.selectFrom('jobs').selectAll().where('kind', '=', 'AI').where('id', 'in', ids).compile();
    byCount.set(count, query);
  }
  return query;
}

/** Returns the jobs of each submission, ordered by time. */
export async function jobsOfSubmissions(
  db: Database,
  submissionIds: readonly string[],
): Promise<ReadonlyMap<string, readonly JobEntry[]>> {
  const bySubmission = new Map<string, JobEntry[]>(submissionIds.map((id) => [id, []]));
  for (const batch of idBatches(submissionIds, BATCH)) {
    const rows = await db
      .selectFrom('jobs')
      .select(entryColumns)
      .where('submission_id', 'in', batch)
      .orderBy('submitted_at')
      .orderBy('id')
      .execute();
    for (const row of rows) bySubmission.get(row.submission_id ?? '')?.push(jobEntry(row));
  }
  return bySubmission;
}

/** What a write of jobs needs in addition to the jobs. */
export interface JobWriteContext {
  /** The time by the clock of the gateway, which has set the jobs' time of submission. */
  readonly now: number;
  readonly time: DatabaseTime;
  readonly changes: Changes;
  readonly filter?: JobFilter | undefined;
}

/** See `Ledger.record`. */
export async function recordJobs(
  db: Database,
  jobs: readonly JobRecord[],
  { addUnknown }: { readonly addUnknown: boolean },
  { now, time, changes, filter }: JobWriteContext,
): Promise<void> {
  for (const batch of batches(jobs, BATCH, keyOf)) {
    const rows = (addUnknown ? batch : await known(db, batch)).map((job) =>
      jobRow(job, { dueAt: firstDueAt(job, now, time()), watchedSince: watchedSince(job, now, time()) }),
    );
    for (const { kind, id } of rows) filter?.add(kind, id);
    if (rows.length > 0) await changes.write(db, upsert(db, rows));
  }
}

/** An id is unique only among the jobs of one kind. */
function keyOf({ kind, id }: Pick<JobRecord, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}

/** Returns the jobs that have a row. */
async function known(db: Database, jobs: readonly JobRecord[]): Promise<readonly JobRecord[]> {
  const keys = new Set<string>();
  for (const kind of new Set(jobs.map((job) => job.kind))) {
    const ids = jobs.filter((job) => job.kind === kind).map(({ id }) => id);
    const rows = await db
      .selectFrom('jobs')
      .select(['kind', 'id'])
      .where('kind', '=', kind)
      .where('id', 'in', ids)
      .execute();
    for (const row of rows) keys.add(keyOf(row));
  }
  return jobs.filter((job) => keys.has(keyOf(job)));
}

/**
 * Inserts jobs, or merges them into existing rows:
 * - The time of submission never changes, because lists are ordered by it. The video, the type and the submission never
 *   change once they are known.
 * - The status changes only in the order `INIT`, `PROCESSING`, final. Several gateways read jobs, so updates can arrive
 *   out of order, and VOD's response to the submission can arrive after them.
 * - A final job changes only if it has a status but no state: the state is added.
 *
 * A row without new information is not written. Most reads of a running job bring none.
 */
function upsert(db: Database, rows: readonly NewJobRow[]) {
  return db
    .insertInto('jobs')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['kind', 'id'])
        .doUpdateSet({
          video_id: firstKnown('video_id'),
          type: firstKnown('type'),
          submission_id: firstKnown('submission_id'),
          status: sql`case when ${isNotOlder} then coalesce(excluded.status, jobs.status) else jobs.status end`,
          state: sql`case
            when not ${isNotOlder} then jobs.state
            when ${rank('excluded.status')} > ${rank('jobs.status')} then excluded.state
            else coalesce(excluded.state, jobs.state) end`,
          due_at: mergedDueAt,
        })
        .where(
          sql<boolean>`(${gains('video_id')} or ${gains('type')} or ${gains('submission_id')} or ${isNotOlder} and (
            ${rank('excluded.status')} > ${rank('jobs.status')}
            or excluded.state is not null and excluded.state is distinct from jobs.state))`,
        ),
    );
}

/** The order of the statuses. An unknown status comes first. */
function rank(status: 'excluded.status' | 'jobs.status'): Expression<number> {
  return sql`case ${sql.ref(status)} when 'INIT' then 1 when 'PROCESSING' then 2 when 'SUCCESS' then 3 when 'FAIL' then 3 else 0 end`;
}

/** Whether the new row is as recent as the existing one, judged by status. */
const isNotOlder: Expression<boolean> = sql`(case
  when jobs.status in ('SUCCESS', 'FAIL') then jobs.state is null and excluded.status is not distinct from jobs.status
  else ${rank('excluded.status')} >= ${rank('jobs.status')} end)`;

/** The existing value, or the new one if there is none. */
function firstKnown<Name extends keyof JobRow>(column: Name): RawBuilder<JobRow[Name]> {
  return sql`coalesce(${sql.ref(`jobs.${column}`)}, ${sql.ref(`excluded.${column}`)})`;
}

/** Whether the new row has a value that the existing one lacks. */
function gains(column: keyof JobRow): Expression<boolean> {
  return sql`(${sql.ref(`jobs.${column}`)} is null and ${sql.ref(`excluded.${column}`)} is not null)`;
}

/** Returns the page of jobs after `last` for an export, oldest first; empty at the end. */
export async function jobsAfter(db: Database, last: JobRecord | undefined): Promise<readonly JobRecord[]> {
  let query = db
    .selectFrom('jobs')
    .selectAll()
    .orderBy('submitted_at')
    .orderBy('kind')
    .orderBy('id')
    .limit(EXPORT_PAGE);
  if (last) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('submitted_at', 'kind', 'id'), '>', tuple(last.submittedAt, last.kind, last.id)),
    );
  }
  return (await query.execute()).map(jobRecord);
}

/** Deletes the oldest jobs; see `Ledger.deleteOlderThan`. */
export async function deleteOldJobs(db: Database, time: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('jobs')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('kind', 'id'),
        'in',
        selectFrom('jobs as old')
          .select(['old.kind', 'old.id'])
          .where('old.submitted_at', '<', time)
          .orderBy('old.submitted_at')
          .orderBy('old.kind')
          .orderBy('old.id')
          .limit(limit)
          .$asTuple('kind', 'id'),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
