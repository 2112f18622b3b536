import DataLoader from 'dataloader';
import type { AnyJob } from '../../domain/job.ts';
import type { CallTrace } from '../call-trace.ts';
import type { JobLookup } from './lookup.ts';

/** Loads jobs by id: `undefined` where there is none, rejected with an `RpcError` where that cannot be told. */
export type JobLoader<Job> = DataLoader<string, Job | undefined>;

/**
 * The identity map of one request: within it every id is the same job, asked for once. What is asked for in one tick
 * goes to the lookup that all requests share; the signal aborts where this request's client has gone away.
 */
export function createJobLoader<Job extends AnyJob>(
  lookup: JobLookup<Job>,
  signal?: AbortSignal,
  callTrace?: CallTrace,
): JobLoader<Job> {
  return new DataLoader<string, Job | undefined>((ids) => lookup.load(ids, signal, callTrace));
}
