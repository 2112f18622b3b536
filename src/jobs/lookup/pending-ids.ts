import type { RpcError } from '../../rpc/errors.ts';
import { MAX_IDS_PER_CALL } from '../../vod/job-reader.ts';
import type { UpstreamCall } from '../call-trace.ts';
import type { Requester } from '../requester.ts';

/** The result for one id: its job, `undefined` if there is no such job, or the error if that is not known. */
export type JobOutcome<Job> = Job | undefined | RpcError;

/** An id without a result yet. It is checked in the archive, queued for a call, or part of a call in flight. */
export interface PendingId<Job> {
  readonly id: string;
  /** The requests that wait for the id. */
  readonly requests: Set<LookupRequest<Job>>;
  /** Unix milliseconds. */
  readonly addedAt: number;
  /** The call in flight that includes the id; absent while the id is queued. */
  call?: BatchCall<Job>;
}

/** A call in flight for up to ten ids. */
export interface BatchCall<Job> {
  readonly batch: readonly PendingId<Job>[];
  readonly cancel: AbortController;
  readonly upstream: UpstreamCall;
  /** The error of its last failed attempt. */
  failure?: RpcError;
}

/** One caller's request for some jobs. */
export class LookupRequest<Job> {
  /** Unix milliseconds. */
  readonly deadline: number;
  readonly requester: Requester;

  readonly #ids: readonly string[];
  readonly #unsettled: Set<string>;
  readonly #outcomes = new Map<string, JobOutcome<Job>>();
  readonly #settled = Promise.withResolvers<readonly JobOutcome<Job>[]>();
  /** The number of ids that VOD is asked for. */
  #requested = 0;

  constructor(ids: readonly string[], deadline: number, requester: Requester = {}) {
    this.deadline = deadline;
    this.requester = requester;
    this.#ids = ids;
    this.#unsettled = new Set(ids);
    this.#resolveIfSettled();
  }

  /** One slot for each id, in order, when all are settled. Never rejects. */
  get outcomes(): Promise<readonly JobOutcome<Job>[]> {
    return this.#settled.promise;
  }

  /** The ids without an outcome, each once. */
  get unsettled(): Iterable<string> {
    return this.#unsettled;
  }

  get isSettled(): boolean {
    return this.#unsettled.size === 0;
  }

  /** Takes one more id from the operation's budget: ten ids are one call. Returns `false` if no call is left. */
  takeId(): boolean {
    const { budget } = this.requester;
    if (this.#requested % MAX_IDS_PER_CALL === 0 && budget?.takeCalls(1) === false) return false;
    this.#requested++;
    return true;
  }

  /** Sets the outcome of an id. Only the first outcome counts. */
  settle(id: string, outcome: JobOutcome<Job>): void {
    if (!this.#unsettled.delete(id)) return;
    this.#outcomes.set(id, outcome);
    this.#resolveIfSettled();
  }

  #resolveIfSettled(): void {
    if (this.isSettled) this.#settled.resolve(this.#ids.map((id) => this.#outcomes.get(id)));
  }
}
