import type { Kysely } from 'kysely';
import type { AIJobStatus, AIJobType, JobKind } from '../domain/job.ts';
import type { SubmissionState } from './ledger.ts';

/** The tables as the queries see them, the same in both databases. All times are Unix milliseconds. */
export interface Schema {
  submissions: SubmissionRow;
  jobs: JobRow;
  events: EventRow;
  probes: ProbeRow;
}

export type Database = Kysely<Schema>;

export interface SubmissionRow {
  id: string;
  kind: JobKind;
  idempotency_key: string | null;
  fingerprint: string;
  video_id: string;
  input: string;
  submitted_at: number;
  lease_until: number;
  state: SubmissionState;
  request_id: string | null;
  user_errors: string | null;
  /** The ids of the jobs that it made, as a JSON array, in the order of VOD's answer. */
  job_ids: string | null;
}

export interface JobRow {
  kind: JobKind;
  id: string;
  video_id: string | null;
  type: AIJobType | null;
  status: AIJobStatus | null;
  state: string | null;
  /** May name a submission that is no longer there, or that another ledger has: there is no foreign key. */
  submission_id: string | null;
  submitted_at: number;
  /** When it is to be read again without anybody asking; `null`: never. A claim moves it to when the claim ends. */
  due_at: number | null;
}

/** What VOD has told of a job, until somebody has read the job. */
export interface EventRow {
  job_id: string;
  marker: string | null;
  received_at: number;
  /** When somebody else may take it on. */
  due_at: number;
}

/** Written and deleted at once, to find out whether the database can be written. */
export interface ProbeRow {
  id: string;
  padding: string;
}
