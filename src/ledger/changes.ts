import type { InsertQueryBuilder, InsertResult } from 'kysely';
import type { ChangeListener } from './ledger.ts';
import type { Database, Schema } from './schema.ts';

/** How gateways on one ledger tell each other of jobs whose rows change. */
export interface Changes {
  /** Runs the statement; the jobs that it really changes are told of if, and as soon as, its transaction commits. */
  write(db: Database, statement: InsertQueryBuilder<Schema, 'jobs', InsertResult>): Promise<void>;
  /** See `Ledger.onChange`. */
  listen(listener: ChangeListener): () => void;
  /** Resolves when nothing is left of it; nobody is told after that. Never rejects. */
  close(): Promise<void>;
}

/** For a ledger that belongs to one gateway: there is nobody to tell. */
export const noChanges: Changes = {
  async write(_, statement) {
    await statement.execute();
  },
  listen: () => () => {},
  async close() {},
};
