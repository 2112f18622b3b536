import type { JobRecord, Submission } from './ledger.ts';
import { jobRecord, submissionRecord } from './rows.ts';
import type { Database } from './schema.ts';

/** How many rows are in memory at a time. */
const PAGE = 100;

/** The submissions after `last`, oldest first; none when that was the last page. */
export async function submissionsAfter(
  db: Database,
  last: Omit<Submission, 'jobs'> | undefined,
): Promise<readonly Omit<Submission, 'jobs'>[]> {
  let query = db.selectFrom('submissions').selectAll().orderBy('submitted_at').orderBy('id').limit(PAGE);
  if (last) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('submitted_at', 'id'), '>', tuple(last.submittedAt, last.id)),
    );
  }
  return (await query.execute()).map(submissionRecord);
}

/** The jobs after `last`, oldest first; none when that was the last page. */
export async function jobsAfter(db: Database, last: JobRecord | undefined): Promise<readonly JobRecord[]> {
  let query = db
    .selectFrom('jobs')
    .selectAll()
    .orderBy('submitted_at')
    .orderBy('kind')
    .orderBy('id')
    .limit(PAGE);
  if (last) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('submitted_at', 'kind', 'id'), '>', tuple(last.submittedAt, last.kind, last.id)),
    );
  }
  return (await query.execute()).map(jobRecord);
}
