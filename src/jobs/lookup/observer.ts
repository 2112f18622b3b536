/** Told of what a lookup does, for metrics. */
export interface LookupObserver {
  /** Somebody asked for ids: how many, how many of them the cache knew, how many were on their way already. */
  lookedUp(asked: { readonly ids: number; readonly cached: number; readonly joined: number }): void;
  /** A call has left: with how many ids, and how long the oldest of them has waited for it, in milliseconds. */
  called(call: { readonly ids: number; readonly waitedMs: number }): void;
}
