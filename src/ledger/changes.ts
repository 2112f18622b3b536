import type { InsertQueryBuilder, InsertResult } from 'kysely';
import type { ChangeListener } from './ledger.ts';
import type { Database, Schema } from './schema.ts';

/** How the gateways on one ledger notify each other of changed jobs. */
export interface Changes {
  /** Executes the statement. When its transaction commits, listeners are notified of the jobs that it changed. */
  write(db: Database, statement: InsertQueryBuilder<Schema, 'jobs', InsertResult>): Promise<void>;
  /** See `Ledger.onChange`. */
  listen(listener: ChangeListener): () => void;
  /** Stops all notifications, and resolves when the connection is closed. Never rejects. */
  close(): Promise<void>;
}

/** For a ledger with one gateway: there is no other gateway to notify. */
export const noChanges: Changes = {
  async write(_, statement) {
    await statement.execute();
  },
  listen: () => () => {},
  async close() {},
};
