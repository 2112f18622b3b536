import { CompiledQuery, type KyselyPlugin, sql } from 'kysely';
import type { Database } from '../../src/ledger/schema.ts';

/** Records the executed statements. */
export class RecordedStatements implements KyselyPlugin {
  /** The kind of every statement; for a union, the kind of each of its parts. */
  readonly kinds: string[] = [];
  executed = 0;

  transformQuery: KyselyPlugin['transformQuery'] = ({ node }) => {
    this.kinds.push(node.kind);
    return node;
  };

  transformResult: KyselyPlugin['transformResult'] = async ({ result }) => {
    this.executed++;
    return result;
  };
}

/** The database's query plan for a statement. */
export async function planOf(db: Database, { sql: text, parameters }: CompiledQuery): Promise<string> {
  const explain = isSqlite(db) ? 'explain query plan' : 'explain';
  const { rows } = await db.executeQuery(CompiledQuery.raw(`${explain} ${text}`, [...parameters]));
  return rows.map((row) => JSON.stringify(row)).join('\n');
}

/** Postgres uses index-only scans after a vacuum has marked all rows as visible. */
export async function vacuum(db: Database): Promise<void> {
  if (!isSqlite(db)) await sql`vacuum jobs`.execute(db);
}

function isSqlite(db: Database): boolean {
  return !db.getExecutor().adapter.supportsMultipleConnections;
}
