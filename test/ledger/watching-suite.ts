import { expect, it } from 'vitest';
import { watchSchedule } from '../../src/domain/watch-schedule.ts';
import { CLAIM_MS, claimed, ledgerOf, own } from './claims.ts';
import type { NewPlace } from './place.ts';

const { ageShare, minMs, maxMs, endsAtAgeMs } = watchSchedule;

export function watchingSuite(newPlace: NewPlace): void {
  it('a job that is under way is due after the shortest time, and comes as it is', async () => {
    const { ledger, clock } = await ledgerOf(newPlace);
    const jobs = [
      own('processing', clock, { status: 'PROCESSING', state: '{}', type: 'VIDEO_TAG' }),
      own('unknown', clock, { status: undefined }),
    ];
    await ledger.record([...jobs, own('image', clock, { kind: 'IMAGE' })], { addUnknown: true });
    const claim = { kind: 'AI', until: clock.now() + CLAIM_MS, limit: 10, wanted: [] } as const;

    clock.advance(minMs - 1);
    expect(await ledger.claimDueJobs(claim)).toEqual([]);
    clock.advance(1);

    const due = await ledger.claimDueJobs(claim);
    expect(due.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(jobs);
    expect(await claimed(ledger, clock, { kind: 'IMAGE' })).toEqual(['image']);
  });

  it('a final job is never due, whether it came as one or became one', async () => {
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

    expect(await claimed(ledger, clock, { wanted: ['final', 'success', 'fail'] })).toEqual([]);
    expect(await ledger.nextDueAt('AI', ['final', 'success', 'fail'])).toBeUndefined();
  });

  it('a job past the end of the schedule is not due, even where it is written again', async () => {
    const { ledger, clock } = await ledgerOf(newPlace);
    const old = own('old', clock, { submittedAt: clock.now() - endsAtAgeMs });
    const young = own('young', clock, { submittedAt: clock.now() - endsAtAgeMs + 1 });
    await ledger.record([old, young], { addUnknown: true });
    await ledger.record([{ ...old, status: 'PROCESSING' }], { addUnknown: false });

    expect(await ledger.nextDueAt('AI', ['old'])).toBe(clock.now() + minMs);
    clock.advance(minMs);
    expect(await claimed(ledger, clock, { wanted: ['old'] })).toEqual(['young']);
  });

  it("somebody else's job is due only where it is wanted, and becomes one's own with its submission", async () => {
    const { ledger, clock } = await ledgerOf(newPlace, 'mine');
    await ledger.record([own('foreign', clock, { submissionId: undefined })], { addUnknown: true });
    clock.advance(minMs);

    expect(await claimed(ledger, clock)).toEqual(['mine']);
    expect(await claimed(ledger, clock, { wanted: ['foreign', 'mine', 'nowhere'] })).toEqual(['foreign']);
    await ledger.releaseJobs('AI', ['foreign']);
    clock.advance(minMs);
    expect(await claimed(ledger, clock)).toEqual([]);

    await ledger.finish('submission', {
      state: 'MADE',
      requestId: undefined,
      jobs: [own('foreign', clock)],
    });
    expect(await claimed(ledger, clock)).toEqual(['foreign']);
  });

  it('gives the longest due first, and no more than the limit', async () => {
    const { ledger, clock } = await ledgerOf(newPlace);
    for (const id of ['1', '2-foreign', '3', '4-foreign', '5', '6-foreign']) {
      const submissionId = id.endsWith('foreign') ? undefined : 'submission';
      await ledger.record([own(id, clock, { submissionId })], { addUnknown: true });
      clock.advance(1);
    }
    clock.advance(minMs);
    const wanted = ['6-foreign', '2-foreign', '4-foreign', '5'];

    expect(await claimed(ledger, clock, { wanted, limit: 3 })).toEqual(['1', '2-foreign', '3']);
    expect(await claimed(ledger, clock, { wanted, limit: 2 })).toEqual(['4-foreign', '5']);
    expect(await claimed(ledger, clock, { wanted, limit: 2 })).toEqual(['6-foreign']);
    expect(await claimed(ledger, clock, { wanted, limit: 2 })).toEqual([]);
  });

  it('a reading moves nothing but what is final', async () => {
    const { ledger, clock } = await ledgerOf(newPlace, 'running', 'done');
    clock.advance(minMs);
    await claimed(ledger, clock);
    const readings = [
      own('running', clock, { status: 'PROCESSING' }),
      own('done', clock, { status: 'SUCCESS' }),
    ];

    await ledger.record(readings, { addUnknown: false });

    expect(await ledger.nextDueAt('AI', ['running', 'done'])).toBe(clock.now() + CLAIM_MS);
    await ledger.releaseJobs('AI', ['running', 'done', 'nowhere']);
    clock.advance(CLAIM_MS);
    expect(await claimed(ledger, clock)).toEqual(['running']);
  });

  it.each([
    ['a second', 1_000, minMs],
    ['a quarter of a minute', minMs / ageShare, minMs],
    ['a minute and a bit', 61_007, 12_201],
    ['an hour', 3_600_000, maxMs],
    ['a day', 24 * 3_600_000, maxMs],
    ['almost the end', endsAtAgeMs - 1, maxMs],
    ['the end', endsAtAgeMs, undefined],
    ['less than nothing, by another clock', -1_000, minMs],
  ])('one given back at the age of %s is due by the schedule', async (_, age, wait) => {
    const { ledger, clock } = await ledgerOf(newPlace);
    const submittedAt = clock.now() + minMs - age;
    await ledger.record([own('job', clock, { submittedAt })], { addUnknown: true });
    clock.advance(minMs);

    await ledger.releaseJobs('AI', ['job']);

    const dueAt = await ledger.nextDueAt('AI', []);
    if (wait === undefined) expect(dueAt).toBeUndefined();
    else {
      // On the grid, so a little earlier: never later.
      expect(dueAt).toBeLessThanOrEqual(clock.now() + wait);
      expect(dueAt).toBeGreaterThanOrEqual(clock.now() + (wait * 5) / 6);
    }
  });

  it('tells when the next is due, of its own and of those that are wanted', async () => {
    const { ledger, clock } = await ledgerOf(newPlace);
    const start = clock.now();
    expect(await ledger.nextDueAt('AI', [])).toBeUndefined();
    expect(await ledger.nextDueAt('AI', ['nowhere'])).toBeUndefined();

    await ledger.record([own('foreign', clock, { submissionId: undefined })], { addUnknown: true });
    clock.advance(1_000);
    await ledger.record([own('mine', clock)], { addUnknown: true });

    expect(await ledger.nextDueAt('AI', [])).toBe(start + 1_000 + minMs);
    expect(await ledger.nextDueAt('AI', ['foreign'])).toBe(start + minMs);
    expect(await ledger.nextDueAt('IMAGE', ['foreign'])).toBeUndefined();
  });

  it('jobs that are due at about the same time are due together', async () => {
    const { ledger, clock } = await ledgerOf(newPlace);
    const hourAgo = clock.now() - 3_600_000;
    const ids = Array.from({ length: 100 }, (_, index) => `job-${String(index).padStart(3, '0')}`);
    for (const id of ids) {
      await ledger.record([own(id, clock, { submittedAt: hourAgo })], { addUnknown: true });
      await ledger.releaseJobs('AI', [id]);
      clock.advance(1_000);
    }
    const dues = new Set<number | undefined>();
    for (let at = await ledger.nextDueAt('AI', []); at !== undefined && dues.size < 10; ) {
      dues.add(at);
      clock.advance(at - clock.now());
      const due = await claimed(ledger, clock, { limit: 1_000 });
      await ledger.record(
        due.map((id) => own(id, clock, { status: 'SUCCESS' })),
        { addUnknown: false },
      );
      at = await ledger.nextDueAt('AI', []);
    }
    // A hundred seconds, in steps of thirty.
    expect(dues.size).toBeLessThanOrEqual(5);
  });

  it('any number can be wanted', async () => {
    const { ledger, clock } = await ledgerOf(newPlace);
    const wanted = Array.from({ length: 2_000 }, (_, index) => `job-${String(index).padStart(4, '0')}`);
    await ledger.record(
      wanted.map((id) => own(id, clock, { submissionId: undefined })),
      { addUnknown: true },
    );

    expect(await ledger.nextDueAt('AI', wanted)).toBe(clock.now() + minMs);
    clock.advance(minMs);
    expect(await claimed(ledger, clock, { wanted, limit: 10_000 })).toEqual(wanted);
    await ledger.releaseJobs('AI', wanted);
    expect(await ledger.nextDueAt('AI', wanted)).toBe(clock.now() + minMs);
  });
}
