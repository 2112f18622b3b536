import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { type Ledger, LedgerError } from '../../src/ledger/ledger.ts';
import { openLedger, openPostgres, openSqlite } from '../../src/ledger/open.ts';
import type { Database } from '../../src/ledger/schema.ts';
import { ManualClock } from '../support/manual-clock.ts';
import type { RunningPostgres } from './running-postgres.ts';

/** The database of one test. It can be opened any number of times. Everything is closed after the test. */
export interface Place {
  readonly options: { readonly dataDir: string; readonly databaseUrl: string | undefined };
  readonly clock: ManualClock;
  /** @param of the clock of the gateway, instead of `clock`, which is also that of the database */
  open(of?: Clock): Promise<Ledger>;
  openDatabase(): Promise<Database>;
}

export type NewPlace = () => Promise<Place>;

/** An empty database without tables: in a new folder for SQLite, or on the Postgres server. */
export async function newPlace(postgres?: RunningPostgres): Promise<Place> {
  return placeAt(await postgres?.createDatabase());
}

/** The Postgres databases of finished tests. */
const finished: string[] = [];

/**
 * Like {@link newPlace}, but a Postgres database can be one of a finished test, with empty tables: creating a database
 * takes longer than most tests.
 */
export async function reusedPlace(postgres?: RunningPostgres): Promise<Place> {
  if (!postgres) return newPlace();
  const earlier = finished.pop();
  const url = earlier ?? (await postgres.createDatabase());
  if (earlier) await emptyTables(earlier);
  onTestFinished(() => void finished.push(url));
  return placeAt(url);
}

async function emptyTables(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('truncate submissions, jobs, events, probes, allowances');
  await client.end();
}

async function placeAt(databaseUrl: string | undefined): Promise<Place> {
  const clock = new ManualClock();
  const dataDir = await emptyFolder();
  return {
    options: { dataDir, databaseUrl },
    clock,
    async open(of = clock) {
      const ledger = await openLedger({ dataDir, databaseUrl, clock: of, databaseClock: clock });
      onTestFinished(() => ledger.close());
      return ledger;
    },
    async openDatabase() {
      const db = await (databaseUrl === undefined ? openSqlite(dataDir) : openPostgres(databaseUrl));
      onTestFinished(() => db.destroy());
      return db;
    },
  };
}

/** The clock of a gateway whose time differs from that of the database. */
export function skewed(clock: ManualClock, byMs: number): Clock {
  return {
    now: () => clock.now() + byMs,
    monotonic: () => clock.monotonic(),
    after: (ms, callback) => clock.after(ms, callback),
  };
}

/** A folder that is deleted after the test. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Returns the `LedgerError` that the promise rejects with. Throws for any other outcome. */
export async function rejection(attempt: Promise<unknown>): Promise<LedgerError> {
  const error = await attempt.then(
    () => 'a result',
    (reason: unknown) => reason,
  );
  if (!(error instanceof LedgerError)) throw new Error(`expected a LedgerError; got ${error}`);
  return error;
}
