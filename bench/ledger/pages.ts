import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import type { Ledger, VideoJobsQuery } from '../../src/ledger/ledger.ts';
import { JOBS_PER_VIDEO, position, videoId } from './data.ts';

/** What is read: `Video.aiJobs` as GraphQL asks the ledger for it, a page and its count. */
export interface PageKind {
  readonly name: string;
  /** How many videos one statement asks for. */
  readonly videos: number;
  /** How many jobs the page and the whole list have. */
  readonly expected: { readonly jobs: number; readonly count: number };
  query(video: number): VideoJobsQuery;
}

/** `first: 20`, and one more to know whether there is another page. */
const LIMIT = 21;
const MIDDLE = JOBS_PER_VIDEO / 2;

const firstPage = (video: number): VideoJobsQuery => ({
  kind: 'AI',
  videoId: videoId(video),
  limit: LIMIT,
  order: 'newest',
});

export const pageKinds: readonly PageKind[] = [
  {
    name: 'first page',
    videos: 1,
    expected: { jobs: JOBS_PER_VIDEO, count: JOBS_PER_VIDEO },
    query: firstPage,
  },
  {
    name: 'page after a cursor',
    videos: 1,
    expected: { jobs: MIDDLE, count: JOBS_PER_VIDEO },
    query: (video) => ({ ...firstPage(video), from: position(video, MIDDLE) }),
  },
  {
    name: 'page by type and status',
    videos: 1,
    expected: { jobs: 8, count: 8 },
    query: (video) => ({ ...firstPage(video), type: 'VIDEO_TAG', status: 'SUCCESS' }),
  },
  {
    name: 'first pages of 25 videos',
    videos: 25,
    expected: { jobs: JOBS_PER_VIDEO, count: JOBS_PER_VIDEO },
    query: firstPage,
  },
];

/** The queries for as many random videos as the kind asks for, out of the first ones. */
export function randomQueries(kind: PageKind, outOf: number): readonly VideoJobsQuery[] {
  return Array.from({ length: kind.videos }, () => kind.query(Math.floor(Math.random() * outOf)));
}

/** Reads pages and their counts one after the other; how many milliseconds each took. */
export async function timeReads(
  ledger: Ledger,
  kind: PageKind,
  outOf: number,
  reads: number,
): Promise<number[]> {
  const times: number[] = [];
  for (let read = 0; read < reads; read++) {
    const queries = randomQueries(kind, outOf);
    const start = performance.now();
    const pages = await ledger.videoJobs(queries);
    const counts = await ledger.countVideoJobs(queries.map(({ from: _, ...all }) => ({ ...all, limit: 0 })));
    times.push(performance.now() - start);
    for (const page of pages) strictEqual(page.length, kind.expected.jobs);
    for (const count of counts) strictEqual(count, kind.expected.count);
  }
  return times;
}

/** That a page is the same in both ledgers, job by job. */
export async function checkSame(small: Ledger, large: Ledger, outOf: number): Promise<void> {
  for (const kind of pageKinds) {
    const queries = randomQueries(kind, outOf);
    deepStrictEqual(await large.videoJobs(queries), await small.videoJobs(queries));
  }
}
