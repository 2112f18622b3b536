import { type RawBuilder, sql } from 'kysely';
import { type AIJobStatus, type AIJobType, type JobKind, jobKinds, jobTypes } from '../domain/job.ts';
import type {
  JobEntry,
  JobsFilter,
  JobsQuery,
  PageQuery,
  SubmissionState,
  SubmissionsFilter,
  SubmissionsQuery,
  TimeRange,
} from './ledger.ts';
import { type Database, type EntryRow, entryColumns, jobEntry } from './schema.ts';
import { runsInProcess } from './sqlite.ts';

/**
 * Lists of jobs and of submissions by filters, in the order of time and id.
 *
 * One index of each table serves all filters: it starts with the columns that can be filtered. The submissions of one caller
 * have an index of their own. A filter that is left open stands for all values of its column, and each combination of values is one part of a union. Each part reads the index from
 * the start of the page up to the limit, so the cost of a page does not depend on the number of rows.
 */

/** The values of the columns of `jobs_by_state`. A job that was never read may have no type and no status. */
const statuses: readonly (AIJobStatus | null)[] = ['INIT', 'PROCESSING', 'SUCCESS', 'FAIL', null];
/** The values of the columns of `submissions_by_state` and, after the caller, of `submissions_by_caller`. */
const states: readonly SubmissionState[] = ['PENDING', 'MADE', 'REFUSED', 'FAILED', 'UNKNOWN'];

/** A condition on the columns of an index. */
type Condition = RawBuilder<boolean>;

/** See `Ledger.listJobs`. */
export async function listJobs(db: Database, query: JobsQuery): Promise<readonly JobEntry[]> {
  return (await jobsPage(query).execute(db)).rows.map(jobEntry);
}

/** See `Ledger.countJobs`. */
export function countJobs(db: Database, filter: JobsFilter): Promise<number> {
  return count(db, 'jobs', jobParts(filter), filter);
}

/** See `Ledger.countSubmissions`. */
export function countSubmissions(db: Database, filter: SubmissionsFilter = {}): Promise<number> {
  return count(db, 'submissions', submissionParts(filter), filter);
}

/** Selects a page of jobs. Only the rows of its ids are read. */
export function jobsPage(query: JobsQuery): RawBuilder<EntryRow> {
  const ids = idsOfPage('jobs', jobParts(query), query);
  const columns = sql.join(entryColumns.map((column) => sql.ref(column)));
  return sql`select ${columns} from jobs where kind = ${query.kind} and id in (${ids}) order by ${orderOf(query)}`;
}

/** Selects the ids of a page of submissions, for a condition. */
export function submissionIds(query: SubmissionsQuery): RawBuilder<string> {
  return sql`(${idsOfPage('submissions', submissionParts(query), query)})`;
}

/** The jobs of one video are few, so one part filters them in the index `jobs_by_video`. */
function jobParts({ kind, videoId, ...query }: JobsFilter): readonly Condition[] {
  const ofKind = sql<boolean>`kind = ${kind}`;
  if (videoId !== undefined) {
    return [
      all(
        ofKind,
        sql`video_id = ${videoId}`,
        ...oneOf('type', query.types),
        ...oneOf('status', query.statuses),
      ),
    ];
  }
  return combinations(
    [ofKind],
    equalities('type', typesOf(kind, query.types)),
    equalities('status', query.statuses ?? statuses),
  );
}

/** The jobs of most kinds have no type, so a filter by type does not apply to them. */
function typesOf(kind: JobKind, requested: readonly AIJobType[] | undefined): readonly (AIJobType | null)[] {
  const types = jobTypes[kind];
  return types.length > 0 && requested ? requested : [...types, null];
}

function submissionParts({ videoId, caller, ...query }: SubmissionsFilter): readonly Condition[] {
  if (videoId !== undefined) {
    return [
      all(
        sql`video_id = ${videoId}`,
        ...oneOf('caller', caller === undefined ? undefined : [caller]),
        ...oneOf('kind', query.kinds),
        ...oneOf('state', query.states),
      ),
    ];
  }
  return combinations(
    ...(caller === undefined ? [] : [equalities('caller', [caller])]),
    equalities('kind', query.kinds ?? jobKinds),
    equalities('state', query.states ?? states),
  );
}

function equalities(column: string, values: readonly (string | null)[]): readonly Condition[] {
  return [...new Set(values)].map((value) =>
    value === null ? sql`${sql.ref(column)} is null` : sql`${sql.ref(column)} = ${value}`,
  );
}

function oneOf(column: string, values: readonly string[] | undefined): readonly Condition[] {
  if (!values) return [];
  // An expression, so that SQLite does not prefer the index that has this column and not the video.
  return values.length === 0
    ? [sql`1 = 0`]
    : [sql`coalesce(${sql.ref(column)}, '') in (${sql.join(values)})`];
}

/** Each combination of one condition of every list. */
function combinations(...lists: readonly (readonly Condition[])[]): readonly Condition[] {
  return lists.reduce((combined, list) => combined.flatMap((one) => list.map((other) => all(one, other))));
}

function all(...conditions: readonly Condition[]): Condition {
  return sql`${sql.join(conditions, sql` and `)}`;
}

/** The range of a list in time. It includes `since` and excludes `until`. */
function range({ since, until }: TimeRange): Condition {
  return all(
    ...(since === undefined ? [] : [sql<boolean>`submitted_at >= ${since}`]),
    ...(until === undefined ? [] : [sql<boolean>`submitted_at < ${until}`]),
    sql`1 = 1`,
  );
}

function orderOf({ order }: PageQuery): RawBuilder<unknown> {
  return order === 'newest' ? sql`submitted_at desc, id desc` : sql`submitted_at, id`;
}

/** Selects the ids of a page from the index. */
function idsOfPage(
  table: 'jobs' | 'submissions',
  parts: readonly Condition[],
  query: PageQuery & TimeRange,
): RawBuilder<string> {
  const { limit, order, from } = query;
  const start = from
    ? sql`(submitted_at, id) ${order === 'newest' ? sql`<` : sql`>`} (${from.at}, ${from.id})`
    : sql`1 = 1`;
  if (parts.length === 0) return sql`select id from ${sql.table(table)} where 1 = 0`;
  // In a union, SQLite accepts an order and a limit only inside a subquery.
  const selects = parts.map(
    (part) => sql`select * from (
      select submitted_at, id from ${sql.table(table)} where ${part} and ${range(query)} and ${start}
      order by ${orderOf(query)} limit ${limit}) as part`,
  );
  return sql`select id from (${sql.join(selects, sql` union all `)}) as parts
    order by ${orderOf(query)} limit ${limit}`;
}

/** The maximum number of index entries that SQLite counts in one statement: it runs in the event loop. */
const MAX_COUNTED = 20_000;

async function count(
  db: Database,
  table: 'jobs' | 'submissions',
  parts: readonly Condition[],
  times: TimeRange,
): Promise<number> {
  if (parts.length === 0) return 0;
  const entries = parts.map(
    (part) => sql`select 1 as entry from ${sql.table(table)} where ${part} and ${range(times)}`,
  );
  const counted = (all: RawBuilder<unknown>) =>
    sql<{ readonly count: number }>`select count(*) as count from (${all}) as entries`
      .execute(db)
      .then(({ rows }) => Number(rows[0]?.count ?? 0));
  const inSteps = runsInProcess(db);
  // One statement, so that a job that changes meanwhile is counted once.
  const total = await counted(
    sql`${sql.join(entries, sql` union all `)}${inSteps ? sql` limit ${MAX_COUNTED + 1}` : sql``}`,
  );
  if (!inSteps || total <= MAX_COUNTED) return total;
  let sum = 0;
  for (const part of entries) sum += await counted(part);
  return sum;
}
