import DataLoader from 'dataloader';
import { RpcError } from '../rpc/errors.ts';
import { type Answered, MAX_JOB_IDS } from '../vod/answers.ts';

/** Reads up to ten jobs in one call; see `VodApi`. */
export type ReadJobs<Job> = (
  ids: readonly string[],
  signal?: AbortSignal,
) => Promise<ReadonlyMap<string, Answered<Job>>>;

/** Loads jobs by id: `undefined` where there is none, rejected with an `RpcError` where that cannot be told. */
export type JobLoader<Job> = DataLoader<string, Job | undefined>;

/**
 * A loader for one request: every id is read at most once, and what is asked for in one tick goes out in full tens.
 * A call that fails takes its own ids along and no others.
 */
export function createJobLoader<Job>(read: ReadJobs<Job>, signal?: AbortSignal): JobLoader<Job> {
  return new DataLoader<string, Job | undefined>((ids) => readSlots(read, ids, signal), {
    maxBatchSize: MAX_JOB_IDS,
  });
}

/** One slot for each id, in order. */
async function readSlots<Job>(
  read: ReadJobs<Job>,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<(Job | undefined | RpcError)[]> {
  try {
    const jobs = await read(ids, signal);
    return ids.map((id) => jobs.get(id));
  } catch (error) {
    if (error instanceof RpcError) return ids.map(() => error);
    throw error;
  }
}
