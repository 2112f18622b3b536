import type { Expression, Kysely } from 'kysely';
import type { AIJobStatus, AIJobType, JobKind } from '../domain/job.ts';
import type { JobEntry, JobRecord, SubmissionResolver, SubmissionState } from './ledger.ts';

/** The tables, the same in both databases. All times are Unix milliseconds. */
export interface Schema {
  submissions: SubmissionRow;
  jobs: JobRow;
  events: EventRow;
  probes: ProbeRow;
  allowances: AllowanceRow;
}

export type Database = Kysely<Schema>;

export interface SubmissionRow {
  id: string;
  kind: JobKind;
  /** Empty if the row was written before callers were recorded. */
  caller: string;
  idempotency_key: string | null;
  fingerprint: string;
  video_id: string;
  input: string;
  submitted_at: number;
  lease_until: number;
  state: SubmissionState;
  request_id: string | null;
  user_errors: string | null;
  /** The ids of the created jobs, as a JSON array in the order of VOD's response. */
  job_ids: string | null;
  /** When the submission began, by the database's clock. Null for rows of older versions. */
  begun_at: number | null;
  /** When VOD is asked next for the jobs of an unknown submission. A claim sets this to the end of the claim. */
  settle_at: number | null;
  resolved_by: SubmissionResolver | null;
  /** The last `JobListing`, as JSON. */
  listing: string | null;
  /** The allowance that the submission was taken out of. Null if there was none. */
  allowance_caller: string | null;
  allowance_day: number | null;
}

export interface JobRow {
  kind: JobKind;
  id: string;
  video_id: string | null;
  type: AIJobType | null;
  status: AIJobStatus | null;
  state: string | null;
  /** Not a foreign key: the submission may have been deleted, or may be in another ledger. */
  submission_id: string | null;
  submitted_at: number;
  /** When the watcher reads the job next; null for never. A claim sets this to the end of the claim. */
  due_at: number | null;
  /** The time of submission by the database's clock, for the age of the job; null if that is `submitted_at`. */
  watched_since: number | null;
}

/** A new row. The database computes the times that follow its clock. */
export type NewJobRow = Omit<JobRow, 'due_at' | 'watched_since'> & {
  readonly due_at: Expression<number> | null;
  readonly watched_since: Expression<number> | null;
};

/** A notification about a job. The row is deleted once the job has been read. */
export interface EventRow {
  kind: JobKind;
  job_id: string;
  marker: string | null;
  received_at: number;
  /** When the claim on the event expires. */
  due_at: number;
}

/** The submissions of one caller in one UTC day. */
export interface AllowanceRow {
  caller: string;
  /** The number of days since 1970. */
  day: number;
  used: number;
}

/** Inserted and deleted in one transaction, to verify that the database is writable. */
export interface ProbeRow {
  id: string;
  padding: string;
}

/** @param times stored only if the job is new */
export function jobRow(
  job: JobRecord,
  times: { readonly dueAt: Expression<number> | null; readonly watchedSince: Expression<number> | null },
): NewJobRow {
  return {
    kind: job.kind,
    id: job.id,
    video_id: job.videoId ?? null,
    type: job.type ?? null,
    status: job.status ?? null,
    state: job.state ?? null,
    submission_id: job.submissionId ?? null,
    submitted_at: job.submittedAt,
    due_at: times.dueAt,
    watched_since: times.watchedSince,
  };
}

export function jobRecord(row: JobRow): JobRecord {
  return { ...jobEntry(row), state: row.state ?? undefined };
}

/** The columns of a {@link JobEntry}. */
export const entryColumns = [
  'kind',
  'id',
  'video_id',
  'type',
  'status',
  'submission_id',
  'submitted_at',
] as const satisfies readonly (keyof JobRow)[];

export type EntryRow = Pick<JobRow, (typeof entryColumns)[number]>;

export function jobEntry(row: EntryRow): JobEntry {
  return {
    kind: row.kind,
    id: row.id,
    videoId: row.video_id ?? undefined,
    type: row.type ?? undefined,
    status: row.status ?? undefined,
    submissionId: row.submission_id ?? undefined,
    submittedAt: row.submitted_at,
  };
}

/**
 * Splits rows into batches for one statement each. Rows are sorted by key, so that concurrent transactions lock the same
 * rows in the same order and cannot deadlock. A key occurs once in a batch, because Postgres rejects an upsert that
 * changes a row twice; duplicates go into later batches.
 */
export function* batches<Item>(
  items: readonly Item[],
  size: number,
  keyOf: (item: Item) => string,
): Generator<Item[]> {
  const keyed = items.map((item) => ({ key: keyOf(item), item }));
  let rest = keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  while (rest.length > 0) {
    const batch = new Map<string, Item>();
    const later: typeof rest = [];
    for (const each of rest) {
      if (batch.size === size || batch.has(each.key)) later.push(each);
      else batch.set(each.key, each.item);
    }
    yield [...batch.values()];
    rest = later;
  }
}

/** Splits ids into sorted batches without duplicates. */
export function* idBatches(ids: readonly string[], size: number): Generator<string[]> {
  const sorted = [...new Set(ids)].sort();
  for (let start = 0; start < sorted.length; start += size) yield sorted.slice(start, start + size);
}
