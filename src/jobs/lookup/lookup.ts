import type { Clock } from '../../clock.ts';
import type { AnyJob } from '../../domain/job.ts';
import type { Tracing } from '../../observability/tracing/tracing.ts';
import { OverBudgetError, RpcError, ThrottledError, TimeoutError } from '../../rpc/errors.ts';
import type { Permit } from '../../rpc/rate-limiter.ts';
import { type JobReader, MAX_IDS_PER_CALL } from '../../vod/job-reader.ts';
import type { JobArchive } from '../archive.ts';
import { UpstreamCall } from '../call-trace.ts';
import type { Requester } from '../requester.ts';
import type { JobCache } from './cache.ts';
import { type BatchCall, type JobOutcome, LookupRequest, type PendingId } from './pending-ids.ts';

/** The most calls in flight or waiting for the quota. */
export const MAX_CALLS = 64;
/** The most ids in the queue. The next id is throttled at once. */
const MAX_QUEUED_IDS = 10_000;
/** The assumed duration of a call until the first one is measured. */
const INITIAL_CALL_MS = 20;
/** The longest time that an id waits for others to fill its batch, however slow calls are. */
const MAX_LINGER_MS = 100;

export interface JobLookupOptions<Job extends AnyJob> {
  readonly reader: JobReader<Job>;
  readonly cache: JobCache<Job>;
  readonly archive: Pick<JobArchive<Job>, 'mayHave' | 'find' | 'save'>;
  /** Receives each job that a call or the archive returned. */
  readonly feed: { publish(job: Job): void };
  /** The deadline of a request, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly observer: LookupObserver;
  readonly tracing?: Tracing | undefined;
}

/** Counts lookups and their calls for metrics. */
export interface LookupObserver {
  /** A request for `ids` ids: `cached` were in the cache, `joined` were pending for another request. */
  lookedUp(request: { readonly ids: number; readonly cached: number; readonly joined: number }): void;
  /** A call with `ids` ids was sent; the oldest of them had waited `waitedMs` milliseconds. */
  called(call: { readonly ids: number; readonly waitedMs: number }): void;
}

/**
 * Looks up jobs for all requests of the process in as few calls as possible.
 *
 * - A request joins an id that is already pending.
 * - An idle lookup sends all ids at once. While calls are in flight or wait for the quota, ids queue and leave in full
 *   batches, oldest first. A partial batch leaves when no call is in flight, or after the average duration of a call,
 *   so that a stalled call does not delay other ids.
 * - A batch takes its ids from the queue when the quota permits its call, not before.
 * - An id is not sent after its last request has left. A call is cancelled with the last request for its ids.
 * - Final jobs are cached and never read again.
 */
export class JobLookup<Job extends AnyJob> {
  readonly #options: JobLookupOptions<Job>;
  readonly #pending = new Map<string, PendingId<Job>>();
  /** Pending ids without a call, oldest first. */
  readonly #queue = new Set<PendingId<Job>>();
  /** Pending ids that the archive may have. They are checked there before they are queued. */
  #unchecked: PendingId<Job>[] = [];
  /** Unsettled requests, ordered by deadline, since all have the same timeout. */
  readonly #requests = new Set<LookupRequest<Job>>();
  readonly #closing = new AbortController();
  /** Calls in flight or waiting for the quota. */
  #calls = 0;
  /** Calls waiting for the quota. */
  #waitingCalls = 0;
  #isDispatchScheduled = false;
  /** The moving average of a call's duration. */
  #averageCallMs = INITIAL_CALL_MS;
  #cancelDeadline: (() => void) | undefined;
  #cancelLinger: (() => void) | undefined;

  constructor(options: JobLookupOptions<Job>) {
    this.#options = options;
  }

  /** The action that reads the jobs. */
  get action(): string {
    return this.#options.reader.action;
  }

  /** The number of ids in the queue. */
  get queued(): number {
    return this.#queue.size;
  }

  /** The calls a second that the quota is assumed to allow. */
  get rate(): number {
    return this.#options.reader.rate;
  }

  /**
   * Looks up jobs. Resolves to one slot for each id, in order: the job, `undefined` if there is no such job, or an
   * `RpcError` if that is not known. Never rejects.
   */
  load(ids: readonly string[], requester: Requester = {}): Promise<readonly JobOutcome<Job>[]> {
    const { cache, observer, clock, timeoutMs } = this.#options;
    const request = new LookupRequest<Job>(ids, clock.now() + timeoutMs, requester);
    let cached = 0;
    let joined = 0;
    for (const id of request.unsettled) {
      const hit = cache.get(id);
      if (hit) {
        cached++;
        request.settle(id, hit.job);
      } else if (this.#join(id, request)) joined++;
    }
    observer.lookedUp({ ids: ids.length, cached, joined });
    if (!request.isSettled) this.#waitFor(request);
    return request.outcomes;
  }

  /** Cancels all calls. Unsettled requests get an error. */
  close(): void {
    this.#closing.abort();
    for (const { call } of this.#pending.values()) call?.cancel.abort();
    for (const request of this.#requests) this.#abandon(request);
  }

  /** Adds the request to those that wait for the id. Returns whether the id was pending before. */
  #join(id: string, request: LookupRequest<Job>): boolean {
    const pendingId = this.#pending.get(id);
    if (pendingId) {
      pendingId.requests.add(request);
      pendingId.call?.upstream.serves(request.requester.callTrace);
      return true;
    }
    if (this.#queue.size >= MAX_QUEUED_IDS) {
      request.settle(id, this.#throttledError());
      return false;
    }
    const added = { id, requests: new Set([request]), addedAt: this.#options.clock.now() };
    this.#pending.set(id, added);
    if (this.#options.archive.mayHave(id)) this.#unchecked.push(added);
    else this.#enqueue(added);
    this.#dispatchSoon();
    return false;
  }

  /** Queues an id for a call, which counts in the budget of the first of its requests that has a call left. */
  #enqueue(pendingId: PendingId<Job>): void {
    const { id, requests } = pendingId;
    for (const request of requests) {
      if (request.takeId()) {
        this.#queue.add(pendingId);
        return;
      }
      requests.delete(request);
      request.settle(id, new OverBudgetError({ action: this.action }));
    }
    this.#pending.delete(id);
  }

  #waitFor(request: LookupRequest<Job>): void {
    const { signal } = request.requester;
    this.#requests.add(request);
    this.#setDeadline();
    const onAbort = () => this.#abandon(request);
    signal?.addEventListener('abort', onAbort, { once: true });
    void request.outcomes.then(() => {
      signal?.removeEventListener('abort', onAbort);
      this.#requests.delete(request);
    });
    if (signal?.aborted) onAbort();
  }

  /** One timer, for the oldest request, serves all: their timeouts are equal. */
  #setDeadline(): void {
    const [oldest] = this.#requests;
    if (this.#cancelDeadline || !oldest) return;
    const { clock } = this.#options;
    this.#cancelDeadline = clock.after(Math.max(0, oldest.deadline - clock.now()), () => {
      this.#cancelDeadline = undefined;
      for (const request of this.#requests) {
        if (request.deadline > clock.now()) break;
        this.#abandon(request);
      }
      this.#setDeadline();
    });
  }

  /** Settles the rest of the request with errors. Other requests for the same ids continue. */
  #abandon(request: LookupRequest<Job>): void {
    for (const id of request.unsettled) {
      const pendingId = this.#pending.get(id);
      request.settle(id, pendingId ? this.#timeoutError(pendingId) : this.#throttledError());
      pendingId?.requests.delete(request);
      if (pendingId?.requests.size === 0) this.#drop(pendingId);
    }
    this.#requests.delete(request);
  }

  /** Removes an id without requests. Its call is cancelled when none of the call's ids has a request. */
  #drop(pendingId: PendingId<Job>): void {
    const { call } = pendingId;
    if (!call) {
      this.#queue.delete(pendingId);
      this.#pending.delete(pendingId.id);
    } else if (call.batch.every(({ requests }) => requests.size === 0)) {
      // The next request for one of these ids must not join the cancelled call.
      for (const { id } of call.batch) this.#pending.delete(id);
      call.cancel.abort();
    }
  }

  #timeoutError({ call }: PendingId<Job>): RpcError {
    if (!call) return this.#throttledError();
    if (call.failure instanceof ThrottledError) return call.failure;
    const { reader, timeoutMs } = this.#options;
    return new TimeoutError(timeoutMs, { action: reader.action, mayHaveRun: true });
  }

  #throttledError(): ThrottledError {
    const { reader } = this.#options;
    const calls = Math.ceil((this.#queue.size + 1) / MAX_IDS_PER_CALL);
    return new ThrottledError({ action: reader.action, retryAfterMs: reader.delayMs(calls) });
  }

  /** Waits for the end of the tick, so that requests of the same tick share batches. */
  #dispatchSoon(): void {
    if (this.#isDispatchScheduled) return;
    this.#isDispatchScheduled = true;
    setImmediate(() => {
      this.#isDispatchScheduled = false;
      if (this.#unchecked.length > 0) void this.#checkArchive(this.#unchecked.splice(0));
      this.#dispatch();
    });
  }

  /** Settles the ids that the archive has, and queues the others. */
  async #checkArchive(unchecked: readonly PendingId<Job>[]): Promise<void> {
    const archived = await this.#options.archive.find(unchecked.map(({ id }) => id));
    for (const pendingId of unchecked) {
      const job = archived.get(pendingId.id);
      if (job) {
        this.#options.feed.publish(job);
        this.#settle(pendingId, job);
      }
      // The id may have been dropped while the archive was read.
      else if (this.#pending.get(pendingId.id) === pendingId) this.#enqueue(pendingId);
    }
    this.#dispatch();
  }

  /** Starts all calls that may start now. */
  #dispatch(): void {
    this.#cancelLinger?.();
    this.#cancelLinger = undefined;
    const isIdle = this.#calls === 0;
    while (this.#calls < MAX_CALLS) {
      const unassigned = this.#queue.size - this.#waitingCalls * MAX_IDS_PER_CALL;
      if (unassigned <= 0) return;
      if (unassigned < MAX_IDS_PER_CALL && !isIdle) {
        const lingerMs = this.#lingerMs();
        if (lingerMs > 0) {
          this.#cancelLinger = this.#options.clock.after(lingerMs, () => this.#dispatch());
          return;
        }
      }
      void this.#call();
    }
  }

  /** How long the oldest id may still wait for others to fill its batch, in milliseconds. */
  #lingerMs(): number {
    const [oldest] = this.#queue;
    return oldest ? Math.ceil(oldest.addedAt + this.#averageCallMs - this.#options.clock.now()) : 0;
  }

  async #call(): Promise<void> {
    const { reader } = this.#options;
    this.#calls++;
    this.#waitingCalls++;
    try {
      const permit = await reader.permit(this.#closing.signal).finally(() => this.#waitingCalls--);
      const batch = this.#queue.values().take(MAX_IDS_PER_CALL).toArray();
      if (batch.length === 0) reader.release();
      else await this.#send(batch, permit);
    } catch (error) {
      // The lookup was closed while the call waited for the quota. All its requests are settled.
      if (!this.#closing.signal.aborted) throw error;
    } finally {
      this.#calls--;
      this.#dispatch();
    }
  }

  async #send(batch: readonly PendingId<Job>[], permit: Permit): Promise<void> {
    const { reader, archive, feed, clock, observer, tracing } = this.#options;
    const { action } = reader;
    const upstream = new UpstreamCall({ action, name: 'lookup batch', ids: batch.length, tracing });
    const call: BatchCall<Job> = { batch, cancel: new AbortController(), upstream };
    const startedAt = clock.now();
    for (const pendingId of batch) {
      this.#queue.delete(pendingId);
      pendingId.call = call;
      for (const { requester } of pendingId.requests) upstream.serves(requester.callTrace);
    }
    observer.called({ ids: batch.length, waitedMs: startedAt - (batch[0]?.addedAt ?? startedAt) });
    try {
      const jobs = await reader.read(
        batch.map(({ id }) => id),
        {
          permit,
          signal: call.cancel.signal,
          observer: upstream,
          onFailedAttempt: (error) => {
            call.failure = error;
          },
        },
      );
      const callMs = Math.min(clock.now() - startedAt, MAX_LINGER_MS);
      this.#averageCallMs += (callMs - this.#averageCallMs) / 8;
      upstream.end();
      for (const pendingId of batch) {
        const outcome = jobs.get(pendingId.id);
        if (outcome && !(outcome instanceof RpcError)) {
          archive.save(outcome);
          feed.publish(outcome);
        }
        this.#settle(pendingId, outcome);
      }
    } catch (error) {
      upstream.end(error);
      if (!(error instanceof RpcError)) throw error;
      for (const pendingId of batch) this.#settle(pendingId, error);
    }
  }

  #settle(pendingId: PendingId<Job>, outcome: JobOutcome<Job>): void {
    // The id may have been dropped, and requested again, while its call was being cancelled.
    if (this.#pending.get(pendingId.id) !== pendingId) return;
    this.#pending.delete(pendingId.id);
    if (!(outcome instanceof RpcError)) this.#options.cache.put(pendingId.id, outcome);
    for (const request of pendingId.requests) request.settle(pendingId.id, outcome);
  }
}
