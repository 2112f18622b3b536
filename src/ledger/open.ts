import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dialect, Kysely, sql } from 'kysely';
import { type Clock, systemClock } from '../clock.ts';
import { JobFilter } from './job-filter.ts';
import { type Ledger, LedgerError } from './ledger.ts';
import { migrate, postgresTypes, sqliteTypes } from './migrations.ts';
import type { PostgresOptions } from './postgres.ts';
import type { Database, Schema } from './schema.ts';
import { sqlLedger, withLedgerErrors } from './sql-ledger.ts';
import { sqliteDialect } from './sqlite.ts';
import { postgresTime, processTime } from './time.ts';

export interface LedgerOptions {
  /** A Postgres URL, such as `postgres://user@host/database`. Several gateways can share it. SQLite is used without it. */
  readonly databaseUrl?: string | undefined;
  /** The folder of the SQLite file. It is created if it does not exist. */
  readonly dataDir: string;
  readonly clock?: Clock;
  /** Replaces the clock of the database in tests. */
  readonly databaseClock?: Clock;
}

/** Opens the ledger and runs outstanding migrations. Rejects with a `LedgerError` if the database is unavailable. */
export async function openLedger({
  databaseUrl,
  dataDir,
  clock = systemClock,
  databaseClock,
}: LedgerOptions): Promise<Ledger> {
  if (databaseUrl === undefined) {
    return withLedgerErrors(async () => {
      const db = await openSqlite(dataDir);
      const checkFile = await sameFileCheck(join(dataDir, SQLITE_FILE));
      const checkStorage = async () => {
        await checkFile();
        // Otherwise the next reads come from memory, even if the file is damaged.
        await sql`pragma shrink_memory`.execute(db);
      };
      const filter = new JobFilter(db, clock);
      return sqlLedger(db, clock, { time: processTime(databaseClock ?? clock), filter, checkStorage });
    });
  }
  const db = await withLedgerErrors(() => openPostgres(databaseUrl));
  const { PostgresChanges } = await import('./postgres-changes.ts');
  const time = databaseClock ? processTime(databaseClock) : postgresTime;
  return sqlLedger(db, clock, { time, changes: new PostgresChanges(databaseUrl, clock) });
}

const SQLITE_FILE = 'ledger.sqlite';

/** Returns a function that rejects once the path no longer leads to the file that it leads to now. */
async function sameFileCheck(path: string): Promise<() => Promise<void>> {
  const opened = await stat(path);
  return async () => {
    const found = await stat(path);
    if (found.ino !== opened.ino || found.dev !== opened.dev) {
      throw new LedgerError('the ledger cannot be used: its file was replaced');
    }
  };
}

/** Opens the SQLite database in a folder and runs outstanding migrations. */
export async function openSqlite(dataDir: string): Promise<Database> {
  // Submissions can contain confidential data, so other users of the machine get no access.
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  return connected(sqliteDialect(join(dataDir, SQLITE_FILE)), (db) => migrate(db, sqliteTypes));
}

/** Opens the Postgres database at a URL and runs outstanding migrations. */
export async function openPostgres(url: string, ownOptions?: PostgresOptions): Promise<Database> {
  // A gateway on SQLite loads no client of Postgres.
  const { postgresDefaults, postgresDialect } = await import('./postgres.ts');
  const options = ownOptions ?? postgresDefaults;
  // No timeouts: a migration of a large ledger, by this gateway or another one, takes longer than any other statement.
  const forMigrations = { ...options, connections: 1, statementMs: 0, responseMs: 0 };
  const migrating = await connected(postgresDialect(url, forMigrations), (db) => migrate(db, postgresTypes));
  await migrating.destroy();
  return connected(postgresDialect(url, options), (db) => sql`select 1`.execute(db));
}

/** Runs the first statements, and closes the database if they fail. */
async function connected(
  dialect: Dialect,
  firstStatements: (db: Database) => Promise<unknown>,
): Promise<Database> {
  const db = new Kysely<Schema>({ dialect });
  try {
    await firstStatements(db);
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}
