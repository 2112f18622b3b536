import type { AIJobStatus, AIJobType, JobKind } from '../domain/job.ts';
import type { WatchSchedule } from '../domain/watch-schedule.ts';

/**
 * What the gateway remembers: submissions, so that none is paid for twice, and jobs, since the API cannot list them.
 * All times are Unix milliseconds. Methods reject with a {@link LedgerError}, and with nothing else.
 */
export interface Ledger {
  /** Whether it can be read and written now, found out by writing; rejects with the reason where it cannot. */
  check(): Promise<void>;

  /**
   * Writes a submission down before it is sent: durable once this resolves. Where its idempotency key is taken, the
   * submission that has it comes back instead, and nothing is written; except that one that `FAILED` (it was certainly
   * not run) and has the same fingerprint is begun again, with the id of the new intent. Of any number of callers at
   * once, in any number of processes, exactly one begins.
   */
  begin(intent: SubmissionIntent): Promise<{ readonly begun: boolean; readonly submission: Submission }>;

  /**
   * Writes down how a submission ended, with the jobs that it made, in one step. Only `PENDING` and `UNKNOWN` ones
   * change: what was known before stays. Jobs are kept in any case, and one that is `MADE` since a job of it turned up
   * still learns the rest from the answer.
   */
  finish(id: string, end: SubmissionEnd): Promise<void>;

  submission(id: string): Promise<Submission | undefined>;

  /**
   * A job that turned up with the marker of a submission: it belongs to it, which makes the submission `MADE`, unless
   * it was refused. Nothing happens where the ledger does not know the submission.
   */
  resolve(submissionId: string, job: JobRecord): Promise<void>;

  /** Newest first; `before` is the last one of the page before. */
  submissions(page: { readonly limit: number; readonly before?: Position }): Promise<readonly Submission[]>;
  countSubmissions(): Promise<number>;

  /** The jobs among these, in any order. */
  jobs(kind: JobKind, ids: readonly string[]): Promise<readonly JobRecord[]>;

  /**
   * Writes down what readings have shown. A job that is there keeps its submission and its time; its status only moves
   * on, whatever the order in which readings arrive, and a final state is never overwritten. A job that is not there is
   * added only where `addUnknown` says so.
   */
  record(jobs: readonly JobRecord[], options: { readonly addUnknown: boolean }): Promise<void>;

  /**
   * Jobs that are due to be read again: those that have been due the longest, at most `limit`, in any order. The caller
   * alone has them until `until`: nobody else is given them before then, and somebody is after it, should the caller
   * have died. None may come although some are due, where others are about to claim or write them. Where none is due,
   * nothing is written.
   *
   * A job that is under way becomes due `minMs` of the {@link WatchSchedule} after it is written down first, unless it
   * is past the schedule's end; a final one is never due. One that was submitted through a gateway is due by itself; any
   * other only where `wanted` names it.
   */
  claimDueJobs(claim: JobsClaim): Promise<readonly JobRecord[]>;

  /** Gives claimed jobs back: those that are still under way become due again by the {@link WatchSchedule}. */
  releaseJobs(kind: JobKind, ids: readonly string[]): Promise<void>;

  /**
   * When the next job is due, by itself or as one of `wanted`, or was, where nobody has claimed it; `undefined` where
   * there is none.
   */
  nextDueAt(kind: JobKind, wanted: readonly string[]): Promise<number | undefined>;

  /**
   * Writes down that VOD has told of jobs: durable once this resolves. Of several events of one job, one is kept; the
   * caller alone has it until `until`, as with {@link claimDueJobs}.
   */
  recordEvents(events: readonly JobEvent[], until: number): Promise<void>;

  /**
   * Events that nobody has finished with, and nobody has: those that have been due the longest, at most `limit`, oldest
   * first. Those received more than ten minutes ago are forgotten instead: their jobs have been read since by the
   * {@link WatchSchedule}, or nobody wants them. Where none is due, nothing is written.
   */
  claimDueEvents(claim: { readonly until: number; readonly limit: number }): Promise<readonly JobEvent[]>;

  /** Forgets the events of these jobs. */
  finishEvents(jobIds: readonly string[]): Promise<void>;

  /**
   * Tells, until the function returned is called, of jobs whose rows change through any gateway on this ledger, this
   * one included; only of what is committed, and never of a write that changed nothing, a claim or a release. Where the
   * ledger belongs to one gateway (SQLite), nothing is told: its readers know what they wrote.
   *
   * It never throws: while the ledger is out of reach nothing is told, and then that changes may have been missed. A
   * listener must not throw.
   */
  onChange(listener: ChangeListener): () => void;

  /** Pages of jobs of many videos, one for each query, in order, in a single statement (for up to 250). */
  videoJobs(queries: readonly VideoJobsQuery[]): Promise<readonly (readonly JobRecord[])[]>;
  /** How many jobs match each query, whatever its page, in order, in a single statement (for up to 250). */
  countVideoJobs(queries: readonly VideoJobsQuery[]): Promise<readonly number[]>;

  /**
   * Deletes at most `limit` submissions and `limit` jobs from before this time, the oldest first; how many it deleted.
   * Submissions, and with them their keys, stay for 24 hours at least.
   */
  deleteOlderThan(time: number, limit: number): Promise<number>;

  /** Everything, a row at a time, oldest first. */
  export(): AsyncIterable<ExportedRow>;

  /** Reports every call from now on, except `onChange`, `export` and `close`; replaces the observer before. */
  observe(observer: LedgerObserver): void;

  /** Ends what is under way; after that, everything else rejects. */
  close(): Promise<void>;
}

/** Receives the duration and outcome of every call to a {@link Ledger}, for metrics. */
export interface LedgerObserver {
  /** @param ok whether the ledger did what was asked */
  called(method: string, ok: boolean, ms: number): void;
}

/** A row of {@link Ledger.export}. */
export type ExportedRow =
  | { readonly table: 'submissions'; readonly row: Omit<Submission, 'jobs'> }
  | { readonly table: 'jobs'; readonly row: JobRecord };

export interface JobsClaim {
  readonly kind: JobKind;
  readonly until: number;
  readonly limit: number;
  /** Jobs that are wanted although nobody submitted them through a gateway. */
  readonly wanted: readonly string[];
}

/** VOD's word that there is something new about an AI job: a hint to read it, not a source of its result. */
export interface JobEvent {
  readonly jobId: string;
  /** The id of the submission that the job carries in its `Extend`, where it does. */
  readonly marker: string | undefined;
  readonly receivedAt: number;
}

/** Told of changes, whoever makes them. Ids only: the rows have the truth. */
export interface ChangeListener {
  changed(kind: JobKind, ids: readonly string[]): void;
  /** Changes are told from now on, for the first time or again: any job may have changed before. */
  mayHaveMissed(): void;
}

/** A place in an order by time and id. */
export interface Position {
  readonly at: number;
  readonly id: string;
}

/** What is to be submitted. */
export interface SubmissionIntent {
  /** Unique, sorts by time; also the marker that the job carries. */
  readonly id: string;
  readonly kind: JobKind;
  readonly idempotencyKey?: string | undefined;
  /** Tells two inputs apart: a hash. */
  readonly fingerprint: string;
  readonly videoId: string;
  /** The input, as JSON. */
  readonly input: string;
  readonly submittedAt: number;
  /** Until then somebody is at it; a `PENDING` one from before then is one whose process has died. */
  readonly leaseUntil: number;
}

/**
 * - `PENDING`: being sent
 * - `MADE`: VOD made its jobs
 * - `REFUSED`: VOD refused it; `userErrors` tell why
 * - `FAILED`: certainly not run; it may be begun again under its key
 * - `UNKNOWN`: sent, and nobody knows what became of it
 */
export type SubmissionState = 'PENDING' | 'MADE' | 'REFUSED' | 'FAILED' | 'UNKNOWN';

export interface Submission extends SubmissionIntent {
  readonly state: SubmissionState;
  readonly requestId: string | undefined;
  /** Whether VOD's answer told its jobs; one that is `MADE` without was resolved by a job that turned up. */
  readonly isAnswered: boolean;
  /** JSON, where it was refused. */
  readonly userErrors: string | undefined;
  /** The jobs that it made. */
  readonly jobs: readonly JobRecord[];
}

export type SubmissionEnd =
  | { readonly state: 'MADE'; readonly requestId: string | undefined; readonly jobs: readonly JobRecord[] }
  | { readonly state: 'REFUSED'; readonly requestId: string | undefined; readonly userErrors: string }
  | { readonly state: 'FAILED' | 'UNKNOWN'; readonly requestId?: string | undefined };

/** A job with its last known state. */
export interface JobRecord {
  readonly kind: JobKind;
  readonly id: string;
  readonly videoId: string | undefined;
  /** Of AI jobs, where it is known. */
  readonly type: AIJobType | undefined;
  /** The last known one. */
  readonly status: AIJobStatus | undefined;
  /** What the API last said of it, as JSON; none where only its submission is known. */
  readonly state: string | undefined;
  readonly submissionId: string | undefined;
  /** When it was submitted, or, where somebody else did that, made: what lists are ordered by. */
  readonly submittedAt: number;
}

/** A page of the jobs of one video, ordered by time of submission and id. */
export interface VideoJobsQuery {
  readonly kind: JobKind;
  readonly videoId: string;
  readonly type?: AIJobType | undefined;
  readonly status?: AIJobStatus | undefined;
  readonly limit: number;
  /** `newest`: newest first, from `from` on towards older ones; `oldest`: the other way round. */
  readonly order: 'newest' | 'oldest';
  /** Exclusive. */
  readonly from?: Position | undefined;
}

/**
 * The ledger cannot be read or written. Nothing was acknowledged that is not written; but what was to be written may be
 * there all the same, where the connection broke before the acknowledgement. Its message holds no URL and no password.
 */
export class LedgerError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'LedgerError';
  }
}
