import {
  type Dialect,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from 'kysely';
import pg from 'pg';
import { LedgerError } from './ledger.ts';
import { LostStatementError } from './lost-statement.ts';

export interface PostgresOptions {
  /** The maximum number of connections. */
  readonly connections: number;
  /** The timeout for a new or a free connection. */
  readonly connectMs: number;
  /** The server's timeout for a statement; 0 for none. */
  readonly statementMs: number;
  /** The client's timeout for a response, after which it closes the connection; 0 for none. */
  readonly responseMs: number;
}

export const postgresDefaults: PostgresOptions = {
  connections: 10,
  connectMs: 5_000,
  statementMs: 8_000,
  responseMs: 10_000,
};

/** Postgres over a connection pool. The pool replaces a broken connection when the next statement needs one. */
export function postgresDialect(url: string, options: PostgresOptions): Dialect {
  checkUrl(url);
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'vod-ai-gateway',
    max: options.connections,
    connectionTimeoutMillis: options.connectMs,
    onConnect: (client) => prepareSession(client, options),
    query_timeout: options.responseMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: numbers(),
  });
  // Without these listeners, an idle connection that breaks ends the process. The next statement reports the failure.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({ pool: discarding(pool) });
}

/**
 * Sets the session's parameters by a statement, because connection poolers reject them as startup parameters. With
 * `synchronous_commit = off`, Postgres acknowledges writes that a crash can lose, so the ledger turns it on.
 */
async function prepareSession(client: pg.ClientBase, { statementMs }: PostgresOptions): Promise<void> {
  await client.query(
    `select set_config('statement_timeout', $1, false), set_config('idle_in_transaction_session_timeout', $1, false),
      set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on'
        else current_setting('synchronous_commit') end, false)`,
    [String(statementMs)],
  );
}

/** Parses `bigint` as a number instead of a string. No time or count exceeds `Number.MAX_SAFE_INTEGER`. */
function numbers(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  return types;
}

/** Throws without a cause: the parser's errors quote the URL with its password. */
function checkUrl(url: string): void {
  try {
    if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('expected the protocol postgres');
    new pg.Client({ connectionString: url });
  } catch {
    throw new LedgerError('the ledger cannot be used: expected a URL such as postgres://user@host/database');
  }
}

/**
 * Closes a connection on every failure that the server did not report. After a client-side timeout, the pool would
 * otherwise reuse the connection while the old statement still runs on it.
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
      const isReported = error instanceof pg.DatabaseError;
      this.#isBroken ||= !isReported;
      // A server that shuts down can report that after the commit.
      if (isReported && error.severity !== 'FATAL') throw error;
      throw new LostStatementError(error);
    }
  }
}
