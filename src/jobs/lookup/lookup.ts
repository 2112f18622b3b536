import type { Clock } from '../../clock.ts';
import type { AnyJob } from '../../domain/job.ts';
import type { Tracing } from '../../observability/tracing/tracing.ts';
import { RpcError, ThrottledError, TimeoutError } from '../../rpc/errors.ts';
import type { JobReader } from '../../vod/job-reader.ts';
import type { JobArchive } from '../archive.ts';
import type { Requester } from '../requester.ts';
import type { JobCache } from './cache.ts';
import { LookupCalls } from './calls.ts';
import { type JobOutcome, LookupRequest, PendingId } from './pending-ids.ts';
import { Quarantine } from './quarantine.ts';

/**
 * The most calls in flight, without those of ids that failed before and are sent alone. The quota decides how many calls
 * are sent; this only bounds the memory that they take if VOD is slow. At 64, twenty ids a request left a quarter of the
 * processor idle (`npm run bench -- --only twenty-ids`).
 */
export const MAX_CALLS = 256;

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
 * - Ids of all callers share the calls that {@link LookupCalls} sends; callers take turns.
 * - An id is not sent after its last request has left. A call is cancelled with the last request for its ids.
 * - Final jobs are cached and never read again.
 */
export class JobLookup<Job extends AnyJob> {
  readonly #options: JobLookupOptions<Job>;
  readonly #pending = new Map<string, PendingId<Job>>();
  /** Pending ids that the archive may have. They are checked there before they are queued. */
  #unchecked: PendingId<Job>[] = [];
  /** Unsettled requests, ordered by deadline, since all have the same timeout. */
  readonly #requests = new Set<LookupRequest<Job>>();
  readonly #quarantine: Quarantine;
  readonly #calls: LookupCalls<Job>;
  #isDispatchScheduled = false;
  #cancelDeadline: (() => void) | undefined;

  constructor(options: JobLookupOptions<Job>) {
    const { reader, archive, feed, clock, observer, tracing } = options;
    this.#options = options;
    this.#quarantine = new Quarantine(clock);
    this.#calls = new LookupCalls({
      reader,
      quarantine: this.#quarantine,
      clock,
      maxCalls: MAX_CALLS,
      tracing,
      onCall: (call) => observer.called(call),
      onOutcome: (pendingId, outcome) => {
        if (outcome && !(outcome instanceof RpcError)) {
          archive.save(outcome);
          feed.publish(outcome);
        }
        this.#settle(pendingId, outcome);
      },
    });
  }

  /** The action that reads the jobs. */
  get action(): string {
    return this.#options.reader.action;
  }

  /** The number of ids that wait for a call. */
  get queued(): number {
    return this.#calls.queued;
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
    const request = new LookupRequest<Job>(ids, clock.monotonic() + timeoutMs, requester);
    let cached = 0;
    let joined = 0;
    for (const [slot, id] of ids.entries()) {
      const hit = cache.get(id);
      if (hit) {
        cached++;
        request.settle(slot, hit.job);
      } else if (this.#join(id, request, slot)) joined++;
    }
    observer.lookedUp({ ids: ids.length, cached, joined });
    if (!request.isSettled) this.#waitFor(request);
    return request.outcomes;
  }

  /** Cancels all calls. Unsettled requests get an error. */
  close(): void {
    this.#calls.close();
    for (const { calls } of this.#pending.values()) for (const call of calls) call.cancel();
    for (const request of this.#requests) this.#abandon(request);
  }

  /** Adds the request to those that wait for the id. Returns whether the id was pending before. */
  #join(id: string, request: LookupRequest<Job>, slot: number): boolean {
    const { callerKey } = request.requester;
    const known = this.#pending.get(id);
    if (known) {
      known.join(request, slot);
      return true;
    }
    const error =
      this.#quarantine.recentError(id) ??
      (this.#calls.isFullFor(callerKey) ? this.#throttledError() : undefined);
    if (error) {
      request.settle(slot, error);
      return false;
    }
    const added = new PendingId<Job>(id, this.#options.clock.monotonic());
    added.join(request, slot);
    this.#pending.set(id, added);
    if (this.#options.archive.mayHave(id)) this.#unchecked.push(added);
    else this.#enqueue(added);
    this.#dispatchSoon();
    return false;
  }

  /** Queues an id for a call, which counts in the budget of the first of its requests that has a call left. */
  #enqueue(pendingId: PendingId<Job>): void {
    if (pendingId.takeFromBudget(this.#options.reader)) this.#calls.add(pendingId);
    else this.#pending.delete(pendingId.id);
  }

  #waitFor(request: LookupRequest<Job>): void {
    const { signal } = request.requester;
    const onAbort = () => this.#abandon(request);
    request.onSettled = () => {
      signal?.removeEventListener('abort', onAbort);
      this.#requests.delete(request);
    };
    this.#requests.add(request);
    this.#setDeadline();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  }

  /** One timer, for the oldest request, serves all: their timeouts are equal. */
  #setDeadline(): void {
    const [oldest] = this.#requests;
    if (this.#cancelDeadline || !oldest) return;
    const { clock } = this.#options;
    this.#cancelDeadline = clock.after(Math.max(0, oldest.deadline - clock.monotonic()), () => {
      this.#cancelDeadline = undefined;
      for (const request of this.#requests) {
        if (request.deadline > clock.monotonic()) break;
        this.#abandon(request);
      }
      this.#setDeadline();
    });
  }

  /** Settles the rest of the request with errors. Other requests for the same ids continue. */
  #abandon(request: LookupRequest<Job>): void {
    for (const [slot, id] of request.ids.entries()) {
      if (request.isSettledAt(slot)) continue;
      const pendingId = this.#pending.get(id);
      const error = pendingId ? this.#timeoutError(pendingId) : this.#throttledError();
      request.settle(slot, error);
      pendingId?.leave();
      if (pendingId && !pendingId.isWanted) this.#drop(pendingId, error);
    }
  }

  /** Removes an id without requests. Its call is cancelled when none of the call's ids has a request. */
  #drop(pendingId: PendingId<Job>, error: RpcError): void {
    if (pendingId.calls.length === 0) this.#settle(pendingId, error);
    for (const { batch } of [...pendingId.calls]) {
      if (batch.some(({ isWanted }) => isWanted)) continue;
      // The next request for one of these ids must not join the cancelled call.
      for (const unwanted of batch) this.#settle(unwanted, error);
    }
  }

  #timeoutError({ calls }: PendingId<Job>): RpcError {
    const call = calls.at(-1);
    if (!call) return this.#throttledError();
    if (call.failure instanceof ThrottledError) return call.failure;
    return new TimeoutError(this.#options.timeoutMs, { action: this.action, mayHaveRun: true });
  }

  #throttledError(): ThrottledError {
    const { reader } = this.#options;
    const calls = Math.ceil((this.#calls.queued + 1) / reader.maxIds);
    return new ThrottledError({ action: this.action, retryAfterMs: reader.delayMs(calls) });
  }

  /** Waits for the end of the tick, so that requests of the same tick share batches. */
  #dispatchSoon(): void {
    if (this.#isDispatchScheduled) return;
    this.#isDispatchScheduled = true;
    setImmediate(() => {
      this.#isDispatchScheduled = false;
      if (this.#unchecked.length > 0) void this.#checkArchive(this.#unchecked.splice(0));
      this.#calls.dispatch();
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
      else if (!pendingId.isSettled) this.#enqueue(pendingId);
    }
    this.#calls.dispatch();
  }

  #settle(pendingId: PendingId<Job>, outcome: JobOutcome<Job>): void {
    // A second response may arrive for an id of a slow call, and one for an id that was dropped.
    if (pendingId.isSettled) return;
    this.#pending.delete(pendingId.id);
    if (!(outcome instanceof RpcError)) this.#options.cache.put(pendingId.id, outcome);
    pendingId.settle(outcome);
  }
}
