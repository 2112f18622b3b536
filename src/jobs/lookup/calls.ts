import type { Clock } from '../../clock.ts';
import type { AnyJob } from '../../domain/job.ts';
import type { Tracing } from '../../observability/tracing/tracing.ts';
import { InvalidResponseError, RpcError, ThrottledError, TimeoutError } from '../../rpc/errors.ts';
import type { Permit } from '../../rpc/rate-limiter.ts';
import type { JobOrError, JobReader } from '../../vod/job-reader.ts';
import { UpstreamCall } from '../call-trace.ts';
import { IsolationBudget, mayConcernOneId, partsOf } from './isolation.ts';
import { CallPace } from './pace.ts';
import { BatchCall, type CallSource, type JobOutcome, type PendingId } from './pending-ids.ts';
import type { Quarantine } from './quarantine.ts';
import { FairQueue } from './queue.ts';

/** The most calls in flight for ids that are sent alone. */
const MAX_SUSPECT_CALLS = 16;
/** Which calls go first if the quota does not permit all: one after the other, then from the start. */
const TURNS: readonly (readonly CallSource[])[] = [
  ['queue', 'parts', 'suspects'],
  ['parts', 'queue', 'suspects'],
  ['queue', 'parts', 'suspects'],
  ['suspects', 'parts', 'queue'],
];

export interface LookupCallsOptions<Job> {
  readonly reader: JobReader<Job>;
  readonly quarantine: Quarantine;
  readonly clock: Clock;
  /** The most calls in flight, without those of ids that are sent alone. */
  readonly maxCalls: number;
  /** A call with `ids` ids was sent; the oldest of them had waited `waitedMs` milliseconds. */
  readonly onCall: (call: { readonly ids: number; readonly waitedMs: number }) => void;
  /** Receives the outcome of each id, and more than once for an id of a slow call. */
  readonly onOutcome: (pendingId: PendingId<Job>, outcome: JobOutcome<Job>) => void;
  readonly tracing: Tracing | undefined;
}

/**
 * Sends queued ids in calls of up to `maxIds` of the reader.
 *
 * - Without calls in flight, all ids leave at once. Otherwise they leave in full batches; a partial batch leaves when no
 *   call is in flight, or after three quarters of the average duration of a call.
 * - A call takes its ids when the quota permits it, not before. So they come from all callers that wait at that time.
 * - If a call fails and one of its ids may be the cause, the queue splits the call and sends the parts again, until the bad
 *   id is alone. Only the requests for this id get the error.
 * - The ids of a slow call are also sent again in parts. The first response counts.
 * - An id that failed alone is quarantined: for a while, it gets calls of its own, which are not retried and end early.
 */
export class LookupCalls<Job extends AnyJob> {
  readonly #options: LookupCallsOptions<Job>;
  readonly #queue = new FairQueue<Job>();
  /** Ids that are sent alone. */
  readonly #suspects = new FairQueue<Job>();
  /** Parts of calls that failed or are slow, oldest first. */
  readonly #parts: PendingId<Job>[][] = [];
  readonly #partCalls = new Set<BatchCall<Job>>();
  readonly #inFlight: Record<CallSource, number> = { queue: 0, parts: 0, suspects: 0 };
  readonly #pace: CallPace;
  readonly #budget: IsolationBudget;
  readonly #closing = new AbortController();
  #isDispatching = false;
  #turn = 0;
  #cancelLinger: (() => void) | undefined;

  constructor(options: LookupCallsOptions<Job>) {
    this.#options = options;
    this.#pace = new CallPace(options.clock);
    this.#budget = new IsolationBudget(options.clock);
  }

  /** The number of ids in the queues. */
  get queued(): number {
    return this.#queue.size + this.#suspects.size;
  }

  /** Whether none of the callers that wait for the id can add it. */
  isFullFor({ callerKeys }: PendingId<Job>): boolean {
    return callerKeys.every((key) => this.#queue.isFullFor(key) || this.#suspects.isFullFor(key));
  }

  /** Queues an id for all callers that wait for it. Call {@link dispatch} after it. */
  add(pendingId: PendingId<Job>): void {
    const queue = this.#options.quarantine.has(pendingId.id) ? this.#suspects : this.#queue;
    for (const callerKey of pendingId.callerKeys) queue.add(pendingId, callerKey);
  }

  /** Sends no further call. */
  close(): void {
    this.#closing.abort();
    this.#cancelLinger?.();
  }

  /** Starts all calls that may start now. */
  dispatch(): void {
    if (!this.#isDispatching && !this.#closing.signal.aborted) void this.#dispatch();
  }

  async #dispatch(): Promise<void> {
    const { reader } = this.#options;
    this.#isDispatching = true;
    this.#cancelLinger?.();
    this.#cancelLinger = undefined;
    const wasIdle = this.#isIdle;
    try {
      while (this.#nextSource(wasIdle)) {
        const permit = await reader.permit(this.#closing.signal);
        const source = this.#nextSource(wasIdle);
        if (source) void this.#send(this.#take(source), source, permit);
        else reader.release();
      }
    } catch (error) {
      // The lookup was closed while a call waited for the quota. All its requests are settled.
      if (!this.#closing.signal.aborted) throw error;
    } finally {
      this.#isDispatching = false;
    }
    this.#dispatchAfterLinger();
  }

  get #isIdle(): boolean {
    return this.#inFlight.queue + this.#inFlight.parts === 0;
  }

  /** How long the oldest id may still wait for others to fill its batch, in milliseconds. */
  get #lingerMs(): number {
    const { oldest } = this.#queue;
    return oldest ? oldest.addedAt + this.#pace.lingerMs - this.#options.clock.monotonic() : 0;
  }

  get #mayCall(): boolean {
    return this.#inFlight.queue + this.#inFlight.parts < this.#options.maxCalls;
  }

  #dispatchAfterLinger(): void {
    if (this.#queue.size === 0 || !this.#mayCall || this.#closing.signal.aborted) return;
    this.#cancelLinger = this.#options.clock.after(Math.max(1, Math.ceil(this.#lingerMs)), () =>
      this.dispatch(),
    );
  }

  /** Where the next call takes its ids from. `undefined` if no call may start now. */
  #nextSource(wasIdle: boolean): CallSource | undefined {
    while (this.#parts[0]?.every(({ isWanted }) => !isWanted)) this.#takePart();
    const isReady: Record<CallSource, boolean> = {
      queue: this.#mayCall && this.#isQueueReady(wasIdle),
      parts: this.#mayCall && this.#parts.length > 0,
      suspects: this.#suspects.size > 0 && this.#inFlight.suspects < MAX_SUSPECT_CALLS,
    };
    return TURNS[this.#turn % TURNS.length]?.find((source) => isReady[source]);
  }

  #isQueueReady(wasIdle: boolean): boolean {
    const { size } = this.#queue;
    return (
      size >= this.#options.reader.maxIds || (size > 0 && (wasIdle || this.#isIdle || this.#lingerMs <= 0))
    );
  }

  #take(source: CallSource): PendingId<Job>[] {
    this.#turn++;
    if (source === 'queue') return this.#queue.take(this.#options.reader.maxIds);
    if (source === 'suspects') return this.#suspects.take(1);
    return this.#takePart();
  }

  /** Removes the first part. Returns its ids that are still wanted. */
  #takePart(): PendingId<Job>[] {
    const part = this.#parts.shift() ?? [];
    for (const pendingId of part) pendingId.isInPart = false;
    return part.filter(({ isWanted }) => isWanted);
  }

  async #send(batch: readonly PendingId<Job>[], source: CallSource, permit: Permit): Promise<void> {
    const { reader, clock, onCall, tracing } = this.#options;
    const { action } = reader;
    const upstream = new UpstreamCall({ action, name: 'lookup batch', ids: batch.length, tracing });
    const startedAt = clock.monotonic();
    const call = new BatchCall(batch, source, upstream, startedAt);
    for (const pendingId of batch) pendingId.enter(call);
    this.#inFlight[source]++;
    if (source === 'parts') this.#partCalls.add(call);
    onCall({ ids: batch.length, waitedMs: startedAt - (batch[0]?.addedAt ?? startedAt) });
    const cancelWatch = this.#watch(call);
    try {
      const jobs = await reader.read(
        batch.map(({ id }) => id),
        {
          permit,
          signal: call.signal,
          observer: upstream,
          isSuspect: source !== 'queue',
          onFailedAttempt: (error) => this.#attemptFailed(call, error),
        },
      );
      upstream.end();
      // A call with one quarantined id says little about how long other calls take.
      if (source !== 'suspects') {
        this.#pace.succeeded(clock.monotonic() - startedAt);
        this.#budget.succeeded();
      }
      this.#succeeded(call, jobs);
    } catch (error) {
      upstream.end(error);
      if (!(error instanceof RpcError)) throw error;
      this.#failed(call, call.endedWith ?? error);
    } finally {
      cancelWatch();
      this.#inFlight[source]--;
      this.#partCalls.delete(call);
      this.#divideSlowPairs();
      this.dispatch();
    }
  }

  /** A call whose ids have failed before is not retried: the attempts of the first call were enough. */
  #attemptFailed(call: BatchCall<Job>, error: RpcError): void {
    call.failure = error;
    if (call.source !== 'queue' && !(error instanceof ThrottledError)) call.end(error);
  }

  #succeeded(call: BatchCall<Job>, jobs: ReadonlyMap<string, JobOrError<Job>>): void {
    const { quarantine, onOutcome } = this.#options;
    const unclear: PendingId<Job>[] = [];
    for (const pendingId of call.batch) {
      pendingId.exit(call);
      const outcome = jobs.get(pendingId.id);
      if (outcome instanceof InvalidResponseError) unclear.push(pendingId);
      else {
        quarantine.succeeded(pendingId.id);
        onOutcome(pendingId, outcome);
      }
    }
    // One undecodable job without an id makes the outcome of every missing id unclear.
    if (unclear.length > 1) this.#sendInParts(unclear);
    for (const pendingId of unclear) {
      if (pendingId.isAskedAgain) continue;
      const error = jobs.get(pendingId.id) as InvalidResponseError;
      if (call.source !== 'queue') quarantine.failed(pendingId.id, error);
      onOutcome(pendingId, error);
    }
  }

  #failed(call: BatchCall<Job>, error: RpcError): void {
    const { quarantine, onOutcome } = this.#options;
    const isSingle = call.batch.length === 1;
    const isCause = mayConcernOneId(error);
    for (const pendingId of call.batch) pendingId.exit(call);
    const unsettled = call.batch.filter(({ isSettled, isAskedAgain }) => !isSettled && !isAskedAgain);
    if (isCause && !isSingle) this.#sendInParts(unsettled);
    for (const pendingId of unsettled) {
      const isCertain = isCause && isSingle;
      // The slow call that includes the id may still respond, unless the id is the cause.
      if (pendingId.isAskedAgain || (pendingId.calls.length > 0 && !isCertain)) continue;
      if (isCertain) quarantine.failed(pendingId.id, error);
      onOutcome(pendingId, error);
    }
  }

  /** Sends the wanted ids again in parts. Returns `false` if there are none, or the budget does not allow that. */
  #sendInParts(pendingIds: readonly PendingId<Job>[]): boolean {
    const wanted = pendingIds.filter(({ isWanted }) => isWanted);
    const parts = partsOf(wanted);
    if (parts.length === 0 || !this.#budget.tryTake(parts.length)) return false;
    for (const pendingId of wanted) pendingId.isInPart = true;
    this.#parts.push(...parts);
    this.dispatch();
    return true;
  }

  /** Finds the pairs that hang while other calls end, without another wait until they are slow. */
  #divideSlowPairs(): void {
    const isLast = this.#parts.length === 0 && this.#partCalls.size === 1;
    for (const call of this.#partCalls) {
      if (call.batch.length === 1 || call.isRepeated) continue;
      if (!this.#pace.isSlowPair(this.#options.clock.monotonic() - call.startedAt, isLast)) continue;
      call.isRepeated = this.#sendInParts(call.batch);
    }
  }

  /** Acts on the call when it is slow. Returns a function that stops watching. */
  #watch(call: BatchCall<Job>): () => void {
    const { clock } = this.#options;
    const ms = this.#pace.patienceMs(call.source, call.batch.length);
    let cancel = () => {};
    const wait = () => {
      cancel = clock.after(ms, () => {
        this.#onSlow(call, ms);
        if (!call.isRepeated && !call.endedWith) wait();
      });
    };
    wait();
    return () => cancel();
  }

  #onSlow(call: BatchCall<Job>, ms: number): void {
    // A throttled call waits for the quota, and so would its parts.
    if (call.failure instanceof ThrottledError) return;
    const { action } = this.#options.reader;
    const error = call.failure ?? new TimeoutError(ms, { action, mayHaveRun: true });
    if (call.source === 'suspects') call.end(error);
    else if (this.#pace.isSlow) return;
    else if (call.source === 'parts' || call.batch.length === 1) call.end(error);
    else call.isRepeated = this.#sendInParts(call.batch);
    if (call.source !== 'suspects' && (call.isRepeated || call.endedWith)) this.#pace.slow();
  }
}
