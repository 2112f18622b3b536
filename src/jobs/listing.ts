import DataLoader from 'dataloader';
import { type AnyJob, isFinal } from '../domain/job.ts';
import type { JobRecord, Ledger, Position, Submission, VideoJobsQuery } from '../ledger/ledger.ts';
import type { JobLoader } from './lookup/loader.ts';
import type { JobRecords } from './records.ts';

/** Lists jobs and submissions of the ledger for one request. */
export interface Listing {
  /** One page of the jobs of a video, in their last known states. The pages of one tick are read together. */
  videoJobs(query: VideoJobsQuery): Promise<readonly JobRecord[]>;
  /** The number of jobs that match the query on all pages. */
  countVideoJobs(query: VideoJobsQuery): Promise<number>;
  submission(id: string): Promise<Submission | undefined>;
  submissionWithKey(idempotencyKey: string): Promise<Submission | undefined>;
  /** One page of submissions, newest first. */
  submissions(page: { readonly limit: number; readonly before?: Position }): Promise<readonly Submission[]>;
  countSubmissions(): Promise<number>;
}

export function createListing(ledger: Ledger): Listing {
  const cacheKeyFn = (query: VideoJobsQuery) => JSON.stringify(query);
  const pages = new DataLoader((queries: readonly VideoJobsQuery[]) => ledger.videoJobs(queries), {
    cacheKeyFn,
  });
  const counts = new DataLoader((queries: readonly VideoJobsQuery[]) => ledger.countVideoJobs(queries), {
    cacheKeyFn,
  });
  return {
    videoJobs: (query) => pages.load(query),
    countVideoJobs: (query) => counts.load(query),
    submission: (id) => ledger.submission(id),
    submissionWithKey: (key) => ledger.submissionWithKey(key),
    submissions: (page) => ledger.submissions(page),
    countSubmissions: () => ledger.countSubmissions(),
  };
}

/** The present state of a listed job. A final job is not read again; a job that VOD has deleted keeps its last state. */
export async function currentJob<Job extends AnyJob>(
  record: JobRecord,
  records: JobRecords<Job>,
  loader: JobLoader<Job>,
): Promise<Job> {
  const lastKnown = records.fromRecord(record);
  return isFinal(lastKnown) ? lastKnown : ((await loader.load(record.id)) ?? lastKnown);
}
