import DataLoader from 'dataloader';
import type { AnyJob } from '../domain/job.ts';
import { isFinal } from '../domain/job.ts';
import type { JobRecord, Ledger, Position, Submission, VideoJobsQuery } from '../ledger/ledger.ts';
import type { JobLoader } from './lookup/loader.ts';
import type { JobRecords } from './records.ts';

/** What one request lists from the ledger: the pages of many videos in one statement. */
export interface Listing {
  /** The jobs of one video, as they were last known. */
  videoJobs(query: VideoJobsQuery): Promise<readonly JobRecord[]>;
  /** How many jobs match, whatever the page. */
  countVideoJobs(query: VideoJobsQuery): Promise<number>;
  /** Newest first. */
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
    submissions: (page) => ledger.submissions(page),
    countSubmissions: () => ledger.countSubmissions(),
  };
}

/** The job of a record: a final one as it was kept, any other read afresh; as it was last known where VOD forgot it. */
export async function currentJob<Job extends AnyJob>(
  record: JobRecord,
  records: JobRecords<Job>,
  loader: JobLoader<Job>,
): Promise<Job> {
  const kept = records.fromRecord(record);
  return isFinal(kept) ? kept : ((await loader.load(record.id)) ?? kept);
}
