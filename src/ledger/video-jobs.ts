import { type SelectQueryBuilder, sql } from 'kysely';
import type { JobRecord, VideoJobsQuery } from './ledger.ts';
import { type Database, type JobRow, jobRecord, type Schema } from './schema.ts';

/** The number of queries in one statement. SQLite accepts at most 500 parts in a union. */
const MAX_QUERIES = 250;

/** See `Ledger.videoJobs`. */
export async function videoJobs(
  db: Database,
  queries: readonly VideoJobsQuery[],
): Promise<readonly (readonly JobRecord[])[]> {
  const pages = queries.map((): JobRecord[] => []);
  for (let start = 0; start < queries.length; start += MAX_QUERIES) {
    const rows = await pagesStatement(db, queries.slice(start, start + MAX_QUERIES)).execute();
    for (const row of rows) pages[start + row.query]?.push(jobRecord(row));
  }
  return pages;
}

/** See `Ledger.countVideoJobs`. */
export async function countVideoJobs(
  db: Database,
  queries: readonly VideoJobsQuery[],
): Promise<readonly number[]> {
  const counts = queries.map(() => 0);
  for (let start = 0; start < queries.length; start += MAX_QUERIES) {
    const rows = await countsStatement(db, queries.slice(start, start + MAX_QUERIES)).execute();
    for (const { query, count } of rows) counts[start + query] = count;
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
      matching(db, query).select((eb) => [
        sql<number>`${sql.lit(index)}`.as('query'),
        eb.fn.countAll<number>().as('count'),
      ]),
    ),
  );
}

function pageOf(db: Database, query: VideoJobsQuery): SelectQueryBuilder<Schema, 'jobs', JobRow> {
  const newest = query.order === 'newest';
  const { from } = query;
  let page = matching(db, query);
  if (from) {
    page = page.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('submitted_at', 'id'), newest ? '<' : '>', tuple(from.at, from.id)),
    );
  }
  const direction = newest ? 'desc' : 'asc';
  return page.orderBy('submitted_at', direction).orderBy('id', direction).limit(query.limit).selectAll();
}

function matching(db: Database, { kind, videoId, type, status }: VideoJobsQuery) {
  let query = db.selectFrom('jobs').where('kind', '=', kind).where('video_id', '=', videoId);
  if (type !== undefined) query = query.where('type', '=', type);
  if (status !== undefined) query = query.where('status', '=', status);
  return query;
}

function union<Row>(parts: readonly SelectQueryBuilder<Schema, never, Row>[]) {
  const [first, ...others] = parts;
  if (!first) throw new Error('expected at least one query');
  return others.reduce((all, part) => all.unionAll(part), first);
}
