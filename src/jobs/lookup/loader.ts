import DataLoader from 'dataloader';
import type { AnyJob } from '../../domain/job.ts';
import type { Requester } from '../requester.ts';
import type { JobLookup } from './lookup.ts';

/** Loads jobs by id: `undefined` if there is no such job; rejects with an `RpcError` if that is not known. */
export type JobLoader<Job> = DataLoader<string, Job | undefined>;

/**
 * Creates the identity map of one request: each id is loaded once and is always the same job. The ids of one tick go to
 * the shared lookup together.
 */
export function createJobLoader<Job extends AnyJob>(
  lookup: JobLookup<Job>,
  requester?: Requester,
): JobLoader<Job> {
  return new DataLoader<string, Job | undefined>((ids) => lookup.load(ids, requester));
}
