import { randomUUID } from 'node:crypto';
import type { Database } from './schema.ts';

/** More than fits into what is left of a page: the database has to find room for it. */
const PADDING = 'x'.repeat(16 * 1024);

/** Rejects unless the database can be read and written: only writing tells a full disk. */
export async function probe(db: Database): Promise<void> {
  const id = randomUUID();
  await db.transaction().execute(async (transaction) => {
    await transaction.insertInto('probes').values({ id, padding: PADDING }).execute();
    await transaction.deleteFrom('probes').where('id', '=', id).execute();
  });
}
