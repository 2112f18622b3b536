import type { Clock } from '../../clock.ts';
import type { AnyJob } from '../../domain/job.ts';
import { LinkedList } from '../../linked-list.ts';
import type { Tracing } from '../../observability/tracing/tracing.ts';
import { RpcError, ThrottledError, TimeoutError } from '../../rpc/errors.ts';
import type { JobReader } from '../../vod/job-reader.ts';
import type { JobArchive } from '../archive.ts';
import type { Requester } from '../requester.ts';
import type { JobCache } from './cache.ts';
import { LookupCalls } from './calls.ts';
import { type JobOutcome, LookupRequest, PendingId } from './pending-ids.ts';
import { PendingMap } from './pending-map.ts';
import { Quarantine } from './quarantine.ts';

/**
 * The maximum number of calls in flight. The quota decides how many calls are sent; this limit bounds their memory if VOD is slow.
 * It does not count calls for a single id that failed before, which have their own limit. With 64, a quarter of the processor
 * was idle (`npm run bench -- --only twenty-ids`).
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
  readonly #pending = new PendingMap<PendingId<Job>>();
  /** Pending ids that are queued when the archive has been asked for {@link #toCheck}. */
  #unchecked: PendingId<Job>[] = [];
  #toCheck: string[] = [];
  /** Counts the times at which ids were queued: those of one time can share calls. */
  #turn = 0;
  /** Unsettled requests, ordered by deadline, since all have the same timeout. */
  readonly #requests = new LinkedList<LookupRequest<Job>>();
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
    const now = clock.monotonic();
    const request = new LookupRequest<Job>(ids, now + timeoutMs, requester);
    const added: PendingId<Job>[] = [];
    let cached = 0;
    let joined = 0;
    ids.forEach((id, slot) => {
      const hit = cache.get(id);
      const pendingId = hit ? undefined : this.#pending.get(id);
      if (hit) {
        cached++;
        request.settle(slot, hit.job);
      } else if (pendingId) {
        joined++;
        pendingId.join(request, slot);
      } else {
        const error = this.#quarantine.recentError(id);
        if (error) request.settle(slot, error);
        else added.push(this.#add(new PendingId(id, now, request, slot)));
      }
    });
    if (added.length > 0) this.#ask(added, now);
    observer.lookedUp({ ids: ids.length, cached, joined });
    if (!request.isSettled) this.#waitFor(request);
    return request.outcomes;
  }

  /** Cancels all calls. Unsettled requests get an error. */
  close(): void {
    this.#calls.close();
    for (const { calls } of this.#pending.values()) for (const call of calls) call.cancel();
    for (const request of this.#requests.values()) this.#abandon(request);
  }

  #add(pendingId: PendingId<Job>): PendingId<Job> {
    this.#pending.add(pendingId.id, pendingId);
    return pendingId;
  }

  /**
   * Asks for the new ids of one request at the end of the tick. If the archive may have one of them, the others wait for
   * it, too: the operation pays for as few calls as its ids fit in, so they must leave together.
   */
  #ask(added: readonly PendingId<Job>[], now: number): void {
    const { archive } = this.#options;
    const toCheck = this.#toCheck.length;
    for (const { id } of added) if (archive.mayHave(id, now)) this.#toCheck.push(id);
    if (this.#toCheck.length > toCheck) this.#unchecked.push(...added);
    else this.#enqueue(added);
    this.#dispatchSoon();
  }

  /**
   * Queues ids for calls, if there is room; the archive is asked before that, since its jobs need none. Each id counts in the
   * budget of the first of its requests that has a call left.
   */
  #enqueue(pendingIds: readonly PendingId<Job>[]): void {
    this.#turn++;
    for (const pendingId of pendingIds) {
      if (this.#calls.isFullFor(pendingId)) this.#settle(pendingId, this.#throttledError());
      else if (pendingId.takeFromBudget(this.#options.reader, this.#turn)) this.#calls.add(pendingId);
      else this.#pending.delete(pendingId.id);
    }
  }

  #waitFor(request: LookupRequest<Job>): void {
    const { signal } = request.requester;
    const link = this.#requests.add(request);
    const onAbort = () => this.#abandon(request);
    request.whenSettled(() => {
      signal?.removeEventListener('abort', onAbort);
      this.#requests.remove(link);
    });
    this.#setDeadline();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  }

  /** One timer, for the oldest request, serves all: their timeouts are equal. */
  #setDeadline(): void {
    const oldest = this.#requests.first;
    if (this.#cancelDeadline || !oldest) return;
    const { clock } = this.#options;
    this.#cancelDeadline = clock.after(Math.max(0, oldest.deadline - clock.monotonic()), () => {
      this.#cancelDeadline = undefined;
      const now = clock.monotonic();
      for (let next = this.#requests.first; next && next.deadline <= now; next = this.#requests.first) {
        this.#abandon(next);
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
      if (this.#unchecked.length > 0) void this.#checkArchive();
      this.#calls.dispatch();
    });
  }

  /** Settles the unchecked ids that the archive has, and queues the others. */
  async #checkArchive(): Promise<void> {
    const [unchecked, toCheck] = [this.#unchecked, this.#toCheck];
    this.#unchecked = [];
    this.#toCheck = [];
    const archived = await this.#options.archive.find(toCheck);
    for (const pendingId of unchecked) {
      const job = archived.get(pendingId.id);
      if (!job) continue;
      this.#options.feed.publish(job);
      this.#settle(pendingId, job);
    }
    // An id may also have been dropped while the archive was read.
    this.#enqueue(unchecked.filter(({ isSettled }) => !isSettled));
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
