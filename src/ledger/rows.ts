import type { JobRecord, Submission, SubmissionIntent } from './ledger.ts';
import type { JobRow, SubmissionRow } from './schema.ts';

/** @param dueAt of a job that is not there yet */
export function jobRow(job: JobRecord, dueAt: number | null): JobRow {
  return {
    kind: job.kind,
    id: job.id,
    video_id: job.videoId ?? null,
    type: job.type ?? null,
    status: job.status ?? null,
    state: job.state ?? null,
    submission_id: job.submissionId ?? null,
    submitted_at: job.submittedAt,
    due_at: dueAt,
  };
}

export function jobRecord(row: JobRow): JobRecord {
  return {
    kind: row.kind,
    id: row.id,
    videoId: row.video_id ?? undefined,
    type: row.type ?? undefined,
    status: row.status ?? undefined,
    state: row.state ?? undefined,
    submissionId: row.submission_id ?? undefined,
    submittedAt: row.submitted_at,
  };
}

/** The row of a submission that is about to be sent. */
export function pendingRow(intent: SubmissionIntent): SubmissionRow {
  return {
    id: intent.id,
    kind: intent.kind,
    idempotency_key: intent.idempotencyKey ?? null,
    fingerprint: intent.fingerprint,
    video_id: intent.videoId,
    input: intent.input,
    submitted_at: intent.submittedAt,
    lease_until: intent.leaseUntil,
    state: 'PENDING',
    request_id: null,
    user_errors: null,
    job_ids: null,
  };
}

/** A submission but for its jobs. */
export function submissionRecord(row: SubmissionRow): Omit<Submission, 'jobs'> {
  return {
    id: row.id,
    kind: row.kind,
    idempotencyKey: row.idempotency_key ?? undefined,
    fingerprint: row.fingerprint,
    videoId: row.video_id,
    input: row.input,
    submittedAt: row.submitted_at,
    leaseUntil: row.lease_until,
    state: row.state,
    requestId: row.request_id ?? undefined,
    isAnswered: row.job_ids !== null,
    userErrors: row.user_errors ?? undefined,
  };
}
