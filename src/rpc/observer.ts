import type { RpcError } from './errors.ts';
import type { RpcResponse } from './response.ts';

/** Told of what the client does, for metrics. */
export interface RpcObserver {
  /**
   * An attempt has ended.
   *
   * @param outcome `ok`, or the error's class or code, such as `Throttling.User` or `TimeoutError`
   * @param ms how long it took
   */
  attempted(action: string, outcome: string, ms: number): void;
  /** A failed call is about to be sent again. */
  retried(action: string): void;
}

/** Told of the attempts at one call, which come one after the other. */
export interface CallObserver {
  /** An attempt leaves now. Not told of one that is not made, since the API is down. */
  attempting(): void;
  /** It has ended. */
  attempted(outcome: RpcResponse | RpcError): void;
}
