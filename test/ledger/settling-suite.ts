import { expect, it } from 'vitest';
import type { Ledger, SubmissionIntent } from '../../src/ledger/ledger.ts';
import type { NewPlace } from './place.ts';
import { HOUR, intent, job, NOON } from './records.ts';

const claim = { leaseMs: 60_000, limit: 10, since: 0 };
const failed = { state: 'FAILED' } as const;
const nothing = { at: NOON, jobIds: [] };

async function unknown(ledger: Ledger, some: Partial<SubmissionIntent> = {}): Promise<SubmissionIntent> {
  const begun = intent({ leaseMs: 0, ...some });
  await ledger.begin(begun);
  await ledger.finish(begun.id, { state: 'UNKNOWN' });
  return begun;
}
const claimedIds = async (ledger: Ledger) =>
  (await ledger.claimUnsettled(claim)).map(({ submission }) => submission.id).sort();
const made = (...ids: string[]) =>
  ({ state: 'MADE', jobs: ids.map((id) => job(id)), overlapMs: HOUR }) as const;

export function settlingSuite(newPlace: NewPlace): void {
  it('are claimed by one caller at a time, with their age by the clock of the database', async () => {
    const { open, clock } = await newPlace();
    const [ledger, other] = [await open(), await open()];
    const { id } = await unknown(ledger);
    clock.advance(5_000);

    const claimed = await ledger.claimUnsettled(claim);

    expect(claimed).toMatchObject([{ submission: { id, state: 'UNKNOWN' }, leaseMs: 0 }]);
    expect(claimed[0]?.ageMs).toBeGreaterThanOrEqual(0);
    expect(await claimedIds(other)).toEqual([]);
  });

  it('include the pending ones of a gateway that has died, and no image jobs', async () => {
    const { open } = await newPlace();
    const ledger = await open();
    const dead = intent({ leaseMs: 0 });
    await ledger.begin(dead);
    await ledger.begin(intent({ leaseMs: 600_000 }));
    await unknown(ledger, { kind: 'IMAGE' });

    expect(await claimedIds(ledger)).toEqual([dead.id]);
    expect((await ledger.submission(dead.id))?.state).toBe('UNKNOWN');
  });

  it('are settled only by the caller whose last look was the last', async () => {
    const { open } = await newPlace();
    const [ledger, other] = [await open(), await open()];
    const { id } = await unknown(ledger);
    const look = {
      seen: undefined,
      listing: nothing,
      checkAgainInMs: 0,
      outcome: { state: 'UNKNOWN' },
    } as const;

    expect(await ledger.settle(id, look)).toBe(true);
    expect(await other.settle(id, look)).toBe(false);
    const late = { ...look, seen: { at: NOON + 1, jobIds: [] }, outcome: failed };
    expect(await other.settle(id, late)).toBe(false);
    expect((await ledger.submission(id))?.listing).toEqual(nothing);
    expect(await other.settle(id, { ...look, seen: nothing, outcome: failed })).toBe(true);
    expect(await ledger.submission(id)).toMatchObject({ state: 'FAILED', resolvedBy: 'LISTING' });
    expect(await ledger.settle(id, { ...look, seen: nothing, outcome: made('job') })).toBe(false);
  });

  it('become MADE by jobs that no other submission has, while no other one of the video is open', async () => {
    const { open } = await newPlace();
    const ledger = await open();
    const first = await unknown(ledger);
    const second = await unknown(ledger, { submittedAt: NOON + HOUR / 2 });
    const far = await unknown(ledger, { submittedAt: NOON + 3 * HOUR });
    const settle = (id: string, ...jobs: string[]) =>
      ledger.settle(id, { seen: undefined, listing: nothing, checkAgainInMs: 0, outcome: made(...jobs) });

    expect(await settle(first.id, 'a')).toBe(false);
    expect(await settle(far.id, 'b')).toBe(true);
    await ledger.finish(second.id, { state: 'REFUSED', requestId: undefined, userErrors: '[]' });
    expect(await settle(first.id, 'b')).toBe(false);
    expect(await settle(first.id, 'a')).toBe(true);
    expect(await ledger.submission(first.id)).toMatchObject({
      state: 'MADE',
      resolvedBy: 'LISTING',
      hasResponse: false,
      jobs: [{ id: 'a' }],
    });
  });

  it('keep their row when their key is sent again, so that a late marker leads to it', async () => {
    const { open } = await newPlace();
    const ledger = await open();
    const lost = await unknown(ledger, { idempotencyKey: 'key' });
    await ledger.settle(lost.id, { seen: undefined, listing: nothing, checkAgainInMs: 0, outcome: failed });

    const again = { ...lost, id: `${lost.id}-again` };
    const results = await Promise.all([
      ledger.begin(again),
      ledger.begin({ ...again, id: `${lost.id}-other` }),
    ]);
    expect(results.filter(({ begun }) => begun)).toHaveLength(1);

    await ledger.resolve(lost.id, job('late'));
    expect(await ledger.submission(lost.id)).toMatchObject({
      state: 'MADE',
      resolvedBy: 'MARKER',
      idempotencyKey: undefined,
      jobs: [{ id: 'late' }],
    });
    expect((await ledger.submissionWithKey('key'))?.id).not.toBe(lost.id);
  });

  it('give their allowance back when they become FAILED, and their key begins again within it', async () => {
    const { open } = await newPlace();
    const ledger = await open();
    const allowance = { caller: 'caller', day: 20_000, limit: 1 };
    const lost = intent({ leaseMs: 0, idempotencyKey: 'key' });
    await ledger.beginWithin(lost, allowance);
    await ledger.finish(lost.id, { state: 'UNKNOWN' });
    expect(await ledger.beginWithin(intent(), allowance)).toBeUndefined();
    const settlement = { seen: undefined, listing: nothing, checkAgainInMs: 0, outcome: failed };

    expect(await ledger.settle(lost.id, settlement)).toBe(true);
    expect(await ledger.settle(lost.id, settlement)).toBe(false);

    const again = intent({ idempotencyKey: 'key' });
    expect(await ledger.beginWithin(again, allowance)).toMatchObject({ begun: true });
    expect(await ledger.beginWithin(intent(), allowance)).toBeUndefined();
    expect((await ledger.submissionWithKey('key'))?.id).toBe(again.id);
    expect(await ledger.submission(lost.id)).toMatchObject({ state: 'FAILED', idempotencyKey: undefined });
  });

  it('keep their row when a begin with their key is cancelled whose response was lost', async () => {
    const { open } = await newPlace();
    const ledger = await open();
    const lost = await unknown(ledger, { idempotencyKey: 'key' });
    await ledger.settle(lost.id, { seen: undefined, listing: nothing, checkAgainInMs: 0, outcome: failed });

    const again = { ...lost, id: `${lost.id}-again` };
    await ledger.cancel(again);

    expect(await ledger.submission(lost.id)).toMatchObject({ resolvedBy: 'LISTING' });
    expect(await ledger.submissionWithKey('key')).toMatchObject({ id: again.id, state: 'FAILED' });
  });

  it('take a late response although they were settled', async () => {
    const { open } = await newPlace();
    const ledger = await open();
    const { id } = await unknown(ledger);
    await ledger.settle(id, { seen: undefined, listing: nothing, checkAgainInMs: 0, outcome: failed });

    await ledger.finish(id, { state: 'MADE', requestId: 'R', jobs: [job('late')] });

    expect(await ledger.submission(id)).toMatchObject({
      state: 'MADE',
      resolvedBy: undefined,
      jobs: [{ id: 'late' }],
    });
  });
}
