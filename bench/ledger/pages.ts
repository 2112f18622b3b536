import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import type { JobsFilter, JobsQuery, Ledger, VideoJobsQuery } from '../../src/ledger/ledger.ts';
import { JOBS_PER_VIDEO, position, videoId } from './data.ts';

/** A page of jobs, read as GraphQL reads it. */
export interface PageKind {
  readonly name: string;
  /** The index that the page is read from. */
  readonly index: 'jobs_by_video' | 'jobs_by_state';
  /** Reads the page and checks it. `video` returns the number of a random video. */
  read(ledger: Ledger, video: () => number): Promise<unknown>;
  /** The query of one page, for its plan: of one video's list, or of the list of all jobs. */
  readonly query: VideoJobsQuery | JobsQuery;
  /** Whether the list is that of one video. */
  readonly isOfVideo: boolean;
}

/** `first: 20`, and one more to know whether another page follows. */
const LIMIT = 21;
const MIDDLE = JOBS_PER_VIDEO / 2;

const firstPage = (video: number): VideoJobsQuery => ({
  kind: 'AI',
  videoId: videoId(video),
  limit: LIMIT,
  order: 'newest',
});

/** `Video.aiJobs`: pages with their counts, for `videos` videos in one statement. */
function videoPage(
  name: string,
  videos: number,
  expected: { readonly jobs: number; readonly count: number },
  query: (video: number) => VideoJobsQuery,
): PageKind {
  return {
    name,
    index: 'jobs_by_video',
    isOfVideo: true,
    query: query(7),
    async read(ledger, video) {
      const queries = Array.from({ length: videos }, () => query(video()));
      const pages = await ledger.videoJobs(queries);
      const counts = await ledger.countVideoJobs(
        queries.map(({ from: _, ...all }) => ({ ...all, limit: 0 })),
      );
      for (const page of pages) strictEqual(page.length, expected.jobs);
      for (const count of counts) strictEqual(count, expected.count);
      return pages;
    },
  };
}

/** `knownAIJobs`: a page without its count. All pages are full, but for those of one video. */
function listPage(name: string, filter: (video: number) => Omit<JobsFilter, 'kind'>, jobs = LIMIT): PageKind {
  // After the newest days, so that a page starts in the middle of the index.
  const query = (video: number): JobsQuery => ({
    kind: 'AI',
    ...filter(video),
    limit: LIMIT,
    order: 'newest',
    from: position(video, JOBS_PER_VIDEO - 2),
  });
  return {
    name,
    index: filter(7).videoId === undefined ? 'jobs_by_state' : 'jobs_by_video',
    isOfVideo: false,
    query: query(7),
    async read(ledger, video) {
      const page = await ledger.listJobs(query(video()));
      strictEqual(page.length, jobs);
      return page;
    },
  };
}

const at = (turn: number) => position(0, turn).at;

export const pageKinds: readonly PageKind[] = [
  videoPage('first page', 1, { jobs: JOBS_PER_VIDEO, count: JOBS_PER_VIDEO }, firstPage),
  videoPage('page after a cursor', 1, { jobs: MIDDLE, count: JOBS_PER_VIDEO }, (video) => ({
    ...firstPage(video),
    from: position(video, MIDDLE),
  })),
  videoPage('page by type and status', 1, { jobs: 8, count: 8 }, (video) => ({
    ...firstPage(video),
    type: 'VIDEO_TAG',
    status: 'SUCCESS',
  })),
  videoPage('first pages of 25 videos', 25, { jobs: JOBS_PER_VIDEO, count: JOBS_PER_VIDEO }, firstPage),
  listPage('list', () => ({})),
  listPage('list by status', () => ({ statuses: ['FAIL'] })),
  listPage('list by type', () => ({ types: ['VIDEO_TAG'] })),
  listPage('list by video', (video) => ({ videoId: videoId(video) }), JOBS_PER_VIDEO - 2),
  listPage('list since', () => ({ since: at(2) })),
  listPage('list until', () => ({ until: at(MIDDLE) })),
  listPage('list by status and type', () => ({ statuses: ['SUCCESS'], types: ['MEDIA_DNA'] })),
  listPage('list by status and video', (video) => ({ statuses: ['SUCCESS'], videoId: videoId(video) }), 14),
  listPage('list by status, since', () => ({ statuses: ['SUCCESS'], since: at(2) })),
  listPage('list by status, until', () => ({ statuses: ['SUCCESS'], until: at(MIDDLE) })),
  listPage('list by type and video', (video) => ({ types: ['VIDEO_TAG'], videoId: videoId(video) }), 9),
  listPage('list by type, since', () => ({ types: ['MEDIA_DNA'], since: at(2) })),
  listPage('list by type, until', () => ({ types: ['MEDIA_DNA'], until: at(MIDDLE) })),
  listPage(
    'list by video, since',
    (video) => ({ videoId: videoId(video), since: position(video, 8).at }),
    10,
  ),
  listPage('list by video, until', (video) => ({ videoId: videoId(video), until: position(video, 8).at }), 8),
  listPage('list since, until', () => ({ since: at(2), until: at(MIDDLE) })),
];

/** Reads pages one after the other. Returns how many milliseconds each took. */
export async function timeReads(
  ledger: Ledger,
  kind: PageKind,
  outOf: number,
  reads: number,
): Promise<number[]> {
  const times: number[] = [];
  for (let read = 0; read < reads; read++) {
    const start = performance.now();
    await kind.read(ledger, () => Math.floor(Math.random() * outOf));
    times.push(performance.now() - start);
  }
  return times;
}

/** Checks that the pages of one video are the same in both ledgers, job by job. */
export async function checkSame(small: Ledger, large: Ledger, outOf: number): Promise<void> {
  for (const kind of pageKinds.filter(({ index }) => index === 'jobs_by_video')) {
    const video = Math.floor(Math.random() * outOf);
    deepStrictEqual(await kind.read(large, () => video), await kind.read(small, () => video));
  }
}
