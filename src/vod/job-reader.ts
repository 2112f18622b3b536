import type { CallOptions, RpcClient } from '../rpc/client.ts';
import { InvalidResponseError } from '../rpc/errors.ts';
import type { Permit } from '../rpc/rate-limiter.ts';
import type { RpcResponse } from '../rpc/response.ts';
import { decodeIfFound } from './responses.ts';

/** The limit of ids per call of ListAIJob, GetAIImageJobs and DeleteAIImageInfos. */
export const MAX_IDS_PER_CALL = 10;

/** One job of a response, or the error that affects only this job. */
export type JobOrError<Job> = Job | InvalidResponseError;

/** An action that reads jobs by their ids. */
export interface ReadAction {
  /** The name, such as `ListAIJob`. */
  readonly action: string;
  /** The API's limit of ids per call. */
  readonly maxIds: number;
}

/** Reads jobs of one kind. Rejects with an `RpcError` if a call fails, or with the signal's reason. */
export interface JobReader<Job> extends ReadAction {
  /** The current rate limit of the action, in calls per second. */
  readonly rate: number;
  /** Waits for a permit from the action's quota. Use it for one call or return it with `release`. */
  permit(signal?: AbortSignal): Promise<Permit>;
  /** Returns an unused permit. */
  release(): void;
  /** The estimated time until this many more calls get permits, in milliseconds. */
  delayMs(calls: number): number;
  /** Reads up to `maxIds` jobs in one call. The map has no entry for an id without a job. */
  read(ids: readonly string[], options?: ReadOptions): Promise<ReadonlyMap<string, JobOrError<Job>>>;
}

/** The options of a read; see {@link CallOptions}. */
export type ReadOptions = Pick<
  CallOptions,
  'signal' | 'permit' | 'onFailedAttempt' | 'observer' | 'isSuspect'
>;

type Jobs<Job> = ReadonlyMap<string, JobOrError<Job>>;

/** Creates a reader for an action that takes a comma-separated list of ids in `JobIds`. */
export function jobReader<Job>(
  rpc: RpcClient,
  readAction: ReadAction,
  decode: (response: RpcResponse, ids: readonly string[]) => Jobs<Job>,
): JobReader<Job> {
  return readerOf(rpc, readAction, async (ids, call) => decode(await call({ JobIds: ids.join(',') }), ids));
}

/** Creates a reader for an action that takes one id in `JobId`. `decode` returns `undefined` if there is no such job. */
export function singleJobReader<Job>(
  rpc: RpcClient,
  readAction: ReadAction,
  decode: (response: RpcResponse, id: string) => Job | undefined,
): JobReader<Job> {
  return readerOf(rpc, readAction, async ([id = ''], call) => {
    const job = await decodeIfFound(call({ JobId: id }), (response) => decode(response, id));
    return job === undefined ? new Map() : new Map([[id, job]]);
  });
}

function readerOf<Job>(
  rpc: RpcClient,
  readAction: ReadAction,
  read: (
    ids: readonly string[],
    call: (parameters: Record<string, string>) => Promise<RpcResponse>,
  ) => Promise<Jobs<Job>>,
): JobReader<Job> {
  const { action } = readAction;
  return {
    ...readAction,
    get rate() {
      return rpc.rate(action);
    },
    permit: (signal) => rpc.permit(action, signal),
    release: () => rpc.release(action),
    delayMs: (calls) => rpc.delayMs(action, calls),
    read: (ids, options) =>
      read(ids, (parameters) => rpc.call(action, parameters, { kind: 'read', ...options })),
  };
}

/** The input of {@link jobsById}. */
export interface JobList<Wire, Job> {
  readonly response: RpcResponse;
  /** The requested ids. */
  readonly ids: readonly string[];
  /** The response's list of jobs. */
  readonly elements: readonly unknown[];
  /** Reads an element. Returns `undefined` if it has no id; other fields are decoded separately. */
  readonly read: (element: unknown) => Wire | undefined;
  readonly decode: (wire: Wire, requestId: string | undefined) => Job;
  /** The response's list of ids without a job, if it has one. */
  readonly unknownIds?: readonly string[] | undefined;
}

/**
 * Maps the jobs of a response by id. The API guarantees neither their order nor that each is complete. A requested id
 * that is not in the response has no job, with two exceptions that are errors of that id: the response lists unknown
 * ids but not this one, or it contains an undecodable element that may be the job.
 */
export function jobsById<Wire extends { JobId: string }, Job>({
  response,
  ids,
  elements,
  read,
  decode,
  unknownIds,
}: JobList<Wire, Job>): ReadonlyMap<string, JobOrError<Job>> {
  const jobs = new Map<string, JobOrError<Job>>();
  let undecodable = 0;
  for (const element of elements) {
    const wire = read(element);
    if (wire) jobs.set(wire.JobId, decode(wire, response.requestId));
    else undecodable++;
  }
  for (const id of ids) {
    if (jobs.has(id) || unknownIds?.includes(id)) continue;
    if (undecodable > 0) {
      jobs.set(id, new InvalidResponseError(`${undecodable} of the jobs have no JobId`, response));
    } else if (unknownIds) {
      jobs.set(id, new InvalidResponseError('a job is listed neither as found nor as unknown', response));
    }
  }
  return jobs;
}
