import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { LimitsConfig } from '../config/config.ts';
import type { Log } from '../observability/log.ts';
import type { CallerLimits, LimitExcess } from './caller-limits.ts';
import type { Limiter } from './shared-counts.ts';

/** A limit for each caller and minute. */
export interface RateLimit {
  /**
   * Counts one. Returns or resolves with `undefined` within the limit. With Postgres, a gateway takes up to a hundredth of
   * the limit at once, and only the first of these operations waits for the query.
   *
   * @param own the caller's own limits
   */
  take(caller: string, own?: CallerLimits): LimitExcess | undefined | Promise<LimitExcess | undefined>;
  /**
   * Counts further units for a caller that has already taken one, without waiting. Returns the excess, and counts none, if
   * they exceed the limit. This process learns with its next query what other gateways have counted.
   */
  charge(caller: string, own: CallerLimits | undefined, units: number): LimitExcess | undefined;
}

export interface RateLimits {
  readonly operations: RateLimit;
  readonly submissions: RateLimit;
}

/** The rate limits with their storage: the ledger's Postgres, shared by all gateways, or this process's memory. */
export interface RateCounter {
  readonly limits: RateLimits;
  close(): Promise<void>;
}

export interface RateCounterOptions {
  /** The limits of callers without limits of their own; 0 means no limit. */
  readonly limits: Pick<LimitsConfig, 'operationsPerMinute' | 'submissionsPerMinute'>;
  readonly databaseUrl: string | undefined;
  readonly log: Log;
  /** The milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Called for each rejected request. */
  readonly onRefused?: ((limit: keyof RateLimits) => void) | undefined;
}

export function createRateCounter({
  limits,
  databaseUrl,
  log,
  now,
  onRefused,
}: RateCounterOptions): RateCounter {
  // A gateway on SQLite loads no client of Postgres.
  const shared =
    databaseUrl === undefined
      ? undefined
      : import('./shared-counts.ts').then((module) => new module.SharedCounts(databaseUrl, log, now));
  const limiter = (keyPrefix: string): Limiter | undefined => {
    const options = { keyPrefix, points: 0, duration: MINUTE_MS / 1_000 };
    const counts = shared?.then((loaded) => loaded.limiter(options));
    return counts && { penalty: async (key, units) => (await counts).penalty(key, units) };
  };
  const limit = (kind: keyof RateLimits, name: 'operationsPerMinute' | 'submissionsPerMinute'): RateLimit => {
    return new MinuteLimit({
      name,
      defaultValue: limits[name],
      limiter: limiter(kind),
      now,
      onRefused: () => onRefused?.(kind),
    });
  };
  return {
    limits: {
      operations: limit('operations', 'operationsPerMinute'),
      submissions: limit('submissions', 'submissionsPerMinute'),
    },
    close: async () => (await shared)?.close(),
  };
}

const MINUTE_MS = 60_000;
/** The number of callers whose counts this process remembers, the latest ones. */
const MAX_KNOWN = 20_000;

interface MinuteLimitOptions {
  readonly name: 'operationsPerMinute' | 'submissionsPerMinute';
  readonly defaultValue: number;
  /** Counts for all gateways. Without it, this process counts. */
  readonly limiter: Limiter | undefined;
  readonly now: () => number;
  readonly onRefused: () => void;
}

/** What this process knows of a caller's present minute. */
interface Known {
  used: number;
  /** The part of `used` that this process has taken for operations to come. */
  reserved: number;
  readonly endsAt: number;
}

/** The share of a limit that a gateway takes from Postgres at once, so that not every operation waits for a query. */
const BLOCK_SHARE = 1 / 100;
const MAX_BLOCK = 100;

class MinuteLimit implements RateLimit {
  readonly #options: MinuteLimitOptions;
  readonly #known = new LRUCache<string, Known>({ max: MAX_KNOWN });
  /** The queries for blocks, by the caller's key. */
  readonly #fetching = new Map<string, Promise<void>>();

  constructor(options: MinuteLimitOptions) {
    this.#options = options;
  }

  take(caller: string, own?: CallerLimits): LimitExcess | undefined | Promise<LimitExcess | undefined> {
    const value = this.#valueFor(own);
    if (value === 0) return undefined;
    const key = this.#keyOf(caller);
    const known = this.#knownOf(key);
    if (known && known.reserved > 0) {
      known.reserved--;
      return undefined;
    }
    // Without a query: a caller over its limit must not cost more than others.
    if (known && known.used >= value) return this.#refuse(value, known);
    if (this.#options.limiter) return this.#takeOfBlock(this.#options.limiter, key, value);
    this.#add(key, known, 1);
    return undefined;
  }

  async #takeOfBlock(limiter: Limiter, key: string, value: number): Promise<LimitExcess | undefined> {
    for (;;) {
      const known = this.#knownOf(key);
      if (known && known.reserved > 0) {
        known.reserved--;
        return undefined;
      }
      if (known && known.used >= value) return this.#refuse(value, known);
      let fetching = this.#fetching.get(key);
      if (!fetching) {
        fetching = this.#fetchBlock(limiter, key, value, known?.used ?? 0).finally(() =>
          this.#fetching.delete(key),
        );
        this.#fetching.set(key, fetching);
      }
      await fetching;
    }
  }

  /** Reserves a block. Of one that exceeds the limit, only the part within it. */
  async #fetchBlock(limiter: Limiter, key: string, value: number, used: number): Promise<void> {
    const block = Math.max(1, Math.min(MAX_BLOCK, Math.floor(value * BLOCK_SHARE), value - used));
    const counted = await this.#count(limiter, key, block);
    const known = this.#knownOf(key);
    if (known) known.reserved += Math.max(0, block - Math.max(0, counted.used - value));
  }

  charge(caller: string, own: CallerLimits | undefined, units: number): LimitExcess | undefined {
    const value = this.#valueFor(own);
    if (value === 0) return undefined;
    const key = this.#keyOf(caller);
    const known = this.#knownOf(key);
    const reserved = Math.min(units, known?.reserved ?? 0);
    const further = units - reserved;
    if ((known?.used ?? 0) + further > value) return this.#refuse(value, known);
    if (known) known.reserved -= reserved;
    if (further === 0) return undefined;
    this.#add(key, known, further);
    if (this.#options.limiter) void this.#count(this.#options.limiter, key, further);
    return undefined;
  }

  /** In Postgres, a hash: names may be longer than the column, and they may be personal data. */
  #keyOf(caller: string): string {
    return this.#options.limiter ? hash('sha256', caller, 'base64url') : caller;
  }

  #valueFor(own: CallerLimits | undefined): number {
    const { name, defaultValue } = this.#options;
    return own?.[name] ?? defaultValue;
  }

  #knownOf(key: string): Known | undefined {
    const known = this.#known.get(key);
    return known && known.endsAt > this.#options.now() ? known : undefined;
  }

  #add(key: string, known: Known | undefined, units: number): void {
    if (known) known.used += units;
    else this.#known.set(key, { used: units, reserved: 0, endsAt: this.#options.now() + MINUTE_MS });
  }

  async #count(limiter: Limiter, key: string, units: number): Promise<Known> {
    const { now } = this.#options;
    const { consumedPoints, msBeforeNext } = await limiter.penalty(key, units);
    const known = this.#knownOf(key);
    const counted = { used: consumedPoints, reserved: 0, endsAt: now() + Math.max(1, msBeforeNext) };
    // A response can be older than what this process has counted since.
    if (!known) this.#known.set(key, { ...counted });
    else known.used = Math.max(known.used, consumedPoints);
    return counted;
  }

  #refuse(value: number, known: Known | undefined): LimitExcess {
    const { name, now, onRefused } = this.#options;
    onRefused();
    const retryAfterMs = known ? Math.max(1, Math.ceil(known.endsAt - now())) : 1_000;
    return { limit: name, value, retryAfterMs };
  }
}
