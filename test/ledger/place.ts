import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger, openPostgres, openSqlite } from '../../src/ledger/open.ts';
import { postgresDefaults } from '../../src/ledger/postgres.ts';
import type { Database } from '../../src/ledger/schema.ts';
import { ManualClock } from '../support/manual-clock.ts';
import type { RunningPostgres } from './running-postgres.ts';

/** Where one test's ledger is: an empty database, to be opened any number of times. All is closed after the test. */
export interface Place {
  readonly options: { readonly dataDir: string; readonly databaseUrl: string | undefined };
  readonly clock: ManualClock;
  open(): Promise<Ledger>;
  /** The database itself. */
  openDatabase(): Promise<Database>;
}

export type NewPlace = () => Promise<Place>;

/** Places in a Postgres, or in a new folder each. */
export async function newPlace(postgres: RunningPostgres | undefined): Promise<Place> {
  const clock = new ManualClock();
  const databaseUrl = await postgres?.createDatabase();
  const dataDir = await emptyFolder();
  const options = { dataDir, databaseUrl };
  return {
    options,
    clock,
    open: () => opened(options, clock),
    async openDatabase() {
      const db = await (databaseUrl === undefined
        ? openSqlite(dataDir)
        : openPostgres(databaseUrl, postgresDefaults));
      onTestFinished(() => db.destroy());
      return db;
    },
  };
}

async function opened(options: Place['options'], clock: Clock): Promise<Ledger> {
  const ledger = await openLedger({ ...options, clock });
  onTestFinished(() => ledger.close());
  return ledger;
}

/** A folder that is there until the test ends. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
