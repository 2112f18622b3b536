import DataLoader from 'dataloader';
import { type AnyJob, isFinal, type JobKind } from '../domain/job.ts';
import type {
  JobRecord,
  JobsFilter,
  JobsQuery,
  Ledger,
  Submission,
  SubmissionsFilter,
  SubmissionsQuery,
  VideoJobsQuery,
} from '../ledger/ledger.ts';
import type { JobLoader } from './lookup/loader.ts';
import type { JobRecords } from './records.ts';

/** The submissions that a caller may read. */
export interface SubmissionAccess {
  readonly callerId: string;
  /** Whether the caller may read the submissions of all callers, and those without one. Otherwise, only its own. */
  readonly readsAllSubmissions: boolean;
}

/** Lists jobs, and the submissions that the caller may read, of the ledger for one request. */
export interface Listing {
  /** One page of the jobs of a video, in their last known states. The pages of one tick are read together. */
  videoJobs(query: VideoJobsQuery): Promise<readonly JobRecord[]>;
  /** The number of jobs that match the query on all pages. */
  countVideoJobs(query: VideoJobsQuery): Promise<number>;
  /** Which of these jobs of the video are in the ledger. */
  knownIds(kind: JobKind, videoId: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
  submission(id: string): Promise<Submission | undefined>;
  /** The caller's own submission with the key, or else the newest one that the caller may read. */
  submissionWithKey(idempotencyKey: string): Promise<Submission | undefined>;
  /** One page of the known jobs of one kind, in their last known states. */
  jobs(query: JobsQuery): Promise<readonly JobRecord[]>;
  countJobs(filter: JobsFilter): Promise<number>;
  /** One page of submissions. */
  submissions(query: SubmissionsQuery): Promise<readonly Submission[]>;
  countSubmissions(filter: SubmissionsFilter): Promise<number>;
}

export function createListing(ledger: Ledger, { callerId, readsAllSubmissions }: SubmissionAccess): Listing {
  const cacheKeyFn = (query: VideoJobsQuery) => JSON.stringify(query);
  const pages = new DataLoader((queries: readonly VideoJobsQuery[]) => ledger.videoJobs(queries), {
    cacheKeyFn,
  });
  const counts = new DataLoader((queries: readonly VideoJobsQuery[]) => ledger.countVideoJobs(queries), {
    cacheKeyFn,
  });
  const caller = readsAllSubmissions ? undefined : callerId;
  return {
    videoJobs: (query) => pages.load(query),
    countVideoJobs: (query) => counts.load(query),
    knownIds: (kind, videoId, ids) => ledger.knownJobIds(kind, videoId, ids),
    async submission(id) {
      const found = await ledger.submission(id);
      return readsAllSubmissions || found?.caller === callerId ? found : undefined;
    },
    async submissionWithKey(key) {
      const own = await ledger.submissionWithKey(key, callerId);
      return own ?? (readsAllSubmissions ? ledger.submissionWithKey(key) : undefined);
    },
    jobs: (query) => ledger.listJobs(query),
    countJobs: (filter) => ledger.countJobs(filter),
    submissions: (query) => ledger.submissions({ ...query, caller }),
    countSubmissions: (filter) => ledger.countSubmissions({ ...filter, caller }),
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
