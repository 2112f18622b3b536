import { OverBudgetError, type RpcError } from '../../rpc/errors.ts';
import type { ReadAction } from '../../vod/job-reader.ts';
import type { UpstreamCall } from '../call-trace.ts';
import type { Requester } from '../requester.ts';

/** The result for one id: its job, `undefined` if there is no such job, or the error if that is not known. */
export type JobOutcome<Job> = Job | undefined | RpcError;

/** A queue of ids; see `FairQueue`. */
interface IdQueue<Job> {
  add(pendingId: PendingId<Job>, callerKey: string | undefined): void;
  delete(pendingId: PendingId<Job>): void;
}

/** A place for one id in one request. */
interface Waiter<Job> {
  readonly request: LookupRequest<Job>;
  readonly slot: number;
}

const NO_CALLS: readonly never[] = [];

/**
 * An id without a result yet, shared by all requests for it. It is checked in the archive, queued, part of one or more
 * calls in flight, or part of a failed call that is sent again.
 */
export class PendingId<Job> {
  readonly id: string;
  /** When it was first requested, in the clock's monotonic milliseconds. */
  readonly addedAt: number;
  /** The callers that have requested it. */
  readonly callerKeys: (string | undefined)[];
  /** The queue that it is in. */
  queue: IdQueue<Job> | undefined;
  /** The calls in flight that include it. Only an id of a slow call is in more than one. */
  calls: readonly BatchCall<Job>[] = NO_CALLS;
  /** Whether it is part of a failed or slow call and is about to be sent again. */
  isInPart = false;
  #waiters: Waiter<Job>[];
  /** The number of waiters whose requests have not left. */
  #waiting = 1;
  #isSettled = false;

  /** @param request the first request for it, which has it at `slot` */
  constructor(id: string, addedAt: number, request: LookupRequest<Job>, slot: number) {
    this.id = id;
    this.addedAt = addedAt;
    // With their first entry: an array that grows from none takes space for sixteen.
    this.callerKeys = [request.requester.callerKey];
    this.#waiters = [{ request, slot }];
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Whether a request waits for it. */
  get isWanted(): boolean {
    return this.#waiting > 0 && !this.#isSettled;
  }

  /** Whether a part or a call includes it that is not itself repeated. */
  get isAskedAgain(): boolean {
    return this.isInPart || this.calls.some(({ isRepeated }) => !isRepeated);
  }

  /** Adds a request. If it is the first one of its caller, a queued id also waits in that caller's turn. */
  join(request: LookupRequest<Job>, slot: number): void {
    const { callerKey, callTrace } = request.requester;
    this.#waiters.push({ request, slot });
    this.#waiting++;
    for (const { upstream } of this.calls) upstream.serves(callTrace);
    if (this.callerKeys.includes(callerKey)) return;
    this.callerKeys.push(callerKey);
    this.queue?.add(this, callerKey);
  }

  /** One request leaves. The waiter stays, because its slot is settled and takes no second outcome. */
  leave(): void {
    this.#waiting--;
  }

  /**
   * Takes the id from the budget of the first request that has a call left. The requests before it get an error.
   * Returns `false` if none has.
   *
   * @param turn see {@link LookupRequest.takeId}
   */
  takeFromBudget({ action, maxIds }: ReadAction, turn: number): boolean {
    for (const { request, slot } of this.#waiters) {
      if (request.isSettledAt(slot)) continue;
      if (request.takeId(maxIds, turn)) return true;
      const cause = request.requester.budget?.callerExcess;
      request.settle(slot, new OverBudgetError({ action, cause }));
      this.leave();
    }
    return false;
  }

  /** Adds the id to a call. */
  enter(call: BatchCall<Job>): void {
    this.calls = this.calls.length === 0 ? [call] : [...this.calls, call];
    for (const { request, slot } of this.#waiters) {
      if (!request.isSettledAt(slot)) call.upstream.serves(request.requester.callTrace);
    }
  }

  /** A call that includes the id has ended. */
  exit(call: BatchCall<Job>): void {
    this.calls = this.calls.length === 1 ? NO_CALLS : this.calls.filter((other) => other !== call);
  }

  /** Sets the outcome. Only the first one counts. Calls that none of their ids needs any longer are cancelled. */
  settle(outcome: JobOutcome<Job>): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.queue?.delete(this);
    for (const { request, slot } of this.#waiters) request.settle(slot, outcome);
    // Lists and maps still refer to the settled id for a while, and must not keep its requests.
    this.#waiters = [];
    for (const call of this.calls) call.cancelIfSettled();
  }
}

/**
 * Where a call gets its ids: from the queue, from a call that failed or was slow (`parts`), or from the quarantine
 * (`suspects`). Calls of the last two kinds are expected to fail.
 */
export type CallSource = 'queue' | 'parts' | 'suspects';

/** A call in flight for up to ten ids. */
export class BatchCall<Job> {
  readonly batch: readonly PendingId<Job>[];
  readonly source: CallSource;
  readonly upstream: UpstreamCall;
  /** In the clock's monotonic milliseconds. */
  readonly startedAt: number;
  readonly #cancel = new AbortController();
  /** The error of its last failed attempt. */
  failure: RpcError | undefined;
  /** The error with which the lookup ended the call before VOD responded. */
  endedWith: RpcError | undefined;
  /** Whether its ids were asked for again because it was slow. */
  isRepeated = false;

  constructor(
    batch: readonly PendingId<Job>[],
    source: CallSource,
    upstream: UpstreamCall,
    startedAt: number,
  ) {
    this.batch = batch;
    this.source = source;
    this.upstream = upstream;
    this.startedAt = startedAt;
  }

  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  /** Cancels the call. Its ids fail with the error. */
  end(error: RpcError): void {
    this.endedWith ??= error;
    this.#cancel.abort();
  }

  cancel(): void {
    this.#cancel.abort();
  }

  /** Cancels the call if all its ids are settled. */
  cancelIfSettled(): void {
    if (this.batch.every(({ isSettled }) => isSettled)) this.cancel();
  }
}

const UNSETTLED = Symbol('unsettled');

/** One caller's request for some jobs. */
export class LookupRequest<Job> {
  readonly ids: readonly string[];
  /** In the clock's monotonic milliseconds. */
  readonly deadline: number;
  readonly requester: Requester;
  #onSettled: (() => void) | undefined;
  readonly #outcomes: (JobOutcome<Job> | typeof UNSETTLED)[];
  #unsettled: number;
  #settled: PromiseWithResolvers<readonly JobOutcome<Job>[]> | undefined;
  /** The number of ids that VOD is asked for since {@link #turn}. */
  #requested = 0;
  #turn = 0;

  constructor(ids: readonly string[], deadline: number, requester: Requester = {}) {
    this.ids = ids;
    this.deadline = deadline;
    this.requester = requester;
    this.#outcomes = new Array(ids.length).fill(UNSETTLED);
    this.#unsettled = ids.length;
  }

  get isSettled(): boolean {
    return this.#unsettled === 0;
  }

  /**
   * Calls a function when all ids are settled.
   *
   * A function that is written where it is assigned to a property, as in `request.onSettled = () => …`, is allocated in the old
   * generation, because V8 takes it for a method. Garbage there keeps what it refers to, here the request with all its jobs, until
   * the next collection of that generation.
   */
  whenSettled(listener: () => void): void {
    this.#onSettled = listener;
  }

  isSettledAt(slot: number): boolean {
    return this.#outcomes[slot] !== UNSETTLED;
  }

  /** One slot for each id, in order, when all are settled. Never rejects. */
  get outcomes(): Promise<readonly JobOutcome<Job>[]> {
    this.#settled ??= Promise.withResolvers();
    this.#resolveIfSettled();
    return this.#settled.promise;
  }

  /**
   * Takes one more id from the operation's budget: `maxIds` are one call. Returns `false` if no call is left.
   *
   * @param turn a number for the time at which the id is queued: ids that are queued at different times share no call
   */
  takeId(maxIds: number, turn: number): boolean {
    const { budget } = this.requester;
    if (turn !== this.#turn) this.#requested = 0;
    this.#turn = turn;
    if (this.#requested % maxIds === 0 && budget?.takeCalls(1) === false) return false;
    this.#requested++;
    return true;
  }

  /** Sets the outcome of a slot. Only the first outcome counts. */
  settle(slot: number, outcome: JobOutcome<Job>): void {
    if (this.isSettledAt(slot)) return;
    this.#outcomes[slot] = outcome;
    this.#unsettled--;
    if (this.isSettled) this.#onSettled?.();
    this.#resolveIfSettled();
  }

  #resolveIfSettled(): void {
    if (this.isSettled) this.#settled?.resolve(this.#outcomes as JobOutcome<Job>[]);
  }
}
