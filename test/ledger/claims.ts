import type { JobRecord, JobsClaim, Ledger } from '../../src/ledger/ledger.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import type { NewPlace } from './place.ts';
import { job } from './records.ts';

/** For how long the tests claim. */
export const CLAIM_MS = 60_000;

/** A ledger of jobs that were submitted through a gateway just now. */
export async function ledgerOf(newPlace: NewPlace, ...jobs: readonly (string | JobRecord)[]) {
  const { open, clock } = await newPlace();
  const ledger = await open();
  await ledger.record(
    jobs.map((each) => (typeof each === 'string' ? own(each, clock) : each)),
    { addUnknown: true },
  );
  return { ledger, open, clock };
}

/** A job that was submitted through a gateway, now. */
export function own(id: string, clock: ManualClock, some: Partial<JobRecord> = {}): JobRecord {
  return job(id, { submissionId: 'submission', submittedAt: clock.now(), ...some });
}

/** The ids that it is given, in their own order. */
export async function claimed(
  ledger: Ledger,
  clock: ManualClock,
  some: Partial<JobsClaim> = {},
): Promise<string[]> {
  const until = clock.now() + CLAIM_MS;
  const jobs = await ledger.claimDueJobs({ kind: 'AI', until, limit: 1000, wanted: [], ...some });
  return jobs.map(({ id }) => id).sort();
}
