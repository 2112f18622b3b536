import { createHash } from 'node:crypto';
import pg from 'pg';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { LimitsConfig } from '../config/config.ts';
import type { Log } from '../observability/log.ts';

/** A limit per caller and minute. */
export interface RateLimit {
  /** The number of requests that a caller may send in one minute. */
  readonly perMinute: number;
  /** Counts one request. Resolves with the milliseconds until the caller may retry, or `undefined` within the limit. */
  take(caller: string): Promise<number | undefined>;
}

/** `undefined` means no limit. */
export interface RateLimits {
  readonly operations: RateLimit | undefined;
  readonly submissions: RateLimit | undefined;
}

/** The rate limits with their storage: the ledger's Postgres, shared by all gateways, or this process's memory. */
export interface RateCounter {
  readonly limits: RateLimits;
  close(): Promise<void>;
}

export interface RateCounterOptions {
  readonly limits: Pick<LimitsConfig, 'operationsPerMinute' | 'submissionsPerMinute'>;
  readonly databaseUrl: string | undefined;
  readonly log: Log;
  /** The milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Called for each rejected request. */
  readonly onRefused?: ((limit: keyof RateLimits) => void) | undefined;
}

export function createRateCounter({
  limits: { operationsPerMinute, submissionsPerMinute },
  databaseUrl,
  log,
  now,
  onRefused,
}: RateCounterOptions): RateCounter {
  const isNeeded = operationsPerMinute > 0 || submissionsPerMinute > 0;
  const shared = isNeeded && databaseUrl !== undefined ? new SharedCounts(databaseUrl, log, now) : undefined;
  const limit = (name: keyof RateLimits, perMinute: number): RateLimit | undefined => {
    if (perMinute === 0) return undefined;
    const options = { keyPrefix: name, points: perMinute, duration: 60 };
    const limiter = shared?.limiter(options) ?? new RateLimiterMemory(options);
    return {
      perMinute,
      async take(caller) {
        try {
          await limiter.consume(keyOf(caller));
          return undefined;
        } catch (rejection) {
          if (!(rejection instanceof RateLimiterRes)) throw rejection;
          onRefused?.(name);
          return Math.max(1, rejection.msBeforeNext);
        }
      },
    };
  };
  return {
    limits: {
      operations: limit('operations', operationsPerMinute),
      submissions: limit('submissions', submissionsPerMinute),
    },
    close: async () => shared?.close(),
  };
}

/** A hash of the caller's name. Names may be longer than the column, and they may be personal data. */
function keyOf(caller: string): string {
  return createHash('sha256').update(caller).digest('base64url');
}

const TABLE = 'rate_limits';
/** The timeout of a query. After it, this process counts in memory. */
const QUERY_TIMEOUT_MS = 500;
/** The time until a failed Postgres is queried again. */
const RECOVERY_MS = 5_000;

type Limiter = Pick<RateLimiterMemory, 'consume'>;

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
      // Rejects further requests of a caller over the limit without a query.
      inMemoryBlockOnConsumed: options.points + 1,
    });
    return {
      consume: async (key) => {
        if (this.#now() < this.#inMemoryUntil) return memory.consume(key);
        try {
          await this.#createTable();
          return await shared.consume(key);
        } catch (error) {
          if (error instanceof RateLimiterRes) throw error;
          this.#inMemoryUntil = this.#now() + RECOVERY_MS;
          this.#log.warn(
            { error: error instanceof Error ? error.message : String(error) },
            'rate limits are counted in memory: the query to Postgres failed',
          );
          return memory.consume(key);
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
