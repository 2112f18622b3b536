import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from '../config/values.ts';
import { LedgerError } from './ledger.ts';

/**
 * Reserves `DATA_DIR` for this process, and returns a function that releases it. Throws a {@link ConfigError} if another
 * gateway has it: gateways that share the file would not notify each other of changed jobs, would count the limits of
 * callers separately, and would end leases by different clocks.
 *
 * The lock is that of an empty SQLite database. The kernel releases it when the process ends, however it ends.
 */
export function lockDataDir(dataDir: string): () => void {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(join(dataDir, 'gateway.lock'), { timeout: 0 });
    lock.exec('begin exclusive');
    const held = lock;
    return () => held.close();
  } catch (error) {
    lock?.close();
    if (error instanceof Error && error.message === 'database is locked') {
      throw new ConfigError('DATA_DIR', 'a folder that no other gateway uses', `${dataDir}, which one uses`);
    }
    throw new LedgerError(
      `the ledger cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}
