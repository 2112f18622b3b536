import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock.ts';
import type { Tracing } from '../../observability/tracing/tracing.ts';
import type { CallObserver } from '../../rpc/client.ts';
import { CancelledError, OverBudgetError, ThrottledError } from '../../rpc/errors.ts';
import { type CallTrace, UpstreamCall } from '../call-trace.ts';
import type { ReadBudget, Requester } from '../requester.ts';

export interface SharedLookupOptions<Value> {
  /** The action that is called; errors name it. */
  readonly action: string;
  /** Fetches the value of a key, in one call. The signal aborts when the last caller has left. */
  readonly load: (key: string, signal: AbortSignal, observer: CallObserver) => Promise<Value>;
  /** How long a value is cached, in milliseconds. 0: not at all. */
  readonly freshnessMs: number;
  /** The most values in the cache. */
  readonly maxEntries: number;
  readonly clock: Clock;
  readonly tracing?: Tracing | undefined;
}

/** A load in flight. */
interface SharedLoad<Value> {
  readonly value: Promise<Value>;
  readonly cancel: AbortController;
  readonly upstream: UpstreamCall;
  /**
   * The promise of each caller, by its signal. A caller adds one listener to its signal, even if it asks for the key ten
   * thousand times: `addEventListener` compares a new listener with all others.
   */
  readonly callers: Map<AbortSignal | undefined, Promise<Value>>;
}

/** The most bytes of the cached values of one lookup, estimated. A larger value is not cached. */
const MAX_BYTES = 8 * 1024 * 1024;
/** The estimated bytes of a value for each character of its JSON: the text in UTF-16, and as much again for the objects. */
const BYTES_PER_CHARACTER = 4;
/** The most fetches in flight. The next one is throttled at once. */
const MAX_LOADS = 1_000;

/**
 * Looks up single keys for all requests of the process. Callers join a load in flight, and values are cached for
 * `freshnessMs`. A failure rejects for the callers that waited for it and is never cached.
 *
 * A caller that leaves gets a {@link CancelledError}. The last caller that leaves cancels the load.
 *
 * `fetchMethod` of `lru-cache` does not fit: its fetches occupy cache entries, so evicting or deleting an entry aborts a
 * load that callers wait for, and only the first caller's signal counts.
 */
export class SharedLookup<Value> {
  readonly #options: SharedLookupOptions<Value>;
  readonly #loads = new Map<string, SharedLoad<Value>>();
  readonly #cache: LRUCache<string, { readonly value: Value }>;
  /** One error for each operation that may make no more calls: it can ask for tens of thousands of further values. */
  readonly #overBudget = new WeakMap<ReadBudget, OverBudgetError>();

  constructor(options: SharedLookupOptions<Value>) {
    const { freshnessMs, maxEntries, clock } = options;
    this.#options = options;
    this.#cache = new LRUCache({
      max: maxEntries,
      maxSize: MAX_BYTES,
      sizeCalculation: ({ value }) => 100 + BYTES_PER_CHARACTER * (JSON.stringify(value)?.length ?? 0),
      ttl: freshnessMs,
      // Otherwise expired values stay until the next one is cached. While the heap is almost full, the gateway accepts no work.
      ttlAutopurge: true,
      perf: { now: () => clock.monotonic() },
      ttlResolution: 0,
    });
  }

  /** Rejects with the error of `load`, a `CancelledError`, a `ThrottledError` or an `OverBudgetError`. */
  async get(key: string, { signal, budget, callTrace }: Requester = {}): Promise<Value> {
    const { action } = this.#options;
    if (signal?.aborted) throw new CancelledError({ action, mayHaveRun: false });
    const cached = this.#cache.get(key);
    if (cached) return cached.value;
    let shared = this.#loads.get(key);
    if (!shared) {
      if (this.#loads.size >= MAX_LOADS) throw new ThrottledError({ action });
      if (budget) this.#takeCall(budget);
      shared = this.#load(key, callTrace);
    } else {
      shared.upstream.serves(callTrace);
    }
    return this.#join(key, shared, signal);
  }

  /** Removes the key's value. A load in flight still serves its callers, but nobody joins it and its value is not cached. */
  drop(key: string): void {
    this.#cache.delete(key);
    this.#loads.delete(key);
  }

  /** Does the same as {@link drop} for all keys. */
  dropAll(): void {
    this.#cache.clear();
    this.#loads.clear();
  }

  #takeCall(budget: ReadBudget): void {
    const known = this.#overBudget.get(budget);
    if (known) throw known;
    if (budget.takeCalls(1)) return;
    const error = new OverBudgetError({ action: this.#options.action, cause: budget.callerExcess });
    this.#overBudget.set(budget, error);
    throw error;
  }

  #load(key: string, callTrace: CallTrace | undefined): SharedLoad<Value> {
    const { action, load, freshnessMs, tracing } = this.#options;
    const cancel = new AbortController();
    const upstream = new UpstreamCall({ action, name: 'lookup', tracing });
    // Before the call, whose span is a child of the operation's.
    upstream.serves(callTrace);
    const value = upstream.run((observer) => load(key, cancel.signal, observer));
    const shared: SharedLoad<Value> = { value, cancel, upstream, callers: new Map() };
    this.#loads.set(key, shared);
    shared.value.then(
      (value) => {
        // The value of a dropped load may be older than the change that dropped it.
        if (this.#remove(key, shared) && freshnessMs > 0) this.#cache.set(key, { value });
      },
      () => this.#remove(key, shared),
    );
    return shared;
  }

  /** Removes the load from those in flight. Returns `false` if it was dropped before. */
  #remove(key: string, shared: SharedLoad<Value>): boolean {
    return this.#loads.get(key) === shared && this.#loads.delete(key);
  }

  #join(key: string, shared: SharedLoad<Value>, signal: AbortSignal | undefined): Promise<Value> {
    let joined = shared.callers.get(signal);
    if (!joined) {
      joined = signal ? this.#untilAborted(key, shared, signal) : shared.value;
      shared.callers.set(signal, joined);
    }
    return joined;
  }

  #untilAborted(key: string, shared: SharedLoad<Value>, signal: AbortSignal): Promise<Value> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        reject(new CancelledError({ action: this.#options.action, mayHaveRun: true }));
        shared.callers.delete(signal);
        if (shared.callers.size > 0) return;
        // The next caller must not join the cancelled load.
        this.#remove(key, shared);
        shared.cancel.abort();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      shared.value.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }
}
