import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { JobEntry, Ledger, VideoJobsQuery } from '../../src/ledger/ledger.ts';
import type { Database } from '../../src/ledger/schema.ts';
import { sqlLedger } from '../../src/ledger/sql-ledger.ts';
import { runsInProcess } from '../../src/ledger/sqlite.ts';
import { countsStatement, firstCountsStatement, pagesStatement } from '../../src/ledger/video-jobs.ts';
import type { NewPlace } from './place.ts';
import { job, NOON } from './records.ts';
import { planOf, RecordedStatements, vacuum } from './statements.ts';

const queryOf = (videoId: string, some: Partial<VideoJobsQuery> = {}): VideoJobsQuery => ({
  kind: 'AI',
  videoId,
  limit: 10,
  order: 'newest',
  ...some,
});

const ids = (pages: readonly (readonly JobEntry[])[]) => pages.map((page) => page.map(({ id }) => id));

export function videoJobsSuite(newPlace: NewPlace): void {
  /** Two jobs of each time. Every third is a finished tag job, and the others are running DNA jobs. */
  async function tenJobs(): Promise<Ledger> {
    const ledger = await (await newPlace()).open();
    const jobs = Array.from({ length: 10 }, (_, index) =>
      job(`job-${index}`, {
        submittedAt: NOON + (index >> 1),
        status: index % 3 === 0 ? 'SUCCESS' : 'PROCESSING',
        type: index % 3 === 0 ? 'VIDEO_TAG' : 'MEDIA_DNA',
      }),
    );
    await ledger.record([...jobs, job('image', { kind: 'IMAGE' }), job('other', { videoId: 'other' })], {
      addUnknown: true,
    });
    return ledger;
  }

  it.each(['newest', 'oldest'] as const)('pages through the jobs of a video, %s first', async (order) => {
    const ledger = await tenJobs();
    const seen: string[] = [];
    let from: VideoJobsQuery['from'];
    do {
      const [page = []] = await ledger.videoJobs([queryOf('video', { order, limit: 3, from })]);
      expect(page.length).toBeLessThanOrEqual(3);
      seen.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      from = last && { at: last.submittedAt, id: last.id };
    } while (from);

    const expected = Array.from({ length: 10 }, (_, index) => `job-${index}`);
    expect(seen).toEqual(order === 'newest' ? expected.toReversed() : expected);
  });

  it('filters by type and status, in pages and in counts', async () => {
    const ledger = await tenJobs();
    const queries = [
      queryOf('video', { type: 'VIDEO_TAG' }),
      queryOf('video', { status: 'PROCESSING', limit: 2 }),
      queryOf('video', { type: 'MEDIA_DNA', status: 'SUCCESS' }),
      queryOf('video', { kind: 'IMAGE' }),
      queryOf('video', { limit: 1, from: { at: NOON + 1, id: 'job-2' } }),
    ];

    expect(ids(await ledger.videoJobs(queries))).toEqual([
      ['job-9', 'job-6', 'job-3', 'job-0'],
      ['job-8', 'job-7'],
      [],
      ['image'],
      ['job-1'],
    ]);
    expect(await ledger.countVideoJobs(queries)).toEqual([4, 6, 0, 1, 10]);
  });

  it('returns no states, which can be long', async () => {
    const ledger = await (await newPlace()).open();
    await ledger.record([job('long', { status: 'SUCCESS', state: '{"Data":"…"}' })], { addUnknown: true });
    const { state: _state, ...entry } = job('long', { status: 'SUCCESS' });

    expect(await ledger.videoJobs([queryOf('video')])).toStrictEqual([[entry]]);
    expect(await ledger.listJobs({ kind: 'AI', limit: 10, order: 'newest' })).toStrictEqual([entry]);
  });

  it('returns the pages of many videos in order, with empty and repeated ones', async () => {
    const ledger = await (await newPlace()).open();
    const videos = Array.from({ length: 600 }, (_, index) => `video-${index}`);
    await ledger.record(
      videos.map((videoId, index) => job(`job-${index}`, { videoId })),
      { addUnknown: true },
    );
    const queries = [...videos, 'nowhere', 'video-7'].map((videoId) => queryOf(videoId));

    const expected = [...videos.map((_, index) => [`job-${index}`]), [], ['job-7']];
    expect(ids(await ledger.videoJobs(queries))).toEqual(expected);
    expect(await ledger.countVideoJobs(queries)).toEqual(expected.map(({ length }) => length));
    expect(await ledger.videoJobs([])).toEqual([]);
    expect(await ledger.countVideoJobs([])).toEqual([]);
  });

  it('uses one statement for 100 videos', async () => {
    const { openDatabase, clock } = await newPlace();
    const statements = new RecordedStatements();
    const ledger = sqlLedger((await openDatabase()).withPlugin(statements), clock);
    const queries = Array.from({ length: 100 }, (_, index) => queryOf(`video-${index}`));

    await ledger.videoJobs(queries);
    expect(statements.executed).toBe(1);
    await ledger.countVideoJobs(queries);
    expect(statements.executed).toBe(2);
  });

  it('reads and counts tens of thousands of jobs of one video exactly', async () => {
    const { openDatabase, clock } = await newPlace();
    const db = await openDatabase();
    // Two jobs of each time, so that a step can end between them. Every 15,000th has failed.
    await sql`
      insert into jobs (kind, id, video_id, type, status, submitted_at)
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 45000)
      select 'AI', 'job-' || (100000 + n), 'large', case when n % 2 = 0 then 'VIDEO_TAG' else 'MEDIA_DNA' end,
        case when n % 15000 = 0 then 'FAIL' else 'SUCCESS' end, n / 2
      from numbers`.execute(db);
    const statements = new RecordedStatements();
    const ledger = sqlLedger(db.withPlugin(statements), clock);
    await ledger.record([job('small', { videoId: 'small' })], { addUnknown: true });
    statements.executed = 0;

    const counts = await ledger.countVideoJobs([
      queryOf('large'),
      queryOf('small'),
      queryOf('large', { status: 'FAIL' }),
      queryOf('large', { type: 'VIDEO_TAG', status: 'SUCCESS' }),
      queryOf('large', { from: { at: 3, id: 'job-100006' } }),
      queryOf('nowhere'),
    ]);
    expect(counts).toEqual([45_000, 1, 3, 22_497, 45_000, 0]);
    const countStatements = statements.executed;

    const failed = queryOf('large', { status: 'FAIL' });
    const pages = await ledger.videoJobs([
      failed,
      queryOf('small'),
      { ...failed, order: 'oldest', limit: 2 },
      { ...failed, from: { at: 15_000, id: 'job-130000' } },
      { ...failed, order: 'oldest', from: { at: 7_500, id: 'job-115000' } },
      queryOf('large', { limit: 2 }),
    ]);
    expect(ids(pages)).toEqual([
      ['job-145000', 'job-130000', 'job-115000'],
      ['small'],
      ['job-115000', 'job-130000'],
      ['job-115000'],
      ['job-130000', 'job-145000'],
      ['job-145000', 'job-144999'],
    ]);
    // SQLite runs in the event loop, so that none of its statements may scan all jobs.
    const pageStatements = statements.executed - countStatements;
    if (runsInProcess(db))
      expect([countStatements, pageStatements]).toEqual([1 + 4 + 6 + 6 + 4, 1 + 6 + 4 + 4 + 4]);
    else expect([countStatements, pageStatements]).toEqual([1, 1]);
  });

  describe('the query plan', () => {
    async function manyJobs(): Promise<Database> {
      const db = await (await newPlace()).openDatabase();
      await sql`
        insert into jobs (kind, id, video_id, type, status, state, submitted_at)
        with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 20000)
        select 'AI', 'job-' || n, 'video-' || (n % 20), 'VIDEO_TAG', case when n % 50 = 0 then 'FAIL' else 'SUCCESS' end, ${'x'.repeat(500)}, n
        from numbers`.execute(db);
      // Nothing ever analyses the file of SQLite, but Postgres does so by itself.
      if (!runsInProcess(db)) await sql`analyze jobs`.execute(db);
      return db;
    }

    const queries = [
      queryOf('video-1'),
      queryOf('video-2', { from: { at: 9_000, id: 'job-9000' } }),
      queryOf('video-3', { order: 'oldest', from: { at: 9_000, id: 'job-9000' } }),
      queryOf('video-4', { type: 'VIDEO_TAG', status: 'FAIL' }),
    ];

    it('reads pages from the index, in its order', async () => {
      const db = await manyJobs();
      const plan = await planOf(db, pagesStatement(db, queries).compile());

      expect(plan.match(/jobs_by_video/g)).toHaveLength(queries.length);
      expect(plan).not.toMatch(/Seq Scan|SCAN jobs|Sort|TEMP B-TREE/);
      // The start of the page is a condition on the index, so no earlier rows are read.
      expect(plan).toMatch(/submitted_at,id\)<|ROW\(submitted_at, id\) </);
    });

    it('counts jobs without reading the rows', async () => {
      const db = await manyJobs();
      await vacuum(db);
      const plan = await planOf(db, countsStatement(db, queries).compile());

      expect(plan.match(/(COVERING INDEX|Index Only Scan using) jobs_by_video/g)).toHaveLength(
        queries.length,
      );
      const first = await planOf(db, firstCountsStatement(db, queries, 100).compile());
      expect(first.match(/(COVERING INDEX|Index Only Scan using) jobs_by_video/g)).toHaveLength(
        queries.length,
      );
    });
  });
}
