import type { JobRecord, Ledger, Submission, SubmissionIntent } from '../../src/ledger/ledger.ts';

/** The default time of records. The tests' clock starts an hour later. */
export const NOON = Date.parse('2026-01-02T02:04:05Z');
export const HOUR = 60 * 60 * 1000;

let intents = 0;

/** An intent with a unique id. */
export function intent(some: Partial<SubmissionIntent> = {}): SubmissionIntent {
  return {
    id: `submission-${String(++intents).padStart(6, '0')}`,
    kind: 'AI',
    caller: 'key:caller',
    fingerprint: 'fingerprint',
    videoId: 'video',
    input: '{"videoId":"video"}',
    submittedAt: NOON,
    leaseMs: 30_000,
    ...some,
  };
}

/** A job as in VOD's response to its submission. */
export function job(id: string, some: Partial<JobRecord> = {}): JobRecord {
  return {
    kind: 'AI',
    id,
    videoId: 'video',
    type: undefined,
    status: 'INIT',
    state: undefined,
    submissionId: undefined,
    submittedAt: NOON,
    ...some,
  };
}

/** The submission with this idempotency key, among the newest hundred. */
export async function submissionOf(ledger: Ledger, idempotencyKey: string): Promise<Submission | undefined> {
  const submissions = await ledger.submissions({ limit: 100, order: 'newest' });
  return submissions.find((submission) => submission.idempotencyKey === idempotencyKey);
}
