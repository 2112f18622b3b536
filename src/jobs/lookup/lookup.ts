import type { AnyJob } from '../../domain/job.ts';
import { RpcError, ThrottledError, TimeoutError } from '../../rpc/errors.ts';
import type { Permit } from '../../rpc/rate-limiter.ts';
import { type JobOrError, MAX_IDS_PER_CALL } from '../../vod/job-reader.ts';
import { type CallTrace, UpstreamCall } from '../call-trace.ts';
import type { JobLookupOptions } from './lookup-options.ts';
import { type JobOutcome, LookupRequest } from './lookup-request.ts';
import type { Call, PendingId } from './pending-id.ts';

/** How many calls are out, or wait for the quota, at most. */
export const MAX_CALLS = 64;
/** How many ids wait for a call at most; one more is throttled at once. */
const MAX_QUEUE = 10_000;
/** How long a call takes, until the first has told. */
const FIRST_GUESS_MS = 20;
/** However slow calls are: no id waits longer than this for others to fill its ten. */
const MAX_LINGER_MS = 100;

/**
 * Looks jobs up for all requests of the process, in as few calls as it takes.
 *
 * - An id that is on its way already is joined.
 * - An idle lookup sends at once whatever is asked for. While calls are out, or wait for the quota, ids gather; they
 *   leave in full tens, oldest first. What does not fill a ten leaves as soon as no call is out, or has waited for as
 *   long as a call usually takes: a stalled call must not hold others up.
 * - Which ids a call takes along is decided when the quota has a place for it, not before.
 * - An id that nobody waits for any more is not sent, and a call that nobody waits for any more is cancelled.
 * - Final jobs come from the cache, and are never asked for again.
 */
export class JobLookup<Job extends AnyJob> {
  readonly #options: JobLookupOptions<Job>;
  readonly #entries = new Map<string, PendingId<Job>>();
  /** Entries without a call, oldest first. */
  readonly #queue = new Set<PendingId<Job>>();
  /** Entries that the archive may know, and has not been asked for. */
  #unchecked: PendingId<Job>[] = [];
  /** In the order of their deadlines: all wait equally long. */
  readonly #requests = new Set<LookupRequest<Job>>();
  readonly #closing = new AbortController();
  /** Calls that are out or wait for the quota, and those among them that wait. */
  #calls = 0;
  #waitingCalls = 0;
  #pumpIsDue = false;
  #usualMs = FIRST_GUESS_MS;
  #cancelDeadline: (() => void) | undefined;
  #cancelLinger: (() => void) | undefined;

  constructor(options: JobLookupOptions<Job>) {
    this.#options = options;
  }

  /** The action that reads the jobs. */
  get action(): string {
    return this.#options.reader.action;
  }

  /** How many ids wait for a call. */
  get queued(): number {
    return this.#queue.size;
  }

  /** How many calls a second the quota is taken to allow. */
  get rate(): number {
    return this.#options.reader.rate;
  }

  /**
   * Looks up jobs: one slot for each id, in order, `undefined` where there is no such job, an `RpcError` where that
   * cannot be told. Never rejects. The callTrace is told of the calls that the answer comes from.
   */
  load(
    ids: readonly string[],
    signal?: AbortSignal,
    callTrace?: CallTrace,
  ): Promise<readonly JobOutcome<Job>[]> {
    const { cache, observer, clock, timeoutMs } = this.#options;
    const request = new LookupRequest<Job>(ids, clock.now() + timeoutMs, callTrace);
    let cached = 0;
    let joined = 0;
    for (const id of request.waitingFor) {
      const known = cache.get(id);
      if (known) {
        cached++;
        request.settle(id, known.job);
      } else if (this.#join(id, request)) joined++;
    }
    observer.lookedUp({ ids: ids.length, cached, joined });
    if (!request.isSettled) this.#waitFor(request, signal);
    return request.outcome;
  }

  /** Ends all calls; whoever waits gets the error that says so. */
  close(): void {
    this.#closing.abort();
    for (const { call } of this.#entries.values()) call?.cancel.abort();
    for (const request of this.#requests) this.#abandon(request);
  }

  /** Makes the request wait for the id; whether somebody else waits for it already. */
  #join(id: string, request: LookupRequest<Job>): boolean {
    const entry = this.#entries.get(id);
    if (entry) {
      entry.requests.add(request);
      entry.call?.upstream.serves(request.callTrace);
      return true;
    }
    if (this.#queue.size >= MAX_QUEUE) {
      request.settle(id, this.#outOfQuota());
      return false;
    }
    const added = { id, requests: new Set([request]), since: this.#options.clock.now() };
    this.#entries.set(id, added);
    if (this.#options.archive.mayKnow(id)) this.#unchecked.push(added);
    else this.#queue.add(added);
    this.#pumpSoon();
    return false;
  }

  #waitFor(request: LookupRequest<Job>, signal: AbortSignal | undefined): void {
    this.#requests.add(request);
    this.#armDeadline();
    const onAbort = () => this.#abandon(request);
    signal?.addEventListener('abort', onAbort, { once: true });
    void request.outcome.then(() => {
      signal?.removeEventListener('abort', onAbort);
      this.#requests.delete(request);
    });
    if (signal?.aborted) onAbort();
  }

  /** All deadlines are equally far off, so one timer, for the oldest request, serves them all. */
  #armDeadline(): void {
    const [oldest] = this.#requests;
    if (this.#cancelDeadline || !oldest) return;
    const { clock } = this.#options;
    this.#cancelDeadline = clock.after(Math.max(0, oldest.deadline - clock.now()), () => {
      this.#cancelDeadline = undefined;
      for (const request of this.#requests) {
        if (request.deadline > clock.now()) break;
        this.#abandon(request);
      }
      this.#armDeadline();
    });
  }

  /** Stops waiting: for what is still missing the request gets the reason, and nobody else notices. */
  #abandon(request: LookupRequest<Job>): void {
    for (const id of request.waitingFor) {
      const entry = this.#entries.get(id);
      request.settle(id, entry ? this.#tooLate(entry) : this.#outOfQuota());
      entry?.requests.delete(request);
      if (entry?.requests.size === 0) this.#drop(entry);
    }
    this.#requests.delete(request);
  }

  /** An id that nobody waits for is not sent; where it is on its way, its call is cancelled with the last of its ids. */
  #drop(entry: PendingId<Job>): void {
    const { call } = entry;
    if (!call) {
      this.#queue.delete(entry);
      this.#entries.delete(entry.id);
    } else if (call.entries.every(({ requests }) => requests.size === 0)) {
      // Whoever asks for them now has to ask anew.
      for (const { id } of call.entries) this.#entries.delete(id);
      call.cancel.abort();
    }
  }

  #tooLate({ call }: PendingId<Job>): RpcError {
    if (!call) return this.#outOfQuota();
    if (call.failure instanceof ThrottledError) return call.failure;
    const { reader, timeoutMs } = this.#options;
    return new TimeoutError(timeoutMs, { action: reader.action, mayHaveRun: true });
  }

  #outOfQuota(): ThrottledError {
    const { reader } = this.#options;
    const calls = Math.ceil((this.#queue.size + 1) / MAX_IDS_PER_CALL);
    return new ThrottledError({ action: reader.action, retryAfterMs: reader.delayMs(calls) });
  }

  /** After all requests that came in together have been looked at. */
  #pumpSoon(): void {
    if (this.#pumpIsDue) return;
    this.#pumpIsDue = true;
    setImmediate(() => {
      this.#pumpIsDue = false;
      if (this.#unchecked.length > 0) void this.#check(this.#unchecked.splice(0));
      this.#pump();
    });
  }

  /** What the archive knows needs no call. */
  async #check(entries: readonly PendingId<Job>[]): Promise<void> {
    const kept = await this.#options.archive.find(entries.map(({ id }) => id));
    for (const entry of entries) {
      const job = kept.get(entry.id);
      if (job) {
        this.#options.feed.learned(job);
        this.#settle(entry, job);
      }
      // Unless it was dropped meanwhile.
      else if (this.#entries.get(entry.id) === entry) this.#queue.add(entry);
    }
    this.#pump();
  }

  /** Sends what may leave now. */
  #pump(): void {
    this.#cancelLinger?.();
    this.#cancelLinger = undefined;
    const idle = this.#calls === 0;
    while (this.#calls < MAX_CALLS) {
      const unserved = this.#queue.size - this.#waitingCalls * MAX_IDS_PER_CALL;
      if (unserved <= 0) return;
      if (unserved < MAX_IDS_PER_CALL && !idle) {
        const lingerMs = this.#lingerMs();
        if (lingerMs > 0) {
          this.#cancelLinger = this.#options.clock.after(lingerMs, () => this.#pump());
          return;
        }
      }
      void this.#call();
    }
  }

  /** How much longer the oldest id may wait for others to fill its ten. */
  #lingerMs(): number {
    const [oldest] = this.#queue;
    return oldest ? Math.ceil(oldest.since + this.#usualMs - this.#options.clock.now()) : 0;
  }

  async #call(): Promise<void> {
    const { reader } = this.#options;
    this.#calls++;
    this.#waitingCalls++;
    try {
      const permit = await reader.permit(this.#closing.signal).finally(() => this.#waitingCalls--);
      const entries = this.#queue.values().take(MAX_IDS_PER_CALL).toArray();
      if (entries.length === 0) reader.release();
      else await this.#send(entries, permit);
    } catch (error) {
      // Closed while it waited for the quota: nobody waits for it any more.
      if (!this.#closing.signal.aborted) throw error;
    } finally {
      this.#calls--;
      this.#pump();
    }
  }

  async #send(entries: readonly PendingId<Job>[], permit: Permit): Promise<void> {
    const { reader, archive, feed, clock, observer, tracing } = this.#options;
    const { action } = reader;
    const upstream = new UpstreamCall({ action, name: 'lookup batch', ids: entries.length, tracing });
    const call: Call<Job> = { entries, cancel: new AbortController(), upstream };
    const startedAt = clock.now();
    for (const entry of entries) {
      this.#queue.delete(entry);
      entry.call = call;
      for (const { callTrace } of entry.requests) upstream.serves(callTrace);
    }
    observer.called({ ids: entries.length, waitedMs: startedAt - (entries[0]?.since ?? startedAt) });
    try {
      const answers = await reader.read(
        entries.map(({ id }) => id),
        {
          permit,
          signal: call.cancel.signal,
          observer: upstream,
          onFailedAttempt: (error) => {
            call.failure = error;
          },
        },
      );
      this.#usualMs += (Math.min(clock.now() - startedAt, MAX_LINGER_MS) - this.#usualMs) / 8;
      for (const { id } of entries) {
        const answer = answers.get(id);
        if (answer instanceof RpcError) continue;
        archive.learned(id, answer);
        if (answer) feed.learned(answer);
      }
      upstream.end();
      for (const entry of entries) this.#settle(entry, answers.get(entry.id));
    } catch (error) {
      upstream.end(error);
      if (!(error instanceof RpcError)) throw error;
      for (const entry of entries) this.#settle(entry, error);
    }
  }

  #settle(entry: PendingId<Job>, outcome: JobOrError<Job> | RpcError | undefined): void {
    // Dropped, and perhaps asked for anew, while its call was being cancelled.
    if (this.#entries.get(entry.id) !== entry) return;
    this.#entries.delete(entry.id);
    if (!(outcome instanceof RpcError)) this.#options.cache.put(entry.id, outcome);
    for (const request of entry.requests) request.settle(entry.id, outcome);
  }
}
