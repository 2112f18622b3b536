import { type AnyJob, isFinal } from '../../domain/job.ts';
import type { JobWaits } from '../../jobs/live/waits.ts';
import { jobBytes } from '../../jobs/lookup/cache.ts';
import { OverBudgetError } from '../../rpc/errors.ts';
import type { GraphQLContext } from '../context.ts';
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

export interface LoadFinalOptions<Job extends AnyJob> {
  /** Returns the outcomes of the request's loader. */
  readonly load: () => Promise<readonly (Job | Error | undefined)[]>;
  /** The number of ids that `load` looks up. */
  readonly count: number;
  /** The longest time, first read included. */
  readonly waitMs: number;
  readonly waits: JobWaits<Job>;
  /** The VOD action that reads the jobs, for errors. */
  readonly action: string;
  readonly context: GraphQLContext;
}

/**
 * Loads jobs, waits until all of them are final, and returns the latest state of each in the same order. Unknown jobs and
 * errors stay as they are. A job whose new state is too large for the operation is an `OverBudgetError`. Throws
 * `OVERLOADED` if too many requests are waiting already.
 */
export async function loadFinal<Job extends AnyJob>({
  load,
  count,
  waitMs,
  waits,
  action,
  context,
}: LoadFinalOptions<Job>): Promise<readonly (Job | Error | undefined)[]> {
  const { clock } = context.services;
  const endsAt = clock.monotonic() + waitMs;
  // Without ids, nothing is read.
  if (count > 0) await waits.gather(count);
  const jobs = await load();
  const unfinished = new Map<string, Job>();
  for (const job of jobs) if (isJob(job) && !isFinal(job)) unfinished.set(job.id, job);
  if (unfinished.size === 0) return jobs;
  startWait(context);
  const latest = await waits.wait([...unfinished.values()], Math.max(0, endsAt - clock.monotonic()), context);
  const { budget } = context;
  const outcomes = new Map<string, Job | Error>();
  for (const [id, job] of latest) {
    // The loader has counted the state before the wait, which is much smaller than the result of a final job.
    const fits = job === unfinished.get(id) || budget.holdBytes(jobBytes(job));
    outcomes.set(id, fits ? job : OverBudgetError.ofResult(action));
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
