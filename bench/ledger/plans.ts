import { CompiledQuery } from 'kysely';
import type { VideoJobsQuery } from '../../src/ledger/ledger.ts';
import { jobsPage } from '../../src/ledger/lists.ts';
import type { Database } from '../../src/ledger/schema.ts';
import { countsStatement, pagesStatement } from '../../src/ledger/video-jobs.ts';
import { type PageKind, pageKinds } from './pages.ts';

export interface Plan {
  /** What of. */
  readonly name: string;
  /** The index that it should read. */
  readonly index: PageKind['index'];
  readonly text: string;
}

/** The database's own plans for what is measured, of one list each. */
export async function plansOf(db: Database): Promise<readonly Plan[]> {
  const plans: Plan[] = [];
  for (const { name, index, query, isOfVideo } of pageKinds) {
    const page = isOfVideo
      ? pagesStatement(db, [query as VideoJobsQuery]).compile()
      : jobsPage(query).compile(db);
    plans.push({ name, index, text: await planOf(db, page) });
    // Counts know no cursor.
    if (!isOfVideo || query.from) continue;
    const count = countsStatement(db, [{ ...(query as VideoJobsQuery), limit: 0 }]).compile();
    plans.push({ name: `its count: ${name}`, index, text: await planOf(db, count) });
  }
  return plans;
}

/** Whether the plan reads the index and not the whole table. Only the rows of a page are sorted. */
export function isByIndex({ index, text }: Plan): boolean {
  return text.includes(index) && !/Seq Scan|SCAN jobs/i.test(text);
}

async function planOf(db: Database, { sql, parameters }: CompiledQuery): Promise<string> {
  const explain = isSqlite(db) ? 'explain query plan' : 'explain (costs off)';
  const { rows } = await db.executeQuery<Record<string, unknown>>(
    CompiledQuery.raw(`${explain} ${sql}`, [...parameters]),
  );
  return rows.map((row) => String(row['QUERY PLAN'] ?? row.detail)).join('\n');
}

function isSqlite(db: Database): boolean {
  return !db.getExecutor().adapter.supportsMultipleConnections;
}
