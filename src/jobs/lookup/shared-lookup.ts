import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock.ts';
import { CancelledError, ThrottledError } from '../../rpc/errors.ts';

export interface SharedLookupOptions<Value> {
  /** The action that is asked, for the errors. */
  readonly action: string;
  /** Looks one key up; the signal aborts as soon as nobody waits for it any more. */
  readonly ask: (key: string, signal: AbortSignal) => Promise<Value>;
  /** For how long an answer is given again. 0: not at all. */
  readonly freshnessMs: number;
  /** How many answers are kept at most. */
  readonly maxEntries: number;
  readonly clock: Clock;
}

/** A key that is being looked up. */
interface UnderWay<Value> {
  readonly answer: Promise<Value>;
  readonly cancel: AbortController;
  waiting: number;
}

/** How many keys are looked up at once at most; one more is throttled at once. */
const MAX_UNDER_WAY = 1_000;

/**
 * Looks keys up one by one for all requests of the process: a key that is on its way already is joined, and its answer is
 * given again while it is fresh. A failure is given to those who waited for it, and never kept.
 *
 * Who goes away gets a {@link CancelledError}, and nobody else notices; the last one to go cancels the call.
 */
export class SharedLookup<Value> {
  readonly #options: SharedLookupOptions<Value>;
  readonly #underWay = new Map<string, UnderWay<Value>>();
  readonly #fresh: LRUCache<string, { readonly value: Value }>;

  constructor(options: SharedLookupOptions<Value>) {
    const { freshnessMs, maxEntries, clock } = options;
    this.#options = options;
    this.#fresh = new LRUCache({
      max: maxEntries,
      ttl: freshnessMs,
      perf: { now: () => clock.now() },
      ttlResolution: 0,
    });
  }

  /** Rejects with what `ask` rejects with, with a `CancelledError` or with a `ThrottledError`. */
  async get(key: string, signal?: AbortSignal): Promise<Value> {
    const { action } = this.#options;
    if (signal?.aborted) throw new CancelledError({ action, mayHaveRun: false });
    const known = this.#fresh.get(key);
    if (known) return known.value;
    let underWay = this.#underWay.get(key);
    if (!underWay) {
      if (this.#underWay.size >= MAX_UNDER_WAY) throw new ThrottledError({ action });
      underWay = this.#ask(key);
    }
    return this.#wait(key, underWay, signal);
  }

  /** Forgets the key's answer, the one that is on its way included: who asks from now on asks anew. */
  drop(key: string): void {
    this.#fresh.delete(key);
    this.#underWay.delete(key);
  }

  /** Forgets all answers, those on their way included. */
  dropAll(): void {
    this.#fresh.clear();
    this.#underWay.clear();
  }

  #ask(key: string): UnderWay<Value> {
    const { ask, freshnessMs } = this.#options;
    const cancel = new AbortController();
    const underWay: UnderWay<Value> = { answer: ask(key, cancel.signal), cancel, waiting: 0 };
    this.#underWay.set(key, underWay);
    underWay.answer.then(
      (value) => {
        // Dropped meanwhile: what it tells may be of before the change.
        if (!this.#settled(key, underWay) || freshnessMs <= 0) return;
        // Nothing else makes room before `maxEntries`.
        this.#fresh.purgeStale();
        this.#fresh.set(key, { value });
      },
      () => this.#settled(key, underWay),
    );
    return underWay;
  }

  /** Whether it still was what the key is to be answered with. */
  #settled(key: string, underWay: UnderWay<Value>): boolean {
    return this.#underWay.get(key) === underWay && this.#underWay.delete(key);
  }

  #wait(key: string, underWay: UnderWay<Value>, signal: AbortSignal | undefined): Promise<Value> {
    underWay.waiting++;
    if (!signal) return underWay.answer;
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        reject(new CancelledError({ action: this.#options.action, mayHaveRun: true }));
        if (--underWay.waiting > 0) return;
        // Whoever asks for it now has to ask anew.
        this.#settled(key, underWay);
        underWay.cancel.abort();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      underWay.answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }
}
