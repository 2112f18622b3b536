import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type SelectModifierNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

/** For how long a statement waits for another process to finish its own. */
const BUSY_TIMEOUT_MS = 5_000;
/** How many prepared statements are kept. */
const MAX_STATEMENTS = 200;

/** SQLite as it comes with Node.js, over a single connection; Kysely gives it to one query or transaction at a time. */
export function sqliteDialect(file: string): Dialect {
  return {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => new SqliteDriver(file),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new LocklessSqliteCompiler(),
  };
}

/**
 * Tables can be changed in transactions in SQLite. Kysely's adapter denies it, and its migrations would then be safe
 * neither from other processes nor from being cut off half way.
 */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** SQLite locks no rows, and has no words for it: whoever writes is alone. */
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
      // Readers and a writer do not block each other.
      await connection.execute('pragma journal_mode = wal');
      // What is committed is on the disk: a power cut takes nothing back.
      await connection.execute('pragma synchronous = full');
      // After a burst of writes the log gives its room back.
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
    // The right to write is taken at once: one that starts to read and then cannot write would have to start over.
    await this.#connection?.execute('begin immediate');
  }

  async commitTransaction(): Promise<void> {
    await this.#connection?.execute('commit');
  }

  async rollbackTransaction(): Promise<void> {
    // Some failures, such as a full disk, have rolled it back already.
    if (this.#connection?.isTransaction) await this.#connection.execute('rollback');
  }

  async releaseConnection(): Promise<void> {
    // There is but one, and it stays open.
  }

  async destroy(): Promise<void> {
    this.#connection?.close();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #db: DatabaseSync;
  /** In order of use, the latest last. */
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    // SQLite's own waiting would block the whole process, and with it a transaction in it that it may be waiting for.
    this.#db = new DatabaseSync(file, { timeout: 0 });
  }

  get isTransaction(): boolean {
    return this.#db.isTransaction;
  }

  async execute(sql: string): Promise<void> {
    await this.executeQuery(CompiledQuery.raw(sql));
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const deadline = performance.now() + BUSY_TIMEOUT_MS;
    for (let wait = 1; ; wait = Math.min(2 * wait, 20)) {
      try {
        return this.#run<Row>(sql, parameters as readonly SQLInputValue[]);
      } catch (error) {
        // Inside a transaction the others are locked out already; outside, a busy statement has done nothing.
        if (!isBusy(error) || this.#db.isTransaction || performance.now() > deadline) throw error;
      }
      await setTimeout(wait * Math.random());
    }
  }

  streamQuery(): never {
    throw new Error('streaming is not supported: read pages');
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #run<Row>(sql: string, parameters: readonly SQLInputValue[]): QueryResult<Row> {
    const statement = this.#prepare(sql);
    if (statement.columns().length > 0) return { rows: statement.all(...parameters) as Row[] };
    const { changes } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.delete(sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > MAX_STATEMENTS) {
      for (const oldest of this.#statements.keys()) {
        this.#statements.delete(oldest);
        break;
      }
    }
    return statement;
  }
}

/** Whether another connection holds the lock that the statement needs. */
function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5;
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}
