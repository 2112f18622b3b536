import { type AnyJob, isFinal } from '../../domain/job.ts';
import { jobBytes } from '../../jobs/lookup/cache.ts';
import { OverBudgetError } from '../../rpc/errors.ts';
import type { GraphQLContext, Wait } from '../context.ts';
import { badUserInput, limitError, withoutHttp } from '../errors.ts';
import { builder } from './builder.ts';

/** The argument `waitMs` of the queries for jobs by id. */

/** The longest wait, in milliseconds. Many load balancers close a connection after 60 seconds without data. */
const MAX_WAIT_MS = 55_000;

/** @param condition the end of the wait, such as `the job is final` */
export function waitMsArgument(condition: string) {
  return builder.args((t) => ({
    waitMs: t.int({
      description:
        `The longest time to wait until ${condition}, in milliseconds: 1 to ${MAX_WAIT_MS}. After this time, the ` +
        'response has the current states. Unknown jobs are not waited for. Without this argument, the response does not wait.',
    }),
  }));
}

/** Returns the time if it is valid, and `undefined` if there is none; throws `BAD_USER_INPUT` otherwise. */
export function checkedWaitMs(waitMs: number | null | undefined): number | undefined {
  if (waitMs === null || waitMs === undefined) return undefined;
  if (waitMs >= 1 && waitMs <= MAX_WAIT_MS) return waitMs;
  throw badUserInput([
    { field: 'waitMs', message: `expected 1 to ${MAX_WAIT_MS} milliseconds; got ${waitMs}` },
  ]);
}

/**
 * Waits until all of these jobs are final, and returns the latest state of each in the same order. Unknown jobs and errors
 * stay as they are. A job whose new state is too large for the operation is an `OverBudgetError`. Throws `OVERLOADED` if
 * no more requests may wait.
 *
 * @param jobs the outcomes of a loader
 * @param action the VOD action that reads the jobs, for errors
 */
export async function finalOrLatest<Job extends AnyJob>(
  jobs: readonly (Job | Error | undefined)[],
  waitMs: number,
  wait: Wait<Job>,
  action: string,
  context: GraphQLContext,
): Promise<readonly (Job | Error | undefined)[]> {
  const unfinished = new Map<string, Job>();
  for (const job of jobs) if (isJob(job) && !isFinal(job)) unfinished.set(job.id, job);
  if (unfinished.size === 0) return jobs;
  startWait(context);
  const latest = await wait([...unfinished.values()], waitMs, context);
  const { budget } = context;
  const outcomes = new Map<string, Job | Error>();
  for (const [id, job] of latest) {
    // The loader has counted the state before the wait, which is much smaller than the result of a final job.
    const fits = job === unfinished.get(id) || budget.holdBytes(jobBytes(job));
    outcomes.set(id, fits ? job : new OverBudgetError({ action }));
  }
  const turn = budget.turn();
  if (turn) await turn;
  return jobs.map((job) => (isJob(job) ? (outcomes.get(job.id) ?? job) : job));
}

function isJob<Job extends AnyJob>(outcome: Job | Error | undefined): outcome is Job {
  return outcome !== undefined && !(outcome instanceof Error);
}

/**
 * Lets the request give up its slot and become a stream, so that waiting requests do not keep others out. Without an HTTP
 * response, as over WebSocket, there is nothing to count.
 */
function startWait({ res, onWait, services }: GraphQLContext): void {
  onWait?.();
  if (!res || services.admitWait(res)) return;
  const message = 'expected fewer streams and waiting requests at once; got one more than can be served';
  // The error belongs to one field, so it must not set the status of the response.
  throw withoutHttp(limitError('OVERLOADED', message, 1_000));
}
