import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openPostgres, openSqlite } from '../../src/ledger/open.ts';
import { postgresDefaults } from '../../src/ledger/postgres.ts';
import type { Database } from '../../src/ledger/schema.ts';
import { runningPostgres } from '../../test/ledger/running-postgres.ts';
import { fill } from './data.ts';

/** A database, in which any number of ledgers can be. */
export interface Store {
  readonly name: string;
  /** A ledger of so many jobs, opened as the gateway opens it. */
  filled(jobs: number, checkTime: () => void): Promise<Database>;
  /** Closes all, and leaves nothing on the disk. */
  remove(): Promise<void>;
}

export async function sqliteStore(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-bench-'));
  const open = new Set<Database>();
  return {
    name: 'SQLite',
    async filled(jobs, checkTime) {
      const dataDir = join(folder, String(jobs));
      const filling = await openSqlite(dataDir);
      try {
        // For this connection alone: what is measured is read over another.
        await sql`pragma cache_size = -1000000`.execute(filling);
        await sql`pragma synchronous = off`.execute(filling);
        await fill(filling, jobs, checkTime);
      } finally {
        await filling.destroy();
      }
      const db = await openSqlite(dataDir);
      open.add(db);
      return db;
    },
    async remove() {
      for (const db of open) await db.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function postgresStore(): Promise<Store> {
  const server = await runningPostgres();
  const open = new Set<Database>();
  return {
    name: 'Postgres',
    async filled(jobs, checkTime) {
      const url = await server.createDatabase();
      const filling = await openPostgres(url, { ...postgresDefaults, statementMs: 0, responseMs: 0 });
      try {
        await fill(filling, jobs, checkTime);
        // As autovacuum would leave it, which must not come in between.
        await sql`vacuum (analyze) jobs`.execute(filling);
        await sql`checkpoint`.execute(filling);
      } finally {
        await filling.destroy();
      }
      const db = await openPostgres(url);
      open.add(db);
      return db;
    },
    async remove() {
      for (const db of open) await db.destroy();
      await server.remove();
    },
  };
}
