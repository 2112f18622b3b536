import type { z } from 'zod';
import type { RpcAnswer } from '../rpc/answer.ts';
import type { RpcClient } from '../rpc/client.ts';
import { InvalidResponseError } from '../rpc/errors.ts';
import { problems } from './fields.ts';

/** The most job ids that one call may name. */
export const MAX_JOB_IDS = 10;

/** What an answer says of one job. */
export type Answered<Job> = Job | InvalidResponseError;

/**
 * Reads up to {@link MAX_JOB_IDS} jobs in one call: what the answer says of each, by id. An id that is missing from
 * the map is that of no job. Rejects with an `RpcError` where the whole call failed.
 */
export type Lookup<Job> = (
  rpc: RpcClient,
  ids: readonly string[],
  signal: AbortSignal | undefined,
) => Promise<ReadonlyMap<string, Answered<Job>>>;

/** What a submission made. */
export interface Submitted<Made> {
  readonly made: Made;
  readonly requestId: string | undefined;
}

/** The error for JSON that is not what the documents describe. */
export function invalidShape(answer: RpcAnswer, error: z.ZodError): InvalidResponseError {
  return new InvalidResponseError(problems(error), answer);
}

/**
 * Sorts the jobs of an answer by their ids: nothing promises their order, or that each is whole. An id of which the
 * answer says nothing is that of no job, unless the answer has a list of those ids that leaves it out, or holds
 * something that may have been the job.
 */
export function jobsById<Wire extends { JobId: string }, Job>(
  answer: RpcAnswer,
  ids: readonly string[],
  elements: readonly unknown[],
  schema: z.ZodType<Wire>,
  decode: (wire: Wire, requestId: string | undefined) => Job,
  unknownIds?: readonly string[],
): ReadonlyMap<string, Answered<Job>> {
  const jobs = new Map<string, Answered<Job>>();
  let unreadable = 0;
  for (const element of elements) {
    const parsed = schema.safeParse(element);
    if (parsed.success) jobs.set(parsed.data.JobId, decode(parsed.data, answer.requestId));
    else unreadable++;
  }
  for (const id of ids) {
    if (jobs.has(id) || unknownIds?.includes(id)) continue;
    if (unreadable > 0) {
      jobs.set(id, new InvalidResponseError(`${unreadable} of its jobs had no JobId`, answer));
    } else if (unknownIds) {
      jobs.set(id, new InvalidResponseError('a job is neither listed nor said not to exist', answer));
    }
  }
  return jobs;
}
