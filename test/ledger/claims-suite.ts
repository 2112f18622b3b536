import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { watchSchedule } from '../../src/domain/watch-schedule.ts';
import { claimStatement, firstOwnDueStatement } from '../../src/ledger/due-jobs.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { sqlLedger } from '../../src/ledger/sql-ledger.ts';
import { CLAIM_MS, claimed, ledgerOf, own } from './claims.ts';
import type { NewPlace } from './place.ts';
import { planOf } from './plans.ts';
import { job } from './records.ts';
import { NotedStatements } from './statements.ts';

const { minMs } = watchSchedule;

export function claimsSuite(newPlace: NewPlace): void {
  it('two ledgers that claim at once are never given the same job', async () => {
    const place = await newPlace();
    const { clock } = place;
    const ledgers = [await place.open(), await place.open()] as const;
    const ids = Array.from({ length: 300 }, (_, index) => `job-${String(index).padStart(3, '0')}`);
    await ledgers[0].record(
      ids.map((id, index) => own(id, clock, index % 2 === 0 ? {} : { submissionId: undefined })),
      { addUnknown: true },
    );
    clock.advance(minMs);
    const claim = (ledger: Ledger) => claimed(ledger, clock, { wanted: ids, limit: 10 });

    const given: string[] = [];
    for (let round = 0; given.length < ids.length; round++) {
      expect(round).toBeLessThan(ids.length);
      const claims = await Promise.all(ledgers.flatMap((ledger) => [claim(ledger), claim(ledger)]));
      given.push(...claims.flat());
    }

    expect(given.sort()).toEqual(ids);
    expect(await claim(ledgers[0])).toEqual([]);
  });

  it('what one has claimed is given to another once the claim is over', async () => {
    const { ledger, open, clock } = await ledgerOf(newPlace, 'job');
    const other = await open();
    clock.advance(minMs);
    expect(await claimed(ledger, clock)).toEqual(['job']);
    expect(await other.nextDueAt('AI', [])).toBe(clock.now() + CLAIM_MS);

    clock.advance(CLAIM_MS - 1);
    expect(await claimed(other, clock)).toEqual([]);
    clock.advance(1);
    expect(await claimed(other, clock)).toEqual(['job']);
  });

  it('where none is due, it only reads', async () => {
    const { openDatabase, clock } = await newPlace();
    const noted = new NotedStatements();
    const ledger = sqlLedger((await openDatabase()).withPlugin(noted), clock);
    await ledger.record([own('mine', clock), job('foreign')], { addUnknown: true });
    await ledger.recordEvents(
      [{ jobId: 'mine', marker: undefined, receivedAt: clock.now() }],
      clock.now() + 1,
    );
    noted.kinds.length = 0;

    expect(await claimed(ledger, clock, { wanted: ['foreign'] })).toEqual([]);
    expect(await ledger.claimDueEvents({ until: clock.now() + 1, limit: 10 })).toEqual([]);

    expect(new Set(noted.kinds)).toEqual(new Set(['SelectQueryNode']));
  });

  it('the plan: what is due is read off the indexes', async () => {
    const { openDatabase, clock } = await newPlace();
    const db = await openDatabase();
    await sql`
      insert into jobs (kind, id, status, state, submission_id, submitted_at, due_at)
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 20000)
      select 'AI', 'job-' || n, case when n % 10 = 0 then 'INIT' else 'SUCCESS' end, ${'x'.repeat(500)}, 'submission-' || n, n,
        case when n % 10 = 0 then n end
      from numbers`.execute(db);
    await sql`analyze jobs`.execute(db);
    const claim = { kind: 'AI', until: clock.now(), limit: 100, wanted: [] } as const;

    const plans = [
      await planOf(db, firstOwnDueStatement(db, 'AI').compile()),
      await planOf(db, claimStatement(db, claim, ['job-10', 'job-20'], clock.now()).compile()),
    ];

    for (const plan of plans) {
      expect(plan).toMatch(/jobs_by_due/);
      expect(plan).not.toMatch(/Seq Scan|SCAN jobs"/);
    }
  });
}

export function claimsInSqliteSuite(newPlace: NewPlace): void {
  it('where none is due, it does not wait for another process that is writing', async () => {
    const { options, open, clock } = await newPlace();
    const ledger = await open();
    await ledger.record([own('job', clock)], { addUnknown: true });
    const other = new DatabaseSync(join(options.dataDir, 'ledger.sqlite'));
    onTestFinished(() => other.close());
    other.exec('begin immediate');

    expect(await claimed(ledger, clock, { wanted: ['job'] })).toEqual([]);
    expect(await ledger.claimDueEvents({ until: clock.now() + 1, limit: 10 })).toEqual([]);
    expect(await ledger.nextDueAt('AI', ['job'])).toBe(clock.now() + minMs);
  });
}

export function claimsInPostgresSuite(newPlace: NewPlace): void {
  it('what another transaction holds is left to it, without waiting for it', async () => {
    const { open, openDatabase, clock } = await newPlace();
    const ledger = await open();
    const db = await openDatabase();
    const foreign = { submissionId: undefined };
    await ledger.record(
      [
        own('held', clock),
        own('held-too', clock, foreign),
        own('free', clock),
        own('free-too', clock, foreign),
      ],
      { addUnknown: true },
    );
    for (const jobId of ['held', 'free']) {
      await ledger.recordEvents([{ jobId, marker: undefined, receivedAt: clock.now() }], clock.now());
    }
    clock.advance(minMs);
    const wanted = ['held-too', 'free-too'];

    await db.transaction().execute(async (transaction) => {
      await sql`select 1 from jobs where id like 'held%' for update`.execute(transaction);
      await sql`select 1 from events where job_id = 'held' for update`.execute(transaction);
      expect(await claimed(ledger, clock, { wanted, limit: 2 })).toEqual(['free', 'free-too']);
      const events = await ledger.claimDueEvents({ until: clock.now() + CLAIM_MS, limit: 1 });
      expect(events.map(({ jobId }) => jobId)).toEqual(['free']);
    });

    expect(await claimed(ledger, clock, { wanted })).toEqual(['held', 'held-too']);
  });
}
