import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { watchSchedule } from '../../src/domain/watch-schedule.ts';
import { claimStatement, firstOwnDueStatement } from '../../src/ledger/due-jobs.ts';
import type { JobRecord, JobsClaim, Ledger } from '../../src/ledger/ledger.ts';
import { sqlLedger } from '../../src/ledger/sql-ledger.ts';
import { postgresTime, processTime } from '../../src/ledger/time.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { type NewPlace, skewed } from './place.ts';
import { job } from './records.ts';
import { planOf, RecordedStatements } from './statements.ts';

const { ageShare, minMs, maxMs, endsAtAgeMs } = watchSchedule;

const CLAIM_MS = 60_000;
const FIVE_MINUTES = 5 * 60_000;

/** A ledger with jobs that a gateway has submitted at the clock's time. */
async function ledgerOf(newPlace: NewPlace, ...jobs: readonly (string | JobRecord)[]) {
  const { open, clock } = await newPlace();
  const ledger = await open();
  await ledger.record(
    jobs.map((each) => (typeof each === 'string' ? own(each, clock) : each)),
    { addUnknown: true },
  );
  return { ledger, open, clock };
}

/** A job that a gateway has submitted at the clock's time. */
function own(id: string, clock: ManualClock, some: Partial<JobRecord> = {}): JobRecord {
  return job(id, { submissionId: 'submission', submittedAt: clock.now(), ...some });
}

/** The sorted ids of the claimed jobs. */
async function claimed(ledger: Ledger, some: Partial<JobsClaim> = {}): Promise<string[]> {
  const jobs = await ledger.claimDueJobs({
    kind: 'AI',
    leaseMs: CLAIM_MS,
    limit: 1000,
    wanted: [],
    ...some,
  });
  return jobs.map(({ id }) => id).sort();
}

export function dueJobsSuite(newPlace: NewPlace): void {
  it('an unfinished job is due after the minimum wait, and a claim returns it as recorded', async () => {
    const { ledger, clock } = await ledgerOf(newPlace);
    const jobs = [
      own('processing', clock, { status: 'PROCESSING', state: '{}', type: 'VIDEO_TAG' }),
      own('unknown', clock, { status: undefined }),
    ];
    await ledger.record([...jobs, own('image', clock, { kind: 'IMAGE' })], { addUnknown: true });
    const claim = { kind: 'AI', leaseMs: CLAIM_MS, limit: 10, wanted: [] } as const;

    clock.advance(minMs - 1);
    expect(await ledger.claimDueJobs(claim)).toEqual([]);
    clock.advance(1);

    const due = await ledger.claimDueJobs(claim);
    expect(due.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(jobs);
    expect(await claimed(ledger, { kind: 'IMAGE' })).toEqual(['image']);
  });

  it('a final job is never due, whether it was added as final or became final', async () => {
    const { ledger, clock } = await ledgerOf(newPlace, 'success', 'fail');
    await ledger.record(
      [
        own('final', clock, { status: 'SUCCESS' }),
        own('success', clock, { status: 'SUCCESS', state: '{}' }),
        own('fail', clock, { status: 'FAIL' }),
      ],
      { addUnknown: true },
    );
    clock.advance(minMs);

    expect(await claimed(ledger, { wanted: ['final', 'success', 'fail'] })).toEqual([]);
    expect(await ledger.nextDueInMs('AI', ['final', 'success', 'fail'])).toBeUndefined();
  });

  it('a job past the end of the schedule is not due, even after an update', async () => {
    const { ledger, clock } = await ledgerOf(newPlace);
    const old = own('old', clock, { submittedAt: clock.now() - endsAtAgeMs });
    const young = own('young', clock, { submittedAt: clock.now() - endsAtAgeMs + 1 });
    await ledger.record([old, young], { addUnknown: true });
    await ledger.record([{ ...old, status: 'PROCESSING' }], { addUnknown: false });

    expect(await ledger.nextDueInMs('AI', ['old'])).toBe(minMs);
    clock.advance(minMs);
    expect(await claimed(ledger, { wanted: ['old'] })).toEqual(['young']);
  });

  it('a job without a submission is claimed only if it is wanted, until it gets a submission', async () => {
    const { ledger, clock } = await ledgerOf(newPlace, 'mine');
    await ledger.record([own('foreign', clock, { submissionId: undefined })], { addUnknown: true });
    clock.advance(minMs);

    expect(await claimed(ledger)).toEqual(['mine']);
    expect(await claimed(ledger, { wanted: ['foreign', 'mine', 'nowhere'] })).toEqual(['foreign']);
    await ledger.releaseJobs('AI', ['foreign']);
    clock.advance(minMs);
    expect(await claimed(ledger)).toEqual([]);

    await ledger.finish('submission', {
      state: 'MADE',
      requestId: undefined,
      jobs: [own('foreign', clock)],
    });
    expect(await claimed(ledger)).toEqual(['foreign']);
  });

  it('claims the longest due first, up to the limit', async () => {
    const { ledger, clock } = await ledgerOf(newPlace);
    for (const id of ['1', '2-foreign', '3', '4-foreign', '5', '6-foreign']) {
      const submissionId = id.endsWith('foreign') ? undefined : 'submission';
      await ledger.record([own(id, clock, { submissionId })], { addUnknown: true });
      clock.advance(1);
    }
    clock.advance(minMs);
    const wanted = ['6-foreign', '2-foreign', '4-foreign', '5'];

    expect(await claimed(ledger, { wanted, limit: 3 })).toEqual(['1', '2-foreign', '3']);
    expect(await claimed(ledger, { wanted, limit: 2 })).toEqual(['4-foreign', '5']);
    expect(await claimed(ledger, { wanted, limit: 2 })).toEqual(['6-foreign']);
    expect(await claimed(ledger, { wanted, limit: 2 })).toEqual([]);
  });

  it('claims some of the wanted jobs before all that have been due for longer', async () => {
    const { ledger, clock } = await ledgerOf(newPlace);
    for (const id of ['1', '2', '3', '4', '5', '6-foreign', '7-foreign']) {
      const submissionId = id.endsWith('foreign') ? undefined : 'submission';
      await ledger.record([own(id, clock, { submissionId })], { addUnknown: true });
      clock.advance(1);
    }
    clock.advance(minMs);
    const some = { wanted: ['5', '7-foreign', '6-foreign'], limit: 4, wantedFirst: 2 };

    expect(await claimed(ledger, some)).toEqual(['1', '2', '5', '6-foreign']);
    expect(await claimed(ledger, some)).toEqual(['3', '4', '7-foreign']);
    expect(await claimed(ledger, some)).toEqual([]);
  });

  it('an update changes no due time, except that final jobs are no longer due', async () => {
    const { ledger, clock } = await ledgerOf(newPlace, 'running', 'done');
    clock.advance(minMs);
    await claimed(ledger);
    const updates = [
      own('running', clock, { status: 'PROCESSING' }),
      own('done', clock, { status: 'SUCCESS' }),
    ];

    await ledger.record(updates, { addUnknown: false });

    expect(await ledger.nextDueInMs('AI', ['running', 'done'])).toBe(CLAIM_MS);
    await ledger.releaseJobs('AI', ['running', 'done', 'nowhere']);
    clock.advance(CLAIM_MS);
    expect(await claimed(ledger)).toEqual(['running']);
  });

  it.each([
    ['a second', 1_000, minMs],
    ['a quarter of a minute', minMs / ageShare, minMs],
    ['a minute and a bit', 61_007, 12_201],
    ['an hour', 3_600_000, maxMs],
    ['a day', 24 * 3_600_000, maxMs],
    ['almost the end', endsAtAgeMs - 1, maxMs],
    ['the end', endsAtAgeMs, undefined],
    ['minus one second, because of another clock', -1_000, minMs],
  ])('a job released at the age of %s is due on the schedule', async (_, age, wait) => {
    const { ledger, clock } = await ledgerOf(newPlace);
    const submittedAt = clock.now() + minMs - age;
    await ledger.record([own('job', clock, { submittedAt })], { addUnknown: true });
    clock.advance(minMs);

    await ledger.releaseJobs('AI', ['job']);

    const dueInMs = await ledger.nextDueInMs('AI', []);
    if (wait === undefined) expect(dueInMs).toBeUndefined();
    else {
      // Rounded down, so never later than the schedule.
      expect(dueInMs).toBeLessThanOrEqual(wait);
      expect(dueInMs).toBeGreaterThanOrEqual((wait * 5) / 6);
    }
  });

  it('returns when the next job is due, including wanted jobs', async () => {
    const { ledger, clock } = await ledgerOf(newPlace);
    expect(await ledger.nextDueInMs('AI', [])).toBeUndefined();
    expect(await ledger.nextDueInMs('AI', ['nowhere'])).toBeUndefined();

    await ledger.record([own('foreign', clock, { submissionId: undefined })], { addUnknown: true });
    clock.advance(1_000);
    await ledger.record([own('mine', clock)], { addUnknown: true });

    expect(await ledger.nextDueInMs('AI', [])).toBe(minMs);
    expect(await ledger.nextDueInMs('AI', ['foreign'])).toBe(minMs - 1_000);
    expect(await ledger.nextDueInMs('IMAGE', ['foreign'])).toBeUndefined();
  });

  it('jobs that are due at about the same time get the same due time', async () => {
    const { ledger, clock } = await ledgerOf(newPlace);
    const hourAgo = clock.now() - 3_600_000;
    const ids = Array.from({ length: 100 }, (_, index) => `job-${String(index).padStart(3, '0')}`);
    for (const id of ids) {
      await ledger.record([own(id, clock, { submittedAt: hourAgo })], { addUnknown: true });
      await ledger.releaseJobs('AI', [id]);
      clock.advance(1_000);
    }
    const dues = new Set<number>();
    for (let ms = await ledger.nextDueInMs('AI', []); ms !== undefined && dues.size < 10; ) {
      clock.advance(ms);
      dues.add(clock.now());
      const due = await claimed(ledger, { limit: 1_000 });
      await ledger.record(
        due.map((id) => own(id, clock, { status: 'SUCCESS' })),
        { addUnknown: false },
      );
      ms = await ledger.nextDueInMs('AI', []);
    }
    // 100 seconds in steps of 30.
    expect(dues.size).toBeLessThanOrEqual(5);
  });

  it('any number of jobs can be wanted', async () => {
    const { ledger, clock } = await ledgerOf(newPlace);
    const wanted = Array.from({ length: 2_000 }, (_, index) => `job-${String(index).padStart(4, '0')}`);
    await ledger.record(
      wanted.map((id) => own(id, clock, { submissionId: undefined })),
      { addUnknown: true },
    );

    expect(await ledger.nextDueInMs('AI', wanted)).toBe(minMs);
    clock.advance(minMs);
    expect(await claimed(ledger, { wanted, limit: 10_000 })).toEqual(wanted);
    await ledger.releaseJobs('AI', wanted);
    expect(await ledger.nextDueInMs('AI', wanted)).toBe(minMs);
  });

  it('two ledgers that claim at the same time never get the same job', async () => {
    const place = await newPlace();
    const { clock } = place;
    const ledgers = [await place.open(), await place.open()] as const;
    const ids = Array.from({ length: 300 }, (_, index) => `job-${String(index).padStart(3, '0')}`);
    await ledgers[0].record(
      ids.map((id, index) => own(id, clock, index % 2 === 0 ? {} : { submissionId: undefined })),
      { addUnknown: true },
    );
    clock.advance(minMs);
    const claim = (ledger: Ledger) => claimed(ledger, { wanted: ids, limit: 10 });

    const given: string[] = [];
    for (let round = 0; given.length < ids.length; round++) {
      expect(round).toBeLessThan(ids.length);
      const claims = await Promise.all(ledgers.flatMap((ledger) => [claim(ledger), claim(ledger)]));
      given.push(...claims.flat());
    }

    expect(given.sort()).toEqual(ids);
    expect(await claim(ledgers[0])).toEqual([]);
  });

  it('another ledger can claim a job when its claim has expired', async () => {
    const { ledger, open, clock } = await ledgerOf(newPlace, 'job');
    const other = await open();
    clock.advance(minMs);
    expect(await claimed(ledger)).toEqual(['job']);
    expect(await other.nextDueInMs('AI', [])).toBe(CLAIM_MS);

    clock.advance(CLAIM_MS - 1);
    expect(await claimed(other)).toEqual([]);
    clock.advance(1);
    expect(await claimed(other)).toEqual(['job']);
  });

  it("claims and due times follow the database's clock, whatever the clocks of the gateways show", async () => {
    const { open, clock } = await newPlace();
    const clocks = [skewed(clock, -FIVE_MINUTES), skewed(clock, FIVE_MINUTES)] as const;
    const [behind, ahead] = [await open(clocks[0]), await open(clocks[1])];
    for (const [writer, reader, { now }] of [
      [behind, ahead, clocks[0]],
      [ahead, behind, clocks[1]],
    ] as const) {
      const id = `job-${now()}`;
      await writer.record([own(id, clock, { submittedAt: now() })], { addUnknown: true });
      expect(await reader.nextDueInMs('AI', [])).toBe(minMs);
      clock.advance(minMs);
      expect(await claimed(writer)).toEqual([id]);

      clock.advance(CLAIM_MS - 1);
      expect(await claimed(reader)).toEqual([]);
      clock.advance(1);
      expect(await claimed(reader)).toEqual([id]);

      // The job is a minute and three seconds old. A gateway that trusts its own clock finds it five minutes older or newer.
      await reader.releaseJobs('AI', [id]);
      const waitMs = (await reader.nextDueInMs('AI', [])) ?? 0;
      expect(waitMs).toBeGreaterThan(minMs);
      expect(waitMs).toBeLessThanOrEqual((minMs + CLAIM_MS) * ageShare);
      await writer.record([own(id, clock, { status: 'SUCCESS' })], { addUnknown: false });
    }
  });

  it.each([-30_000, 30_000])('a wall clock that is set by %i ms moves no due time', async (byMs) => {
    const { ledger, clock } = await ledgerOf(newPlace, 'job');
    clock.setWallClock(byMs);
    expect(await ledger.nextDueInMs('AI', [])).toBe(minMs);
    clock.advance(minMs - 1);
    expect(await claimed(ledger)).toEqual([]);
    clock.advance(1);
    expect(await claimed(ledger)).toEqual(['job']);
  });

  it('a claim only reads if no job and no event is due', async () => {
    const { openDatabase, clock } = await newPlace();
    const statements = new RecordedStatements();
    const ledger = sqlLedger((await openDatabase()).withPlugin(statements), clock);
    await ledger.record([own('mine', clock), job('foreign')], { addUnknown: true });
    await ledger.recordEvents([{ kind: 'AI', jobId: 'mine', marker: undefined, receivedAt: clock.now() }], 1);
    statements.kinds.length = 0;

    expect(await claimed(ledger, { wanted: ['foreign'] })).toEqual([]);
    expect(await ledger.claimDueEvents({ kind: 'AI', leaseMs: 1, limit: 10 })).toEqual([]);

    expect(new Set(statements.kinds)).toEqual(new Set(['SelectQueryNode']));
  });

  it('the query plan reads due jobs from the index', async () => {
    const { options, openDatabase, clock } = await newPlace();
    const db = await openDatabase();
    const time = options.databaseUrl === undefined ? processTime(clock) : postgresTime;
    await sql`
      insert into jobs (kind, id, status, state, submission_id, submitted_at, due_at)
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 20000)
      select 'AI', 'job-' || n, case when n % 10 = 0 then 'INIT' else 'SUCCESS' end, ${'x'.repeat(500)}, 'submission-' || n, n,
        case when n % 10 = 0 then n end
      from numbers`.execute(db);
    await sql`analyze jobs`.execute(db);
    const claim = { kind: 'AI', leaseMs: 0, limit: 100, wanted: [] } as const;

    const plans = [
      await planOf(db, firstOwnDueStatement(db, 'AI', time()).compile()),
      await planOf(db, claimStatement(db, claim, ['job-10', 'job-20'], time()).compile()),
    ];

    for (const plan of plans) {
      expect(plan).toMatch(/jobs_by_due/);
      expect(plan).not.toMatch(/Seq Scan|SCAN jobs"/);
    }
  });
}

export function dueJobsInSqliteSuite(newPlace: NewPlace): void {
  it('a claim does not wait for another process that is writing if no job is due', async () => {
    const { options, open, clock } = await newPlace();
    const ledger = await open();
    await ledger.record([own('job', clock)], { addUnknown: true });
    const other = new DatabaseSync(join(options.dataDir, 'ledger.sqlite'));
    onTestFinished(() => other.close());
    other.exec('begin immediate');

    expect(await claimed(ledger, { wanted: ['job'] })).toEqual([]);
    expect(await ledger.claimDueEvents({ kind: 'AI', leaseMs: 1, limit: 10 })).toEqual([]);
    expect(await ledger.nextDueInMs('AI', ['job'])).toBe(minMs);
  });
}

export function dueJobsInPostgresSuite(newPlace: NewPlace): void {
  it('a claim skips what another transaction has locked, without waiting', async () => {
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
      await ledger.recordEvents([{ kind: 'AI', jobId, marker: undefined, receivedAt: clock.now() }], 0);
    }
    clock.advance(minMs);
    const wanted = ['held-too', 'free-too'];

    await db.transaction().execute(async (transaction) => {
      await sql`select 1 from jobs where id like 'held%' for update`.execute(transaction);
      await sql`select 1 from events where job_id = 'held' for update`.execute(transaction);
      expect(await claimed(ledger, { wanted, limit: 2 })).toEqual(['free', 'free-too']);
      const events = await ledger.claimDueEvents({ kind: 'AI', leaseMs: CLAIM_MS, limit: 1 });
      expect(events.map(({ jobId }) => jobId)).toEqual(['free']);
    });

    expect(await claimed(ledger, { wanted })).toEqual(['held', 'held-too']);
  });
}
