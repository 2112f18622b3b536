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
export class Listing {
  readonly #ledger: Ledger;
  readonly #access: SubmissionAccess;
  // Made on first use: most requests list nothing.
  #pages: DataLoader<VideoJobsQuery, readonly JobRecord[], string> | undefined;
  #counts: DataLoader<VideoJobsQuery, number, string> | undefined;

  constructor(ledger: Ledger, access: SubmissionAccess) {
    this.#ledger = ledger;
    this.#access = access;
  }

  /** One page of the jobs of a video, in their last known states. The pages of one tick are read together. */
  videoJobs(query: VideoJobsQuery): Promise<readonly JobRecord[]> {
    this.#pages ??= new DataLoader((queries) => this.#ledger.videoJobs(queries), { cacheKeyFn });
    return this.#pages.load(query);
  }

  /** The number of jobs that match the query on all pages. */
  countVideoJobs(query: VideoJobsQuery): Promise<number> {
    this.#counts ??= new DataLoader((queries) => this.#ledger.countVideoJobs(queries), { cacheKeyFn });
    return this.#counts.load(query);
  }

  /** Which of these jobs of the video are in the ledger. */
  knownIds(kind: JobKind, videoId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#ledger.knownJobIds(kind, videoId, ids);
  }

  async submission(id: string): Promise<Submission | undefined> {
    const { callerId, readsAllSubmissions } = this.#access;
    const found = await this.#ledger.submission(id);
    return readsAllSubmissions || found?.caller === callerId ? found : undefined;
  }

  /** The caller's own submission with the key, or else the newest one that the caller may read. */
  async submissionWithKey(idempotencyKey: string): Promise<Submission | undefined> {
    const { callerId, readsAllSubmissions } = this.#access;
    const own = await this.#ledger.submissionWithKey(idempotencyKey, callerId);
    return own ?? (readsAllSubmissions ? this.#ledger.submissionWithKey(idempotencyKey) : undefined);
  }

  /** One page of the known jobs of one kind, in their last known states. */
  jobs(query: JobsQuery): Promise<readonly JobRecord[]> {
    return this.#ledger.listJobs(query);
  }

  countJobs(filter: JobsFilter): Promise<number> {
    return this.#ledger.countJobs(filter);
  }

  /** One page of submissions. */
  submissions(query: SubmissionsQuery): Promise<readonly Submission[]> {
    return this.#ledger.submissions({ ...query, caller: this.#caller });
  }

  countSubmissions(filter: SubmissionsFilter): Promise<number> {
    return this.#ledger.countSubmissions({ ...filter, caller: this.#caller });
  }

  /** The caller whose submissions are listed; `undefined` for those of all. */
  get #caller(): string | undefined {
    return this.#access.readsAllSubmissions ? undefined : this.#access.callerId;
  }
}

function cacheKeyFn(query: VideoJobsQuery): string {
  return JSON.stringify(query);
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
