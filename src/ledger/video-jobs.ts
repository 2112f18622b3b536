import { type Expression, type SelectQueryBuilder, sql } from 'kysely';
import type { JobEntry, Position, VideoJobsQuery } from './ledger.ts';
import { type Database, type EntryRow, entryColumns, jobEntry, type Schema } from './schema.ts';
import { runsInProcess } from './sqlite.ts';

/** The number of queries in one statement. SQLite accepts at most 500 parts in a union. */
const MAX_QUERIES = 250;
/**
 * The maximum number of rows that one SQLite statement returns, and of index entries that it scans. A statement runs in the
 * event loop and cannot be interrupted before its first row: a scan of a million entries takes 120 to 220 ms of CPU time, and
 * one of 20,000 takes 3 ms, or 7 ms with a filter.
 */
const MAX_ROWS = 1_000;
const MAX_SCANNED = 20_000;

/** See `Ledger.videoJobs`. */
export async function videoJobs(
  db: Database,
  queries: readonly VideoJobsQuery[],
): Promise<readonly (readonly JobEntry[])[]> {
  const pages = queries.map((): JobEntry[] => []);
  const indexed = queries.map((query, index) => ({ query, index }));
  // A page without a filter scans only the index entries of its own rows.
  const inSteps = runsInProcess(db) ? indexed.filter(({ query }) => isFiltered(query)) : [];
  const others = inSteps.length > 0 ? indexed.filter(({ query }) => !isFiltered(query)) : indexed;
  const maxRows = runsInProcess(db) ? MAX_ROWS : Number.POSITIVE_INFINITY;
  for (const batch of pageBatches(others, maxRows)) {
    const rows = await pagesStatement(
      db,
      batch.map(({ query }) => query),
    ).execute();
    for (const row of rows) pages[batch[row.query]?.index ?? -1]?.push(jobEntry(row));
  }
  for (const { query, index } of inSteps) pages[index] = await pageInSteps(db, query);
  return pages;
}

/** Splits queries into batches for one statement each. */
function* pageBatches<Item extends { readonly query: VideoJobsQuery }>(
  items: readonly Item[],
  maxRows: number,
): Generator<readonly Item[]> {
  let batch: Item[] = [];
  let rows = 0;
  for (const item of items) {
    const { limit } = item.query;
    if (batch.length === MAX_QUERIES || (batch.length > 0 && rows + limit > maxRows)) {
      yield batch;
      batch = [];
      rows = 0;
    }
    batch.push(item);
    rows += limit;
  }
  if (batch.length > 0) yield batch;
}

/** See `Ledger.countVideoJobs`. */
export async function countVideoJobs(
  db: Database,
  queries: readonly VideoJobsQuery[],
): Promise<readonly number[]> {
  const counts: number[] = [];
  for (let start = 0; start < queries.length; start += MAX_QUERIES) {
    const batch = queries.slice(start, start + MAX_QUERIES);
    // The statement has one row for each query.
    const batchCounts = batch.map(() => 0);
    if (runsInProcess(db)) {
      const limit = Math.floor(MAX_SCANNED / batch.length);
      for (const { query, count, scanned } of await firstCountsStatement(db, batch, limit).execute()) {
        const counted = batch[query];
        if (counted) batchCounts[query] = scanned < limit ? count : await countInSteps(db, counted);
      }
    } else {
      for (const { query, count } of await countsStatement(db, batch).execute()) batchCounts[query] = count;
    }
    counts.push(...batchCounts);
  }
  return counts;
}

/**
 * Selects all pages in one union. Each part reads the index from the start of its page up to its limit, so the cost does
 * not depend on the number of jobs. The rows of a page keep their order; the column `query` is the index of their query.
 *
 * @param queries at least one
 */
export function pagesStatement(db: Database, queries: readonly VideoJobsQuery[]) {
  return union(
    queries.map((query, index) =>
      // In a union, SQLite accepts an order and a limit only inside a subquery.
      db
        .selectFrom(pageOf(db, query).as('page'))
        .selectAll()
        .select(sql<number>`${sql.lit(index)}`.as('query')),
    ),
  );
}

/**
 * Counts the jobs of all queries in one union.
 *
 * @param queries at least one
 */
export function countsStatement(db: Database, queries: readonly VideoJobsQuery[]) {
  return union(
    queries.map((query, index) =>
      jobsOf(db, query)
        .where(matches(db, query))
        .select((eb) => [sql<number>`${sql.lit(index)}`.as('query'), eb.fn.countAll<number>().as('count')]),
    ),
  );
}

/**
 * Counts the matching ones of the first `limit` jobs of each video in one union. `scanned` is the number of these jobs.
 *
 * @param queries at least one
 */
export function firstCountsStatement(db: Database, queries: readonly VideoJobsQuery[], limit: number) {
  return union(
    queries.map((query, index) =>
      db
        .selectFrom(jobsOf(db, query).select(['type', 'status']).limit(limit).as('jobs'))
        .select((eb) => [
          sql<number>`${sql.lit(index)}`.as('query'),
          eb.fn.countAll<number>().as('scanned'),
          sql<number>`count(case when ${matches(db, query)} then 1 end)`.as('count'),
        ]),
    ),
  );
}

/** A part of a video's jobs in an order: those after `start`, up to and including `end`. */
interface Range {
  readonly start: Position | undefined;
  readonly end: Position | undefined;
}

/** Splits the jobs of a video, filtered or not, into ranges of {@link MAX_SCANNED}. */
async function* ranges(db: Database, query: VideoJobsQuery): AsyncGenerator<Range> {
  for (let start = query.from; ; ) {
    const last = await ordered(within(jobsOf(db, query), query, { start, end: undefined }), query)
      .select(['submitted_at', 'id'])
      .offset(MAX_SCANNED - 1)
      .limit(1)
      .executeTakeFirst();
    const end = last && { at: last.submitted_at, id: last.id };
    yield { start, end };
    if (!end) return;
    start = end;
  }
}

async function pageInSteps(db: Database, query: VideoJobsQuery): Promise<JobEntry[]> {
  const page: JobEntry[] = [];
  for await (const range of ranges(db, query)) {
    const rows = await ordered(within(jobsOf(db, query), query, range), query)
      .where(matches(db, query))
      .limit(query.limit - page.length)
      .select(entryColumns)
      .execute();
    page.push(...rows.map(jobEntry));
    if (page.length === query.limit) break;
  }
  return page;
}

async function countInSteps(db: Database, query: VideoJobsQuery): Promise<number> {
  const all = { ...query, from: undefined };
  let total = 0;
  for await (const range of ranges(db, all)) {
    if (range.end && !isFiltered(query)) {
      total += MAX_SCANNED;
      continue;
    }
    const { count } = await within(jobsOf(db, query), all, range)
      .where(matches(db, query))
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    total += count;
  }
  return total;
}

function pageOf(db: Database, query: VideoJobsQuery): SelectQueryBuilder<Schema, 'jobs', EntryRow> {
  const range = { start: query.from, end: undefined };
  return ordered(within(jobsOf(db, query), query, range), query)
    .where(matches(db, query))
    .limit(query.limit)
    .select(entryColumns);
}

type JobsBuilder = SelectQueryBuilder<Schema, 'jobs', object>;

function jobsOf(db: Database, { kind, videoId }: VideoJobsQuery): JobsBuilder {
  return db.selectFrom('jobs').where('kind', '=', kind).where('video_id', '=', videoId);
}

function isFiltered({ type, status }: VideoJobsQuery): boolean {
  return type !== undefined || status !== undefined;
}

/**
 * The conditions on `type` and `status`. With a plus, SQLite does not use an index for them: it would prefer `jobs_by_state`,
 * which does not have the video.
 */
function matches(db: Database, { type, status }: VideoJobsQuery): Expression<boolean> {
  const plus = runsInProcess(db) ? sql`+` : sql``;
  const conditions = [
    ...(type === undefined ? [] : [sql<boolean>`${plus}type = ${type}`]),
    ...(status === undefined ? [] : [sql<boolean>`${plus}status = ${status}`]),
  ];
  return conditions.length > 0 ? sql<boolean>`(${sql.join(conditions, sql` and `)})` : sql<boolean>`1 = 1`;
}

function within(jobs: JobsBuilder, { order }: VideoJobsQuery, { start, end }: Range): JobsBuilder {
  const [after, upTo] = order === 'newest' ? (['<', '>='] as const) : (['>', '<='] as const);
  let limited = jobs;
  if (start) {
    limited = limited.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('submitted_at', 'id'), after, tuple(start.at, start.id)),
    );
  }
  if (end) {
    limited = limited.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('submitted_at', 'id'), upTo, tuple(end.at, end.id)),
    );
  }
  return limited;
}

function ordered(jobs: JobsBuilder, { order }: VideoJobsQuery): JobsBuilder {
  const direction = order === 'newest' ? 'desc' : 'asc';
  return jobs.orderBy('submitted_at', direction).orderBy('id', direction);
}

function union<Row>(parts: readonly SelectQueryBuilder<Schema, never, Row>[]) {
  const [first, ...others] = parts;
  if (!first) throw new Error('expected at least one query');
  return others.reduce((all, part) => all.unionAll(part), first);
}
