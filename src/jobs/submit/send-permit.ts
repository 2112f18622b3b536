import type { Clock } from '../../clock.ts';
import { ThrottledError, UnavailableError } from '../../rpc/errors.ts';
import type { Permit } from '../../rpc/rate-limiter.ts';
import type { VodApi } from '../../vod/api.ts';

export interface SendPermitOptions {
  readonly quota: VodApi['submitQuota'];
  readonly action: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Aborts when the gateway closes. */
  readonly closing: AbortSignal;
}

/**
 * Waits for a permit to send one submission. A submission gets it before it is recorded: a gateway that dies while it waits
 * leaves no record, so the submission is not taken for one that was sent.
 *
 * Rejects with an `RpcError` whose `mayHaveRun` is false.
 */
export async function sendPermit(options: SendPermitOptions): Promise<Permit> {
  const { quota, action, timeoutMs, clock, closing } = options;
  const timeout = new AbortController();
  const cancel = clock.after(timeoutMs, () => timeout.abort());
  try {
    return await quota.permit(action, AbortSignal.any([timeout.signal, closing]));
  } catch {
    if (closing.aborted) throw new UnavailableError('the gateway is closing', { action, mayHaveRun: false });
    throw new ThrottledError({ action, retryAfterMs: quota.delayMs(action, 1) });
  } finally {
    cancel();
  }
}

/**
 * Whether a submission that began now is too old to be sent. Its record expires after `maxMs`. A process that was suspended
 * for longer must not send it, because another one may have found by then that VOD did not run it. Some machines stop the
 * monotonic clock while they are suspended, and the wall clock can be set, so the later of both counts.
 */
export function lateAfter(clock: Clock, maxMs: number): () => boolean {
  const monotonic = clock.monotonic();
  const wall = clock.now();
  return () => Math.max(clock.monotonic() - monotonic, clock.now() - wall) >= maxMs;
}
