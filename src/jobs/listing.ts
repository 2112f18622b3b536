import DataLoader from 'dataloader';
import type { AnyJob, JobKind } from '../domain/job.ts';
import type {
  JobEntry,
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
  /** Called for each job whose present state is asked for. */
  readonly noteListed: (entry: JobEntry) => void;
  // Made on first use: most requests list nothing.
  #pages: DataLoader<VideoJobsQuery, readonly JobEntry[], string> | undefined;
  #counts: DataLoader<VideoJobsQuery, number, string> | undefined;
  readonly #records = new Map<JobKind, DataLoader<string, JobRecord | undefined>>();

  constructor(ledger: Ledger, access: SubmissionAccess, noteListed: (entry: JobEntry) => void) {
    this.#ledger = ledger;
    this.#access = access;
    this.noteListed = noteListed;
  }

  /** One page of the jobs of a video, in their last known states. The pages of one tick are read together. */
  videoJobs(query: VideoJobsQuery): Promise<readonly JobEntry[]> {
    this.#pages ??= new DataLoader((queries) => this.#ledger.videoJobs(queries), { cacheKeyFn });
    return this.#pages.load(query);
  }

  /** The number of jobs that match the query on all pages. */
  countVideoJobs(query: VideoJobsQuery): Promise<number> {
    this.#counts ??= new DataLoader((queries) => this.#ledger.countVideoJobs(queries), { cacheKeyFn });
    return this.#counts.load(query);
  }

  /** A job in its last known state. The jobs of one tick are read together. */
  record(kind: JobKind, id: string): Promise<JobRecord | undefined> {
    let records = this.#records.get(kind);
    if (!records) {
      records = new DataLoader(async (ids) => inOrder(ids, await this.#ledger.jobs(kind, ids)));
      this.#records.set(kind, records);
    }
    return records.load(id);
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
  jobs(query: JobsQuery): Promise<readonly JobEntry[]> {
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

function inOrder(ids: readonly string[], records: readonly JobRecord[]): (JobRecord | undefined)[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  return ids.map((id) => byId.get(id));
}

/**
 * The present state of a listed job. The loader finds a final job in its cache or in the ledger. A job that VOD has deleted
 * keeps its last state.
 */
export async function currentJob<Job extends AnyJob>(
  entry: JobEntry,
  records: JobRecords<Job>,
  loader: JobLoader<Job>,
  listing: Listing,
): Promise<Job> {
  listing.noteListed(entry);
  const current = await loader.load(entry.id);
  if (current) return current;
  const lastKnown = await listing.record(entry.kind, entry.id);
  return records.fromRecord(lastKnown ?? { ...entry, state: undefined });
}
