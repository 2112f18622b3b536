import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dialect, Kysely, sql } from 'kysely';
import { type Clock, systemClock } from '../clock.ts';
import { noChanges } from './changes.ts';
import { withLedgerErrors } from './failure.ts';
import type { Ledger } from './ledger.ts';
import { migrate } from './migrate.ts';
import { postgresTypes, sqliteTypes } from './migrations/column-types.ts';
import { postgresDefaults, postgresDialect } from './postgres.ts';
import { PostgresChanges } from './postgres-changes.ts';
import type { Database, Schema } from './schema.ts';
import { SqlLedger } from './sql-ledger.ts';
import { sqliteDialect } from './sqlite.ts';

export interface LedgerOptions {
  /** A Postgres that several gateways may share, as `postgres://…`. Without it, the ledger is a file. */
  readonly databaseUrl?: string | undefined;
  /** The folder of that file; made where it is not there. */
  readonly dataDir: string;
  readonly clock?: Clock;
}

/** Opens the ledger and brings its tables up to date. Rejects with a `LedgerError` where that cannot be done now. */
export async function openLedger({
  databaseUrl,
  dataDir,
  clock = systemClock,
}: LedgerOptions): Promise<Ledger> {
  if (databaseUrl === undefined) {
    return new SqlLedger(await withLedgerErrors(() => openSqlite(dataDir)), clock, noChanges);
  }
  const db = await withLedgerErrors(() => openPostgres(databaseUrl, postgresDefaults));
  return new SqlLedger(db, clock, new PostgresChanges(databaseUrl, clock));
}

/** The database in a folder, its tables up to date. */
export async function openSqlite(dataDir: string): Promise<Database> {
  // Submissions may hold what their callers would not show to other users of the machine.
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  return opened(sqliteDialect(join(dataDir, 'ledger.sqlite')), (db) => migrate(db, sqliteTypes));
}

/** The database at a URL, its tables up to date. */
export async function openPostgres(url: string, options = postgresDefaults): Promise<Database> {
  // Where another gateway is migrating a large ledger, this one waits for it longer than for any other statement.
  const forMigrations = { ...options, connections: 1, statementMs: 0, answerMs: 0 };
  const migrating = await opened(postgresDialect(url, forMigrations), (db) => migrate(db, postgresTypes));
  await migrating.destroy();
  return opened(postgresDialect(url, options), (db) => sql`select 1`.execute(db));
}

async function opened(dialect: Dialect, first: (db: Database) => Promise<unknown>): Promise<Database> {
  const db = new Kysely<Schema>({ dialect });
  try {
    await first(db);
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}
