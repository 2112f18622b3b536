import pg from 'pg';
import { RateLimiterMemory, RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Log } from '../observability/log.ts';

const TABLE = 'rate_limits';
/** The timeout of a query. After it, this process counts in memory. */
const QUERY_TIMEOUT_MS = 500;
/** The time until a failed Postgres is queried again. */
const RECOVERY_MS = 5_000;

/** The library only counts (`penalty`): its own limit would be the same for all callers. */
export type Limiter = Pick<RateLimiterMemory, 'penalty'>;

/**
 * Counts in Postgres, over connections of its own, so that counting never waits for the ledger's queries. If a query
 * fails, each process counts in memory for {@link RECOVERY_MS}. The library's `insuranceLimiter` would query Postgres
 * again for every request, which would then wait for the timeout, and it does not report the failure.
 */
export class SharedCounts {
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

  /** Counts of one kind, which start anew when `duration`, in seconds, is over. */
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
