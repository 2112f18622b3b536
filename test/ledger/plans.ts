import { CompiledQuery, sql } from 'kysely';
import type { Database } from '../../src/ledger/schema.ts';

/** How the database would run a statement. */
export async function planOf(db: Database, { sql: text, parameters }: CompiledQuery): Promise<string> {
  const explain = isSqlite(db) ? 'explain query plan' : 'explain';
  const { rows } = await db.executeQuery(CompiledQuery.raw(`${explain} ${text}`, [...parameters]));
  return rows.map((row) => JSON.stringify(row)).join('\n');
}

/** Postgres reads the index alone once it knows that all rows are visible to all. */
export async function vacuumed(db: Database): Promise<void> {
  if (!isSqlite(db)) await sql`vacuum jobs`.execute(db);
}

function isSqlite(db: Database): boolean {
  return !db.getExecutor().adapter.supportsMultipleConnections;
}
