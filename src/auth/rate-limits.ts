import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import pg from 'pg';
import { RateLimiterMemory, RateLimiterPostgres } from 'rate-limiter-flexible';
import type { LimitsConfig } from '../config/config.ts';
import type { Log } from '../observability/log.ts';
import type { CallerLimits, LimitExcess } from './caller-limits.ts';

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
  // Connects with the first count.
  const shared = databaseUrl === undefined ? undefined : new SharedCounts(databaseUrl, log, now);
  const limit = (kind: keyof RateLimits, name: 'operationsPerMinute' | 'submissionsPerMinute'): RateLimit => {
    return new MinuteLimit({
      name,
      defaultValue: limits[name],
      limiter: shared?.limiter({ keyPrefix: kind, points: 0, duration: MINUTE_MS / 1_000 }),
      now,
      onRefused: () => onRefused?.(kind),
    });
  };
  return {
    limits: {
      operations: limit('operations', 'operationsPerMinute'),
      submissions: limit('submissions', 'submissionsPerMinute'),
    },
    close: async () => shared?.close(),
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

const TABLE = 'rate_limits';
/** The timeout of a query. After it, this process counts in memory. */
const QUERY_TIMEOUT_MS = 500;
/** The time until a failed Postgres is queried again. */
const RECOVERY_MS = 5_000;

/** The library only counts (`penalty`): its own limit would be the same for all callers. */
type Limiter = Pick<RateLimiterMemory, 'penalty'>;

/**
 * Counts in Postgres, over connections of its own, so that counting never waits for the ledger's queries. If a query
 * fails, each process counts in memory for {@link RECOVERY_MS}. The library's `insuranceLimiter` would query Postgres
 * again for every request, which would then wait for the timeout, and it does not report the failure.
 */
class SharedCounts {
  readonly #pool: pg.Pool;
  readonly #log: Log;
  readonly #now: () => number;
  #table: Promise<unknown> | undefined;
  #inMemoryUntil = Number.NEGATIVE_INFINITY;

  constructor(connectionString: string, log: Log, now: () => number) {
    this.#log = log;
    this.#now = now;
    this.#pool = new pg.Pool({
      connectionString,
      application_name: 'vod-ai-gateway limits',
      max: 2,
      connectionTimeoutMillis: QUERY_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
    });
    // Without these listeners, an idle connection that breaks would end the process. The next query fails instead.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  limiter(options: {
    readonly keyPrefix: string;
    readonly points: number;
    readonly duration: number;
  }): Limiter {
    const memory = new RateLimiterMemory(options);
    const shared = new RateLimiterPostgres({
      ...options,
      storeClient: this.#pool,
      tableName: TABLE,
      tableCreated: true,
    });
    return {
      penalty: async (key, units) => {
        if (this.#now() < this.#inMemoryUntil) return memory.penalty(key, units);
        try {
          await this.#createTable();
          return await shared.penalty(key, units);
        } catch (error) {
          this.#inMemoryUntil = this.#now() + RECOVERY_MS;
          this.#log.warn(
            { error: error instanceof Error ? error.message : String(error) },
            'rate limits are counted in memory: the query to Postgres failed',
          );
          return memory.penalty(key, units);
        }
      },
    };
  }

  /**
   * Creates the table before the first query. The library would try once, at the start, and fail if Postgres is down.
   * If two gateways create it at once, one gets a unique violation although the table exists.
   */
  async #createTable(): Promise<void> {
    this.#table ??= this.#pool
      .query(
        `create table if not exists ${TABLE} (key varchar(255) primary key, points integer not null default 0, expire bigint)`,
      )
      .catch((error: { readonly code?: string }) => {
        if (error.code !== '23505' && error.code !== '42P07') throw error;
      });
    try {
      await this.#table;
    } catch (error) {
      this.#table = undefined;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}
