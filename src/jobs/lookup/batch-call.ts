import type { RpcError } from '../../rpc/errors.ts';
import type { UpstreamCall } from '../call-trace.ts';
import type { PendingId } from './pending-ids.ts';

/**
 * Where a call's ids come from: the queue, a call that failed or was slow, or the queue of ids that are sent alone. The
 * last two are expected to fail.
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
