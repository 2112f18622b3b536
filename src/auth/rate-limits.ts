import { createHash } from 'node:crypto';
import pg from 'pg';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { LimitsConfig } from '../config/config.ts';
import type { RateLimit, RateLimits } from '../graphql/plugins/rates.ts';
import type { Log } from '../observability/log.ts';

const TABLE = 'rate_limits';
/** How long Postgres may take to count; then this process counts by itself. */
const PATIENCE_MS = 500;
/** For how long it does so before Postgres is asked again. */
const RECOVERY_MS = 5_000;

/** Counts what callers do: in the ledger's Postgres, for all gateways together, or in this process. */
export interface RateCounter {
  readonly limits: RateLimits;
  close(): Promise<void>;
}

export interface RateCounterOptions {
  readonly limits: Pick<LimitsConfig, 'operationsPerMinute' | 'submissionsPerMinute'>;
  readonly databaseUrl: string | undefined;
  readonly log: Log;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Told of each refusal. */
  readonly onRefused?: ((limit: keyof RateLimits) => void) | undefined;
}

export function createRateCounter(counterOptions: RateCounterOptions): RateCounter {
  const { limits, databaseUrl, log, now, onRefused } = counterOptions;
  const { operationsPerMinute, submissionsPerMinute } = limits;
  const isNeeded = operationsPerMinute > 0 || submissionsPerMinute > 0;
  const shared = isNeeded && databaseUrl !== undefined ? new SharedCounts(databaseUrl, log, now) : undefined;
  const limit = (name: keyof RateLimits, perMinute: number): RateLimit | undefined => {
    if (perMinute === 0) return undefined;
    const options = { keyPrefix: name, points: perMinute, duration: 60 };
    const own = new RateLimiterMemory(options);
    const taking = shared?.limiter({ ...options, own }) ?? own;
    return {
      perMinute,
      async take(caller) {
        try {
          await taking.consume(keyOf(caller));
          return undefined;
        } catch (refused) {
          if (!(refused instanceof RateLimiterRes)) throw refused;
          onRefused?.(name);
          return Math.max(1, refused.msBeforeNext);
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

/** Names may be longer than the table's column, and are nobody's business there. */
function keyOf(caller: string): string {
  return createHash('sha256').update(caller).digest('base64url');
}

type Counting = Pick<RateLimiterMemory, 'consume'>;

/**
 * Counts in Postgres, over connections of its own, so that what is counted waits for no ledger. Nothing waits for long:
 * where Postgres does not answer, each process counts for itself for a while.
 */
class SharedCounts {
  readonly #pool: pg.Pool;
  readonly #log: Log;
  readonly #now: () => number;
  #table: Promise<unknown> | undefined;
  #ownUntil = Number.NEGATIVE_INFINITY;
  #sweeping: NodeJS.Timeout | undefined;

  constructor(connectionString: string, log: Log, now: () => number) {
    this.#log = log;
    this.#now = now;
    this.#pool = new pg.Pool({
      connectionString,
      application_name: 'vod-ai-gateway limits',
      max: 2,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
      keepAlive: true,
    });
    // A connection that breaks while it is idle would end the process. Whoever counts next is told.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  limiter({
    own,
    ...options
  }: {
    keyPrefix: string;
    points: number;
    duration: number;
    own: Counting;
  }): Counting {
    const shared = new RateLimiterPostgres({
      ...options,
      storeClient: this.#pool,
      tableName: TABLE,
      tableCreated: true,
      // Who has had enough is refused without another statement.
      inMemoryBlockOnConsumed: options.points + 1,
    });
    return {
      consume: async (key) => {
        if (this.#now() < this.#ownUntil) return own.consume(key);
        try {
          await this.#createTable();
          return await shared.consume(key);
        } catch (error) {
          if (error instanceof RateLimiterRes) throw error;
          this.#ownUntil = this.#now() + RECOVERY_MS;
          this.#log.warn(
            { error: error instanceof Error ? error.message : String(error) },
            'rate limits are counted by this process alone: Postgres does not answer',
          );
          return own.consume(key);
        }
      },
    };
  }

  /** Two gateways that create it at once are in each other's way: one gets an error, and the table is there. */
  async #createTable(): Promise<void> {
    this.#table ??= this.#pool
      .query(
        `create table if not exists ${TABLE} (key varchar(255) primary key, points integer not null default 0, expire bigint)`,
      )
      .catch((error: { readonly code?: string }) => {
        if (error.code !== '23505' && error.code !== '42P07') throw error;
      })
      .then(() => this.#sweep());
    try {
      await this.#table;
    } catch (error) {
      this.#table = undefined;
      throw error;
    }
  }

  /** What is over needs no row. */
  #sweep(): void {
    this.#sweeping ??= setInterval(() => {
      this.#pool.query(`delete from ${TABLE} where expire < $1`, [this.#now() - 60_000]).catch(() => {});
    }, 300_000).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeping);
    await this.#pool.end();
  }
}
