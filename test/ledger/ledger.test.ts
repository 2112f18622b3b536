import { afterAll, beforeAll, describe } from 'vitest';
import { changesInPostgresSuite, changesInSqliteSuite } from './changes-suite.ts';
import { claimsInPostgresSuite, claimsInSqliteSuite, claimsSuite } from './claims-suite.ts';
import { eventsSuite } from './events-suite.ts';
import { jobsSuite } from './jobs-suite.ts';
import { openingSuite } from './opening-suite.ts';
import { newPlace } from './place.ts';
import { failuresInPostgresSuite } from './postgres-failures-suite.ts';
import { type RunningPostgres, runningPostgres } from './running-postgres.ts';
import { failuresInSqliteSuite } from './sqlite-failures-suite.ts';
import { submissionsSuite } from './submissions-suite.ts';
import { videoJobsSuite } from './video-jobs-suite.ts';
import { watchingSuite } from './watching-suite.ts';

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await runningPostgres();
}, 60_000);
afterAll(() => postgres.remove());

describe.each(['SQLite', 'Postgres'])('a ledger in %s', (database) => {
  const place = () => newPlace(database === 'Postgres' ? postgres : undefined);
  describe('submissions', () => submissionsSuite(place));
  describe('jobs', () => jobsSuite(place));
  describe('jobs of videos', () => videoJobsSuite(place));
  describe('watching', () => watchingSuite(place));
  describe('claims', () => claimsSuite(place));
  describe('events', () => eventsSuite(place));
  describe('opening', () => openingSuite(place));
});

describe('claims in SQLite', () => claimsInSqliteSuite(() => newPlace(undefined)));
describe('claims in Postgres', () => claimsInPostgresSuite(() => newPlace(postgres)));
describe('changes in SQLite', () => changesInSqliteSuite(() => newPlace(undefined)));
describe('changes in Postgres', () => changesInPostgresSuite(() => postgres));
describe('failures of SQLite', () => failuresInSqliteSuite(() => newPlace(undefined)));
// The last: it stops and starts the server.
describe('failures of Postgres', () => failuresInPostgresSuite(() => postgres));
