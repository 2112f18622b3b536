import {
  type Dialect,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from 'kysely';
import pg from 'pg';
import { LedgerError } from './ledger.ts';

export interface PostgresOptions {
  /** How many connections there are at most. */
  readonly connections: number;
  /** How long connecting, or waiting for a free connection, may take. */
  readonly connectMs: number;
  /** How long the server may take for a statement; 0: as long as it likes. */
  readonly statementMs: number;
  /** How long it may take until the server has answered, before the connection is given up; 0: as long as it likes. */
  readonly answerMs: number;
}

export const postgresDefaults: PostgresOptions = {
  connections: 10,
  connectMs: 5_000,
  statementMs: 8_000,
  answerMs: 10_000,
};

/** Postgres over a pool of connections. One that breaks is replaced by a new one when it is next needed. */
export function postgresDialect(url: string, options: PostgresOptions): Dialect {
  checkUrl(url);
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'vod-ai-gateway',
    max: options.connections,
    connectionTimeoutMillis: options.connectMs,
    onConnect: (client) => prepareSession(client, options),
    query_timeout: options.answerMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: numbers(),
  });
  // A connection that breaks while nobody asks anything of it would end the process. Whoever asks next is told.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({ pool: discarding(pool) });
}

/**
 * Settings of the session, made by statements: connection poolers refuse them where a connection starts. A server may
 * be set to acknowledge what a crash would take back; the ledger cannot do with that.
 */
async function prepareSession(client: pg.ClientBase, { statementMs }: PostgresOptions): Promise<void> {
  await client.query(
    `select set_config('statement_timeout', $1, false), set_config('idle_in_transaction_session_timeout', $1, false),
      set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on'
        else current_setting('synchronous_commit') end, false)`,
    [String(statementMs)],
  );
}

/** Times and counts are `bigint`s, which would come as texts; none is beyond what a number holds. */
function numbers(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  return types;
}

/** Throws without the cause: errors about URLs quote them, with their passwords. */
function checkUrl(url: string): void {
  try {
    if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('another protocol');
    new pg.Client({ connectionString: url });
  } catch {
    throw new LedgerError('the ledger cannot be used: expected a URL such as postgres://user@host/database');
  }
}

/**
 * A pool that lets go of a connection as soon as something other than the server's answer came from it. It would
 * otherwise go back to the pool after a timeout, with the unanswered statement still in front of the next one.
 */
function discarding(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    connect: async () => new DiscardingClient(await pool.connect()),
    end: () => pool.end(),
  };
}

class DiscardingClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  #isBroken = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  query<Row>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  query(cursor: unknown): never;
  query<Row>(sql: unknown, parameters?: readonly unknown[]): Promise<PostgresQueryResult<Row>> {
    if (typeof sql !== 'string') throw new Error('streaming is not supported: read pages');
    return this.#query(sql, parameters ?? []);
  }

  release(destroy = false): void {
    this.#client.release(destroy || this.#isBroken);
  }

  async #query<Row>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>> {
    try {
      const { command, rowCount, rows } = await this.#client.query(sql, [...parameters]);
      return { command: command as PostgresQueryResult<Row>['command'], rowCount: rowCount ?? 0, rows };
    } catch (error) {
      this.#isBroken ||= !(error instanceof pg.DatabaseError);
      throw error;
    }
  }
}
