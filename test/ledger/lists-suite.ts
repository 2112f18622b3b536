import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { JobRecord, JobsFilter, Ledger, PageQuery, SubmissionsFilter } from '../../src/ledger/ledger.ts';
import { countJobs, jobsPage, submissionIds } from '../../src/ledger/lists.ts';
import type { Database } from '../../src/ledger/schema.ts';
import { runsInProcess } from '../../src/ledger/sqlite.ts';
import type { NewPlace } from './place.ts';
import { intent, job, NOON } from './records.ts';
import { planOf, vacuum } from './statements.ts';

const types = ['MEDIA_DNA', 'VIDEO_TAG', undefined] as const;
const statuses = ['INIT', 'PROCESSING', 'SUCCESS', 'FAIL', undefined] as const;
const states = ['MADE', 'REFUSED', 'FAILED', 'UNKNOWN', 'PENDING'] as const;

/** Filters alone, in twos, and all together. */
const jobFilters: Readonly<Record<string, Omit<JobsFilter, 'kind'>>> = {
  none: {},
  status: { statuses: ['SUCCESS'] },
  'two statuses': { statuses: ['INIT', 'FAIL'] },
  type: { types: ['VIDEO_TAG'] },
  video: { videoId: 'video-3' },
  since: { since: NOON + 20 },
  until: { until: NOON + 20 },
  'status and type': { statuses: ['SUCCESS', 'FAIL'], types: ['MEDIA_DNA'] },
  'status and video': { statuses: ['SUCCESS'], videoId: 'video-3' },
  'status and since': { statuses: ['PROCESSING'], since: NOON + 11 },
  'type and video': { types: ['VIDEO_TAG'], videoId: 'video-3' },
  'type and until': { types: ['MEDIA_DNA'], until: NOON + 31 },
  'video and since': { videoId: 'video-3', since: NOON + 10 },
  'since and until': { since: NOON + 10, until: NOON + 20 },
  all: { statuses: ['SUCCESS'], types: ['VIDEO_TAG'], videoId: 'video-3', since: NOON, until: NOON + 50 },
  'no status at all': { statuses: [] },
};

const submissionFilters: Readonly<Record<string, SubmissionsFilter>> = {
  none: {},
  state: { states: ['MADE'] },
  kind: { kinds: ['IMAGE'] },
  video: { videoId: 'video-3' },
  range: { since: NOON + 5, until: NOON + 25 },
  'state and kind': { states: ['UNKNOWN', 'FAILED'], kinds: ['AI'] },
  'state and video': { states: ['MADE'], videoId: 'video-3' },
  'kind and range': { kinds: ['AI'], since: NOON + 7 },
  'video and kind': { videoId: 'video-3', kinds: ['AI'] },
  caller: { caller: 'key:3' },
  'caller and state': { caller: 'key:3', states: ['MADE', 'FAILED'] },
  'caller and kind': { caller: 'key:3', kinds: ['AI'] },
  'caller and range': { caller: 'key:3', since: NOON + 5, until: NOON + 25 },
  'caller and video': { caller: 'key:3', videoId: 'video-3' },
};

/** All rows of a list, read in pages of three. */
async function paged<Row extends { readonly id: string; readonly submittedAt: number }>(
  order: PageQuery['order'],
  read: (page: PageQuery) => Promise<readonly Row[]>,
): Promise<string[]> {
  const ids: string[] = [];
  let from: PageQuery['from'];
  do {
    const page = await read({ limit: 3, order, from });
    expect(page.length).toBeLessThanOrEqual(3);
    ids.push(...page.map(({ id }) => id));
    const last = page.at(-1);
    from = last && { at: last.submittedAt, id: last.id };
  } while (from);
  return ids;
}

function isIn({ since = 0, until = Number.POSITIVE_INFINITY }: JobsFilter | SubmissionsFilter, at: number) {
  return at >= since && at < until;
}

export function listsSuite(newPlace: NewPlace): void {
  /** Sixty jobs of both kinds, two of each time. */
  async function withJobs(): Promise<{ readonly ledger: Ledger; readonly jobs: readonly JobRecord[] }> {
    const ledger = await (await newPlace()).open();
    const jobs = Array.from({ length: 60 }, (_, index) => {
      const kind = index % 7 === 0 ? 'IMAGE' : 'AI';
      return job(`job-${String(index).padStart(2, '0')}`, {
        kind,
        type: kind === 'AI' ? types[index % 3] : undefined,
        status: statuses[index % 5],
        videoId: `video-${index % 4}`,
        submittedAt: NOON + (index >> 1),
      });
    });
    await ledger.record(jobs, { addUnknown: true });
    return { ledger, jobs };
  }

  it.each(Object.entries(jobFilters))(
    'pages through jobs, filtered by %s, in both orders',
    async (_, filter) => {
      const { ledger, jobs } = await withJobs();
      for (const kind of ['AI', 'IMAGE'] as const) {
        const matching = jobs.filter(
          (known) =>
            known.kind === kind &&
            (kind === 'IMAGE' || !filter.types || filter.types.some((type) => type === known.type)) &&
            (!filter.statuses || filter.statuses.some((status) => status === known.status)) &&
            (filter.videoId === undefined || filter.videoId === known.videoId) &&
            isIn({ kind, ...filter }, known.submittedAt),
        );
        // Image jobs have no type to filter by.
        const query = kind === 'AI' ? { kind, ...filter } : { kind, ...filter, types: undefined };
        const oldest = matching.map(({ id }) => id);
        const read = (page: PageQuery) => ledger.listJobs({ ...query, ...page });
        expect(await paged('oldest', read)).toEqual(oldest);
        expect(await paged('newest', read)).toEqual(oldest.toReversed());
        expect(await ledger.countJobs(query)).toBe(matching.length);
      }
    },
  );

  it.each(Object.entries(submissionFilters))(
    'pages through submissions, filtered by %s, in both orders',
    async (_, filter) => {
      const ledger = await (await newPlace()).open();
      const submissions = Array.from({ length: 40 }, (_unused, index) => ({
        ...intent({
          id: `s-${String(index).padStart(2, '0')}`,
          kind: index % 3 === 0 ? 'IMAGE' : 'AI',
          caller: `key:${index % 8}`,
          videoId: `video-${index % 4}`,
          submittedAt: NOON + (index >> 1),
          idempotencyKey: undefined,
        }),
        state: states[index % 5] ?? 'MADE',
      }));
      for (const { state, ...begun } of submissions) {
        await ledger.begin(begun);
        const { id } = begun;
        if (state === 'MADE') await ledger.finish(id, { state, requestId: undefined, jobs: [] });
        else if (state === 'REFUSED')
          await ledger.finish(id, { state, requestId: undefined, userErrors: '[]' });
        else if (state !== 'PENDING') await ledger.finish(id, { state });
      }
      const oldest = submissions
        .filter(
          (known) =>
            (!filter.kinds || filter.kinds.includes(known.kind)) &&
            (!filter.states || filter.states.includes(known.state)) &&
            (filter.caller === undefined || filter.caller === known.caller) &&
            (filter.videoId === undefined || filter.videoId === known.videoId) &&
            isIn(filter, known.submittedAt),
        )
        .map(({ id }) => id);
      const read = (page: PageQuery) => ledger.submissions({ ...filter, ...page });
      expect(await paged('oldest', read)).toEqual(oldest);
      expect(await paged('newest', read)).toEqual(oldest.toReversed());
      expect(await ledger.countSubmissions(filter)).toBe(oldest.length);
    },
  );

  describe('the query plan', () => {
    async function manyRows(): Promise<Database> {
      const db = await (await newPlace()).openDatabase();
      await sql`
        insert into jobs (kind, id, video_id, type, status, state, submitted_at)
        with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 20000)
        select 'AI', 'job-' || n, 'video-' || (n % 1000), case when n % 2 = 0 then 'VIDEO_TAG' else 'MEDIA_DNA' end,
          case when n % 50 = 0 then 'FAIL' else 'SUCCESS' end, ${'x'.repeat(200)}, n
        from numbers`.execute(db);
      await sql`
        insert into submissions (id, kind, caller, fingerprint, video_id, input, submitted_at, lease_until, state)
        with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 20000)
        select 's-' || n, 'AI', 'key:' || (n % 10), 'f', 'video-' || (n % 1000), '{}', n, 0, case when n % 50 = 0 then 'FAILED' else 'MADE' end
        from numbers`.execute(db);
      await vacuum(db);
      // Nothing ever analyses the file of SQLite, but Postgres does so by itself.
      if (!runsInProcess(db)) await sql`analyze`.execute(db);
      return db;
    }

    it('counts more rows than one statement of SQLite may', async () => {
      const db = await manyRows();
      await sql`insert into jobs (kind, id, video_id, type, status, state, submitted_at)
        values ('AI', 'one', 'video-1', null, null, 'x', 30000)`.execute(db);
      expect(await countJobs(db, { kind: 'AI' })).toBe(20_001);
      expect(await countJobs(db, { kind: 'AI', since: 10_001 })).toBe(10_001);
    });

    const page = { limit: 21, order: 'newest', from: { at: 9_000, id: 'x' } } as const;

    it.each(Object.keys(jobFilters).filter((name) => name !== 'no status at all'))(
      'reads a page of jobs from an index, filtered by %s',
      async (name) => {
        const db = await manyRows();
        const range = {
          ...(jobFilters[name]?.since && { since: 5_000 }),
          ...(jobFilters[name]?.until && { until: 15_000 }),
        };
        const query = { kind: 'AI', ...jobFilters[name], ...range, ...page } as const;
        const plan = await planOf(db, jobsPage(query).compile(db));
        expect(plan).toMatch(query.videoId ? /jobs_by_video/ : /jobs_by_state/);
        expect(plan).not.toMatch(/Seq Scan|SCAN jobs/);
      },
    );

    it.each(Object.keys(submissionFilters))(
      'reads a page of submissions from an index, filtered by %s',
      async (name) => {
        const db = await manyRows();
        const query = { ...submissionFilters[name], since: undefined, until: undefined, ...page };
        const plan = await planOf(
          db,
          sql`select * from submissions where id in ${submissionIds(query)}`.compile(db),
        );
        const { videoId, caller } = query;
        expect(plan).toContain(`submissions_by_${videoId ? 'video' : caller ? 'caller' : 'state'}`);
        expect(plan).not.toMatch(/Seq Scan|SCAN submissions/);
      },
    );
  });
}
