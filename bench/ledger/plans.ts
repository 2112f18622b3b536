import { CompiledQuery } from 'kysely';
import type { VideoJobsQuery } from '../../src/ledger/ledger.ts';
import type { Database } from '../../src/ledger/schema.ts';
import { countsStatement, pagesStatement } from '../../src/ledger/video-jobs.ts';
import { type PageKind, pageKinds } from './pages.ts';

export interface Plan {
  /** What of. */
  readonly name: string;
  readonly text: string;
}

/** The database's own plans for what is measured, of one video. */
export async function plansOf(db: Database): Promise<readonly Plan[]> {
  const single = pageKinds.filter(({ videos }) => videos === 1);
  const plans: Plan[] = [];
  for (const kind of single) {
    plans.push({ name: kind.name, text: await planOf(db, pagesStatement(db, [someVideo(kind)]).compile()) });
  }
  for (const kind of single) {
    const { from, ...all } = someVideo(kind);
    // Counts know no cursor.
    if (from) continue;
    const text = await planOf(db, countsStatement(db, [{ ...all, limit: 0 }]).compile());
    plans.push({ name: `its count: ${kind.name}`, text });
  }
  return plans;
}

/** One that every ledger has. */
function someVideo(kind: PageKind): VideoJobsQuery {
  return kind.query(7);
}

/** Whether it looks up the video in the index and neither reads the whole table nor sorts. */
export function isByIndex({ text }: Plan): boolean {
  return /\bjobs_by_video\b/.test(text) && !/Seq Scan|SCAN jobs|Sort|TEMP B-TREE|Bitmap/i.test(text);
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
