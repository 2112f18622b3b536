import DataLoader from 'dataloader';
import type { AnyJob } from '../../domain/job.ts';
import { OverBudgetError, RpcError } from '../../rpc/errors.ts';
import type { Requester } from '../requester.ts';
import { jobBytes } from './cache.ts';
import type { JobLookup } from './lookup.ts';
import type { JobOutcome } from './pending-ids.ts';

/** Loads jobs by id: `undefined` if there is no such job; rejects with an `RpcError` if that is not known. */
export type JobLoader<Job> = DataLoader<string, Job | undefined>;

/** The most ids that are looked up together: results of jobs can be long, and the requester may not hold all of them. */
const MAX_IDS_AT_ONCE = 100;

/**
 * Creates the identity map of one request: each id is loaded once and is always the same job. The ids of one tick go to
 * the shared lookup together.
 */
export function createJobLoader<Job extends AnyJob>(
  lookup: JobLookup<Job>,
  requester: Requester = {},
): JobLoader<Job> {
  const { budget } = requester;
  let error: OverBudgetError | undefined;
  // One error for all: each has a stack trace.
  const overBudget = () => {
    error ??= OverBudgetError.ofResult(lookup.action);
    return error;
  };
  const held = (outcome: JobOutcome<Job>): JobOutcome<Job> =>
    !outcome || outcome instanceof RpcError || !budget || budget.holdBytes(jobBytes(outcome))
      ? outcome
      : overBudget();
  const load = async (ids: readonly string[]) => {
    const outcomes = (await lookup.load(ids, requester)).map(held);
    const turn = budget?.turn();
    if (turn) await turn;
    return outcomes;
  };
  return new DataLoader<string, Job | undefined>(async (ids) => {
    if (ids.length <= MAX_IDS_AT_ONCE) return load(ids);
    const outcomes: JobOutcome<Job>[] = [];
    for (let start = 0; start < ids.length; start += MAX_IDS_AT_ONCE) {
      // The operation has no memory left for this job, so do not read it.
      if (error) return [...outcomes, ...Array<OverBudgetError>(ids.length - start).fill(error)];
      outcomes.push(...(await load(ids.slice(start, start + MAX_IDS_AT_ONCE))));
    }
    return outcomes;
  });
}
