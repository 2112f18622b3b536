import type { RpcError } from '../../rpc/errors.ts';
import type { UpstreamCall } from '../call-trace.ts';
import type { LookupRequest } from './lookup-request.ts';

/** An id that somebody waits for, on its way. */
export interface PendingId<Job> {
  readonly id: string;
  readonly requests: Set<LookupRequest<Job>>;
  readonly since: number;
  /** The call that it went out with; none while it is queued. */
  call?: Call<Job>;
}

/** A call that is out. */
export interface Call<Job> {
  readonly entries: readonly PendingId<Job>[];
  readonly cancel: AbortController;
  readonly upstream: UpstreamCall;
  /** Why its last attempt failed. */
  failure?: RpcError;
}
