import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  type SelectModifierNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Schema } from './schema.ts';

/** How long a statement waits for the lock of another process. */
const BUSY_TIMEOUT_MS = 5_000;
/** The number of prepared statements in the cache. */
const MAX_STATEMENTS = 200;

/** How long statements run in one turn of the event loop. A single statement or row can take longer. */
const TURN_MS = 10;

/** Whether the database is SQLite, whose statements run in the event loop of this process. */
export function runsInProcess(db: Kysely<Schema>): boolean {
  return !db.getExecutor().adapter.supportsMultipleConnections;
}

/** Node's built-in SQLite over one connection. Kysely runs one statement or transaction on it at a time. */
export function sqliteDialect(file: string): Dialect {
  return {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => new SqliteDriver(file),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new LocklessSqliteCompiler(),
  };
}

/**
 * SQLite can change tables in a transaction, although Kysely's adapter says otherwise. Without this, Kysely would run
 * migrations outside a transaction: a crash could leave them half done, and two processes could run them at once.
 */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Omits `for update` and `skip locked`, which SQLite does not have. It locks the whole database for a write. */
class LocklessSqliteCompiler extends SqliteQueryCompiler {
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier !== 'ForUpdate' && node.modifier !== 'SkipLocked') super.visitSelectModifier(node);
  }
}

class SqliteDriver implements Driver {
  readonly #file: string;
  #connection: SqliteConnection | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  async init(): Promise<void> {
    const connection = new SqliteConnection(this.#file);
    try {
      // Readers do not block the writer, and the writer does not block readers.
      await connection.execute('pragma journal_mode = wal');
      // A commit is on the disk when it is acknowledged, so a power failure does not undo it.
      await connection.execute('pragma synchronous = full');
      // Limits the size of the write-ahead log after a burst of writes.
      await connection.execute(`pragma journal_size_limit = ${64 * 1024 * 1024}`);
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#connection = connection;
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (!this.#connection) throw new Error('the database is not open');
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    // Takes the write lock at once. A transaction that first reads may fail to get it and would have to start over.
    await this.#connection?.execute('begin immediate');
  }

  async commitTransaction(): Promise<void> {
    await this.#connection?.execute('commit');
  }

  async rollbackTransaction(): Promise<void> {
    // SQLite has already rolled back after some failures, such as a full disk.
    if (this.#connection?.isTransaction) await this.#connection.execute('rollback');
  }

  async releaseConnection(): Promise<void> {
    // The only connection stays open.
  }

  async destroy(): Promise<void> {
    await this.#connection?.closeWhenIdle();
  }
}

/** The present turn of the event loop, from its first statement. */
class Turn {
  #startedAt: number | undefined;

  /** Whether timers and sockets have waited for {@link TURN_MS}. */
  get isOver(): boolean {
    if (this.#startedAt !== undefined) return performance.now() - this.#startedAt > TURN_MS;
    this.#startedAt = performance.now();
    setImmediate(() => {
      this.#startedAt = undefined;
    });
    return false;
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #db: DatabaseSync;
  readonly #statements = new LRUCache<string, StatementSync>({ max: MAX_STATEMENTS });
  readonly #turn = new Turn();
  #running: Promise<unknown> = Promise.resolve();

  constructor(file: string) {
    // SQLite's own wait blocks the process, and with it any transaction of this process that holds the lock.
    this.#db = new DatabaseSync(file, { timeout: 0 });
  }

  get isTransaction(): boolean {
    return this.#db.isTransaction;
  }

  async execute(sql: string): Promise<void> {
    await this.executeQuery(CompiledQuery.raw(sql));
  }

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const result = this.#execute<Row>(query);
    this.#running = result.catch(() => {});
    return result;
  }

  async #execute<Row>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#turn.isOver) await nextTurn();
    const deadline = performance.now() + BUSY_TIMEOUT_MS;
    for (let wait = 1; ; wait = Math.min(2 * wait, 20)) {
      try {
        const values = parameters as readonly SQLInputValue[];
        if (query.kind === 'SelectQueryNode') return { rows: await this.#read<Row>(sql, values) };
        return this.#run<Row>(sql, values);
      } catch (error) {
        // A busy statement had no effect, so it is retried. A transaction already has the lock and is never retried.
        if (!isBusy(error) || this.#db.isTransaction || performance.now() > deadline) throw error;
      }
      await setTimeout(wait * Math.random());
    }
  }

  streamQuery(): never {
    throw new Error('streaming is not supported: read pages');
  }

  async closeWhenIdle(): Promise<void> {
    await this.#running;
    this.close();
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  /** Reads row by row. Kysely runs no other statement before the last row. */
  async #read<Row>(sql: string, parameters: readonly SQLInputValue[]): Promise<Row[]> {
    const rows: Row[] = [];
    const iterator = this.#prepare(sql).iterate(...parameters);
    try {
      for (let next = iterator.next(); !next.done; next = iterator.next()) {
        rows.push(next.value as Row);
        if (this.#turn.isOver) await nextTurn();
      }
    } finally {
      // Resets the statement. After an error, it would otherwise stay open.
      iterator.return?.();
    }
    return rows;
  }

  #run<Row>(sql: string, parameters: readonly SQLInputValue[]): QueryResult<Row> {
    const statement = this.#prepare(sql);
    if (statement.columns().length > 0) return { rows: statement.all(...parameters) as Row[] };
    const { changes } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** Whether another connection holds the lock. */
function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5;
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}
