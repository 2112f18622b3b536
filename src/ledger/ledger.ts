import type { AIJobStatus, AIJobType, JobKind } from '../domain/job.ts';
import type { WatchSchedule } from '../domain/watch-schedule.ts';

/**
 * The gateway's record of submissions and jobs. It prevents paying twice for one submission, and it lists jobs, which
 * the VOD API cannot do.
 *
 * The ledger is a SQLite file of one gateway, or a Postgres database that several gateways share. All times are Unix
 * milliseconds. A write is durable once its promise resolves. A promise rejects only with a {@link LedgerError}.
 *
 * Leases, claims and due times follow the database's clock, because the clocks of the gateways differ. Callers pass and
 * receive them as durations. Every other time is that of the gateway that wrote it.
 */
export interface Ledger {
  /**
   * Records a submission as `PENDING`. Call this before sending it to VOD.
   *
   * If the caller has a submission with the same idempotency key, this writes nothing and returns that submission. One
   * exception: a `FAILED` submission with the same fingerprint is replaced by the intent, because VOD did not run it. Of any
   * number of concurrent calls in any number of processes, exactly one receives `begun: true`.
   *
   * A submission without a caller, from before callers were recorded, could be that of any caller. It counts as the caller's
   * own if its key and its fingerprint are the same.
   */
  begin(intent: SubmissionIntent): Promise<Begun>;

  /**
   * As {@link begin}, and takes the submission out of an allowance in the same transaction, if it begins. Returns
   * `undefined`, and stores nothing, if the allowance is used up. A submission that does not begin takes nothing.
   */
  beginWithin(intent: SubmissionIntent, allowance: Allowance): Promise<Begun | undefined>;

  /** Returns the submission that {@link begin} would return instead of beginning the intent; `undefined` if it would begin. */
  repeatedBy(
    intent: Pick<SubmissionIntent, 'caller' | 'idempotencyKey' | 'fingerprint'>,
  ): Promise<Submission | undefined>;

  /** Whether an allowance is used up. The answer can change at any time, because it can be given back. */
  isUsedUp(allowance: Allowance): Promise<boolean>;

  /**
   * Sets the submission to `FAILED`. Call this after {@link begin} has rejected, and nothing was sent: the intent may have
   * been written, or may still be on its way to the database. From now on it can no longer become `PENDING`. Gives back what it
   * has taken out of its allowance.
   */
  cancel(intent: SubmissionIntent): Promise<void>;

  /**
   * Records the result of a submission and the jobs that VOD created, in one transaction.
   *
   * The state changes only if it is `PENDING` or `UNKNOWN`. A submission that is `MADE` because {@link resolve} found one
   * of its jobs accepts the rest of VOD's response. The jobs are always stored, because they are paid for. If the submission
   * becomes `FAILED`, it gives back what it has taken out of its allowance.
   */
  finish(id: string, end: SubmissionEnd): Promise<void>;

  /**
   * Assigns a job to the submission whose id the job carries, in one transaction. The submission becomes `MADE`, unless it
   * is `REFUSED`. Does nothing if the submission does not exist.
   */
  resolve(submissionId: string, job: JobRecord): Promise<void>;

  /**
   * Claims unknown submissions of AI jobs that are due to be compared with the jobs that VOD lists: at most `limit`, the
   * oldest first. A `PENDING` submission whose lease has expired becomes `UNKNOWN`. No other caller can claim them during
   * the claim's `leaseMs`. If none is due, this only reads.
   */
  claimUnsettled(claim: UnsettledClaim): Promise<readonly UnsettledSubmission[]>;

  /**
   * Records what VOD lists for an `UNKNOWN` submission, and settles it if the outcome says so. Returns `false`, and changes
   * nothing, if the submission has another state by now or another caller has recorded a listing since `seen`. `MADE` also
   * requires that no other submission has one of the jobs, and that no other submission of the video that overlaps is open.
   */
  settle(id: string, settlement: Settlement): Promise<boolean>;

  /** Returns one submission. */
  submission(id: string): Promise<Submission | undefined>;

  /** Returns the caller's submission with an idempotency key; without a caller, the newest one of all callers. */
  submissionWithKey(idempotencyKey: string, caller?: string): Promise<Submission | undefined>;

  /** Returns one page of submissions. */
  submissions(query: SubmissionsQuery): Promise<readonly Submission[]>;

  /** Returns the number of submissions that match the filter; of all submissions without one. */
  countSubmissions(filter?: SubmissionsFilter): Promise<number>;

  /** Returns one page of jobs of one kind. */
  listJobs(query: JobsQuery): Promise<readonly JobEntry[]>;

  /** Returns the number of jobs that match the filter. */
  countJobs(filter: JobsFilter): Promise<number>;

  /** Returns the known jobs among these ids, in any order. */
  jobs(kind: JobKind, ids: readonly string[]): Promise<readonly JobRecord[]>;

  /** `false` if {@link jobs} would certainly not return the job. Sends no statement. A shared ledger always returns `true`. */
  mayHaveJob(kind: JobKind, id: string): boolean;

  /** Returns which of these ids belong to known jobs of the video. */
  knownJobIds(kind: JobKind, videoId: string, ids: readonly string[]): Promise<ReadonlySet<string>>;

  /**
   * Stores what VOD reported about jobs. Updates may arrive in any order.
   *
   * A known job keeps its submission and its time of submission. Its status changes only in the order `INIT`,
   * `PROCESSING`, final; a final state never changes. An unknown job is added only if `addUnknown` is true.
   */
  record(jobs: readonly JobRecord[], options: { readonly addUnknown: boolean }): Promise<void>;

  /** Returns one page of jobs for each query, in order. */
  videoJobs(queries: readonly VideoJobsQuery[]): Promise<readonly (readonly JobEntry[])[]>;

  /**
   * Returns the number of jobs on all pages of each query, in order. SQLite counts many jobs in several steps; a job that
   * is added or deleted in the meantime may be counted or not.
   */
  countVideoJobs(queries: readonly VideoJobsQuery[]): Promise<readonly number[]>;

  /**
   * Claims jobs that are due to be read again: at most `limit`, the longest due first, returned in any order.
   *
   * No other caller can claim these jobs during the claim's `leaseMs`. After that they are due again, in case the caller
   * has crashed.
   * Jobs that another caller is claiming or writing at the moment are skipped, so the result can be empty although jobs
   * are due. If no job is due, this only reads.
   *
   * An unfinished job is first due `minMs` of the {@link WatchSchedule} after it is recorded. Final jobs and jobs past the
   * end of the schedule are never due. Any caller can claim a job that was submitted through a gateway. Other jobs are
   * claimed only if `wanted` names them.
   */
  claimDueJobs(claim: JobsClaim): Promise<readonly JobRecord[]>;

  /** Ends a claim. Unfinished jobs become due again on the {@link WatchSchedule}. */
  releaseJobs(kind: JobKind, ids: readonly string[]): Promise<void>;

  /**
   * Returns in how many milliseconds the next job is due that {@link claimDueJobs} could claim with these `wanted` ids: 0
   * or less if that job is due already. Returns `undefined` if there is no such job.
   */
  nextDueInMs(kind: JobKind, wanted: readonly string[]): Promise<number | undefined>;

  /**
   * Stores VOD's events and claims them for the caller, as {@link claimDueJobs} does. The ledger keeps one event for each id
   * of a job: if two kinds had a job with the same id, the later event would replace the earlier one.
   */
  recordEvents(events: readonly JobEvent[], leaseMs: number): Promise<void>;

  /**
   * Claims unfinished events about one kind of jobs whose last claim has expired: at most `limit`, the longest due first, returned in the order of
   * receipt. If no event is due, this only reads.
   *
   * Events received more than ten minutes ago are deleted instead. By then the {@link WatchSchedule} has read their jobs,
   * or no caller wants these jobs.
   */
  claimDueEvents(claim: EventsClaim): Promise<readonly JobEvent[]>;

  /** Deletes the events of these jobs. */
  finishEvents(jobIds: readonly string[]): Promise<void>;

  /**
   * Notifies the listener of changed jobs until the returned function is called. The changes can come from any gateway
   * that shares the ledger, including this one. The listener receives committed changes only. Writes that change nothing,
   * claims and releases are not reported. With SQLite nothing is reported, because one gateway makes all changes.
   *
   * This never throws. If the database is unreachable, the listener misses changes, and `mayHaveMissed` is called after the
   * connection is back.
   */
  onChange(listener: ChangeListener): () => void;

  /**
   * Deletes up to `limit` submissions and up to `limit` jobs from before `time`, oldest first. Returns how many rows were
   * deleted. Submissions and their idempotency keys are kept for at least 24 hours.
   */
  deleteOlderThan(time: number, limit: number): Promise<number>;

  /** Reads all submissions and then all jobs, oldest first. */
  export(): AsyncIterable<ExportedRow>;

  /**
   * Verifies that the database is writable, by writing to it, and that the tables of submissions and jobs are readable.
   * With SQLite it also verifies that the file still exists and is the one that was opened.
   */
  check(): Promise<void>;

  /** Sets the observer of all further calls, except `mayHaveJob`, `onChange`, `export` and `close`. */
  observe(observer: LedgerObserver): void;

  /** Closes the database after the running statements. Later calls reject. */
  close(): Promise<void>;
}

/** The result of {@link Ledger.begin}. */
export interface Begun {
  readonly begun: boolean;
  readonly submission: Submission;
}

/** How many submissions a caller may make in one day. */
export interface Allowance {
  /** Identifies the caller. */
  readonly caller: string;
  /** The UTC day: the number of days since 1970. */
  readonly day: number;
  /** At least 1. */
  readonly limit: number;
}

/** The input of a submission, recorded before it is sent. */
export interface SubmissionIntent {
  /** Unique, and sorts by time. The job carries this id as its marker. */
  readonly id: string;
  readonly kind: JobKind;
  /** The id of the caller that sent it. Idempotency keys are unique for each caller. */
  readonly caller: string;
  readonly idempotencyKey?: string | undefined;
  /** A hash of the input. Two submissions with different inputs have different fingerprints. */
  readonly fingerprint: string;
  readonly videoId: string;
  /** The input as JSON. */
  readonly input: string;
  readonly submittedAt: number;
  /** A submission that is still `PENDING` after this many milliseconds belongs to a gateway that has crashed. */
  readonly leaseMs: number;
}

/**
 * - `PENDING`: being sent to VOD.
 * - `MADE`: VOD created the jobs.
 * - `REFUSED`: VOD rejected the input; `userErrors` has the reasons.
 * - `FAILED`: VOD did not run it. It can begin again under its idempotency key.
 * - `UNKNOWN`: sent, but the result is not known.
 */
export type SubmissionState = 'PENDING' | 'MADE' | 'REFUSED' | 'FAILED' | 'UNKNOWN';

/**
 * How the jobs of a submission were found whose response was lost, or that there are none:
 * - `MARKER`: a job that carries the submission's id.
 * - `LISTING`: the jobs that VOD lists for the video.
 */
export type SubmissionResolver = 'MARKER' | 'LISTING';

/** The jobs that VOD listed for an unknown submission. */
export interface JobListing {
  /** The time by VOD's clock, in Unix milliseconds. */
  readonly at: number;
  /** The listed jobs that the submission may have made. */
  readonly jobIds: readonly string[];
}

/** The arguments of {@link Ledger.claimUnsettled}. */
export interface UnsettledClaim {
  readonly leaseMs: number;
  readonly limit: number;
  /** The earliest time of submission. VOD does not list older jobs. */
  readonly since: number;
}

export interface UnsettledSubmission {
  readonly submission: ExportedSubmission;
  /** The time since the submission began, by the database's clock. */
  readonly ageMs: number;
  /** The longest time between the beginning and the end of the call. */
  readonly leaseMs: number;
}

/** The arguments of {@link Ledger.settle}. */
export interface Settlement {
  /** The listing that the submission had when it was claimed. */
  readonly seen: JobListing | undefined;
  readonly listing: JobListing | undefined;
  readonly checkAgainInMs: number;
  readonly outcome:
    | { readonly state: 'UNKNOWN' | 'FAILED' }
    | {
        readonly state: 'MADE';
        readonly jobs: readonly JobRecord[];
        /** Submissions of the same video within this time of each other overlap. */
        readonly overlapMs: number;
      };
}

/** A submission with its result so far. */
export interface Submission extends Omit<SubmissionIntent, 'leaseMs' | 'caller'> {
  /** Undefined if the submission was recorded before callers were. */
  readonly caller: string | undefined;
  readonly state: SubmissionState;
  /** The end of the lease, by the database's clock. Use `hasExpired` to compare it with the present time. */
  readonly leaseUntil: number;
  /** Whether the lease had ended when the submission was read. */
  readonly hasExpired: boolean;
  /** The RequestId of VOD's response. */
  readonly requestId: string | undefined;
  /** Whether VOD's response named the jobs. False for a `MADE` submission that was only resolved by one of its jobs. */
  readonly hasResponse: boolean;
  /** Undefined if VOD's response gave the result, or there is none. */
  readonly resolvedBy: SubmissionResolver | undefined;
  /** What VOD listed last for the video. Only of a submission that was compared with the list. */
  readonly listing: JobListing | undefined;
  /** JSON; only of a `REFUSED` submission. */
  readonly userErrors: string | undefined;
  /** The jobs in the order of VOD's response, followed by any job that the response did not name. */
  readonly jobs: readonly JobEntry[];
}

/** The result of a submission. */
export type SubmissionEnd =
  | { readonly state: 'MADE'; readonly requestId: string | undefined; readonly jobs: readonly JobRecord[] }
  | { readonly state: 'REFUSED'; readonly requestId: string | undefined; readonly userErrors: string }
  | { readonly state: 'FAILED' | 'UNKNOWN'; readonly requestId?: string | undefined };

/** A job in a list. Its state is left out: it can be long, and one operation can list tens of thousands of jobs. */
export interface JobEntry {
  readonly kind: JobKind;
  readonly id: string;
  readonly videoId: string | undefined;
  /** Undefined for jobs of a kind without types, and for AI jobs that have not been read. */
  readonly type: AIJobType | undefined;
  readonly status: AIJobStatus | undefined;
  readonly submissionId: string | undefined;
  /** The time of submission; for a job that no gateway submitted, the time of creation. Lists are ordered by it. */
  readonly submittedAt: number;
}

/** A job with its last known state. */
export interface JobRecord extends JobEntry {
  /** The job as JSON, as VOD last reported it. Undefined if the job has not been read. */
  readonly state: string | undefined;
}

/** A place in a list that is ordered by time and id. */
export interface Position {
  readonly at: number;
  readonly id: string;
}

/** One page of a list that is ordered by time of submission and id. */
export interface PageQuery {
  readonly limit: number;
  /** The sort order. The page starts at `from` and continues in this order. */
  readonly order: 'newest' | 'oldest';
  /** The position before the page's first row. */
  readonly from?: Position | undefined;
}

/** A range of times of submission. */
export interface TimeRange {
  /** The earliest time, inclusive. */
  readonly since?: number | undefined;
  /** The end, exclusive. */
  readonly until?: number | undefined;
}

/** One page of one video's jobs. */
export interface VideoJobsQuery extends PageQuery {
  readonly kind: JobKind;
  readonly videoId: string;
  readonly type?: AIJobType | undefined;
  readonly status?: AIJobStatus | undefined;
}

/** Jobs of one kind. An absent condition matches every job. */
export interface JobsFilter extends TimeRange {
  readonly kind: JobKind;
  readonly types?: readonly AIJobType[] | undefined;
  readonly statuses?: readonly AIJobStatus[] | undefined;
  readonly videoId?: string | undefined;
}

/** Submissions. An absent condition matches every submission. */
export interface SubmissionsFilter extends TimeRange {
  readonly caller?: string | undefined;
  readonly kinds?: readonly JobKind[] | undefined;
  readonly states?: readonly SubmissionState[] | undefined;
  readonly videoId?: string | undefined;
}

/** One page of the jobs that match a filter. */
export interface JobsQuery extends JobsFilter, PageQuery {}

/** One page of the submissions that match a filter. */
export interface SubmissionsQuery extends SubmissionsFilter, PageQuery {}

/** The arguments of {@link Ledger.claimDueJobs}. */
export interface JobsClaim {
  readonly kind: JobKind;
  /** The duration of the claim, in milliseconds. */
  readonly leaseMs: number;
  readonly limit: number;
  /** Ids of jobs to claim although no gateway submitted them. */
  readonly wanted: readonly string[];
  /** This many of the wanted jobs come before all jobs that have been due for longer. At most `limit`; default: 0. */
  readonly wantedFirst?: number;
}

/** The arguments of {@link Ledger.claimDueEvents}. */
export interface EventsClaim {
  readonly kind: JobKind;
  /** The duration of the claim, in milliseconds. */
  readonly leaseMs: number;
  readonly limit: number;
}

/** A notification from VOD about a job. It says that the job changed; only a read gives the job's state. */
export interface JobEvent {
  readonly kind: JobKind;
  readonly jobId: string;
  /** The submission id in the job's `Extend` data, if there is one. */
  readonly marker: string | undefined;
  readonly receivedAt: number;
}

/** Receives changes of jobs; see {@link Ledger.onChange}. Its methods must not throw. */
export interface ChangeListener {
  /** These jobs have changed. Read their rows for the state. */
  changed(kind: JobKind, ids: readonly string[]): void;
  /** Changes are reported from now on. Any job may have changed before. Called after each connect and reconnect. */
  mayHaveMissed(): void;
}

/** A submission without what depends on the time of the read. */
export type ExportedSubmission = Omit<Submission, 'jobs' | 'hasExpired'>;

/** One line of {@link Ledger.export}. */
export type ExportedRow =
  | { readonly table: 'submissions'; readonly row: ExportedSubmission }
  | { readonly table: 'jobs'; readonly row: JobRecord };

/** Receives the duration and the outcome of every call to a ledger, for metrics. */
export interface LedgerObserver {
  called(method: keyof Ledger, ok: boolean, durationMs: number): void;
}

/**
 * The ledger cannot be read or written. If `mayHaveRun` is true, a write may have taken effect: the connection can break
 * after the commit and before the acknowledgement. The message contains no URL and no password.
 */
export class LedgerError extends Error {
  /** Whether the rejected statement may have taken effect, or may still take effect. */
  readonly mayHaveRun: boolean;

  constructor(message: string, options: { readonly cause?: unknown; readonly mayHaveRun?: boolean } = {}) {
    super(message, options);
    this.name = 'LedgerError';
    this.mayHaveRun = options.mayHaveRun ?? false;
  }
}
