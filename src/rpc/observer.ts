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
