import type { z } from 'zod';
import type { CallOptions, RpcClient } from '../rpc/client.ts';
import { InvalidResponseError } from '../rpc/errors.ts';
import type { Permit } from '../rpc/rate-limiter.ts';
import type { RpcResponse } from '../rpc/response.ts';
import { problems } from './fields.ts';

/**
 * The most ids that one call may name: jobs in ListAIJob and GetAIImageJobs, covers in DeleteAIImageInfos. The one
 * definition of it.
 */
export const MAX_IDS_PER_CALL = 10;

/** What an answer says of one job. */
export type Answered<Job> = Job | InvalidResponseError;

/**
 * Reads jobs of one kind. Rejects with an `RpcError` where a whole call failed, and with nothing else but the signal's
 * reason.
 */
export interface JobReader<Job> {
  /** The action that reads them. */
  readonly action: string;
  /** How many calls of it a second the quota is taken to allow. */
  readonly rate: number;
  /** Waits for a place in the action's quota: use the permit for one call, or give it back. */
  permit(signal?: AbortSignal): Promise<Permit>;
  /** Gives a permit back that was not used. */
  release(): void;
  /** How long this many more calls would take to find places in the quota, in milliseconds. */
  delayMs(calls: number): number;
  /**
   * Reads up to {@link MAX_IDS_PER_CALL} jobs in one call: what the answer says of each, by id. An id that is missing from
   * the map is that of no job.
   */
  read(ids: readonly string[], options?: ReadOptions): Promise<ReadonlyMap<string, Answered<Job>>>;
}

export type ReadOptions = Pick<CallOptions, 'signal' | 'permit' | 'onFailedAttempt' | 'observer'>;

/** A reader of jobs by the action that lists them, all of whose ids travel in one comma-joined parameter. */
export function jobReader<Job>(
  rpc: RpcClient,
  action: string,
  decode: (answer: RpcResponse, ids: readonly string[]) => ReadonlyMap<string, Answered<Job>>,
): JobReader<Job> {
  return {
    action,
    get rate() {
      return rpc.rate(action);
    },
    permit: (signal) => rpc.permit(action, signal),
    release: () => rpc.release(action),
    delayMs: (calls) => rpc.delayMs(action, calls),
    async read(ids, options) {
      const answer = await rpc.call(action, { JobIds: ids.join(',') }, { kind: 'read', ...options });
      return decode(answer, ids);
    },
  };
}

/** What a submission, or another change, made. */
export interface Submitted<Made> {
  readonly made: Made;
  readonly requestId: string | undefined;
}

/** The error for JSON that is not what the documents describe. */
export function invalidShape(answer: RpcResponse, error: z.ZodError): InvalidResponseError {
  return new InvalidResponseError(problems(error), answer);
}

/**
 * Checks an answer without what was asked for. With a RequestId and nothing else it is the API's way to say that nothing
 * was found, its lists left out; with anything else it is something that no document describes.
 */
export function assertNothingFound({ body, ...answer }: RpcResponse): void {
  if (typeof body.RequestId === 'string' && Object.keys(body).length === 1) return;
  throw new InvalidResponseError('nothing of what was asked for', answer);
}

/**
 * Checks an answer that says no more than that something was done. The API gives each a RequestId: without one it is
 * somebody else's.
 */
export function assertDone(answer: RpcResponse): void {
  if (answer.requestId === undefined) throw new InvalidResponseError('no RequestId', answer);
}

/**
 * Sorts the jobs of an answer by their ids: nothing promises their order, or that each is whole. An id of which the
 * answer says nothing is that of no job, unless the answer has a list of those ids that leaves it out, or holds
 * something that may have been the job.
 */
export function jobsById<Wire extends { JobId: string }, Job>(
  answer: RpcResponse,
  ids: readonly string[],
  elements: readonly unknown[],
  schema: z.ZodType<Wire>,
  decode: (wire: Wire, requestId: string | undefined) => Job,
  unknownIds?: readonly string[],
): ReadonlyMap<string, Answered<Job>> {
  const jobs = new Map<string, Answered<Job>>();
  let undecodable = 0;
  for (const element of elements) {
    const parsed = schema.safeParse(element);
    if (parsed.success) jobs.set(parsed.data.JobId, decode(parsed.data, answer.requestId));
    else undecodable++;
  }
  for (const id of ids) {
    if (jobs.has(id) || unknownIds?.includes(id)) continue;
    if (undecodable > 0) {
      jobs.set(id, new InvalidResponseError(`${undecodable} of its jobs had no JobId`, answer));
    } else if (unknownIds) {
      jobs.set(id, new InvalidResponseError('a job is neither listed nor said not to exist', answer));
    }
  }
  return jobs;
}
