import { afterAll, beforeAll, describe } from 'vitest';
import { callersSuite } from './callers-suite.ts';
import { changesInPostgresSuite, changesInSqliteSuite } from './changes-suite.ts';
import { dueJobsInPostgresSuite, dueJobsInSqliteSuite, dueJobsSuite } from './due-jobs-suite.ts';
import { eventsSuite } from './events-suite.ts';
import { jobsSuite } from './jobs-suite.ts';
import { listsSuite } from './lists-suite.ts';
import { openingSuite } from './opening-suite.ts';
import { newPlace, reusedPlace } from './place.ts';
import { postgresSuite } from './postgres-suite.ts';
import { type RunningPostgres, runningPostgres } from './running-postgres.ts';
import { settlingSuite } from './settling-suite.ts';
import { sqliteSuite } from './sqlite-suite.ts';
import { submissionsSuite } from './submissions-suite.ts';
import { videoJobsSuite } from './video-jobs-suite.ts';

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await runningPostgres();
}, 60_000);
afterAll(() => postgres.remove());

describe.each(['SQLite', 'Postgres'])('a ledger in %s', (database) => {
  const server = () => (database === 'Postgres' ? postgres : undefined);
  const place = () => reusedPlace(server());
  describe('submissions', () => submissionsSuite(place));
  describe('callers of submissions', () => callersSuite(() => newPlace(server())));
  describe('jobs', () => jobsSuite(place));
  describe('unknown submissions', () => settlingSuite(place));
  describe('jobs of videos', () => videoJobsSuite(place));
  describe('lists', () => listsSuite(place));
  describe('due jobs', () => dueJobsSuite(place));
  describe('events', () => eventsSuite(place));
  describe('opening', () => openingSuite(() => newPlace(server())));
});

describe('due jobs in SQLite', () => dueJobsInSqliteSuite(newPlace));
describe('due jobs in Postgres', () => dueJobsInPostgresSuite(() => reusedPlace(postgres)));
describe('changes in SQLite', () => changesInSqliteSuite(newPlace));
describe('changes in Postgres', () => changesInPostgresSuite(() => postgres));
describe('SQLite', () => sqliteSuite(newPlace));
// Last, because it stops and restarts the server.
describe('Postgres', () => postgresSuite(() => postgres));
