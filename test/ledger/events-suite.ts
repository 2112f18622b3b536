import { expect, it } from 'vitest';
import type { JobKind } from '../../src/domain/job.ts';
import { watchSchedule } from '../../src/domain/watch-schedule.ts';
import type { JobEvent, Ledger } from '../../src/ledger/ledger.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { type NewPlace, skewed } from './place.ts';
import { job, NOON } from './records.ts';

const CLAIM_MS = 30_000;
const TEN_MINUTES = 10 * 60_000;
const FIVE_MINUTES = 5 * 60_000;

function event(jobId: string, clock: ManualClock, some: Partial<JobEvent> = {}): JobEvent {
  return { kind: 'AI', jobId, marker: undefined, receivedAt: clock.now(), ...some };
}

function claimed(ledger: Ledger, limit = 10, kind: JobKind = 'AI'): Promise<readonly JobEvent[]> {
  return ledger.claimDueEvents({ kind, leaseMs: CLAIM_MS, limit });
}

export function eventsSuite(newPlace: NewPlace): void {
  it('one other ledger can claim an event when its claim has expired', async () => {
    const { open, clock } = await newPlace();
    const [ledger, other] = [await open(), await open()];
    const received = event('job', clock, { marker: 'submission' });
    await ledger.recordEvents([received], CLAIM_MS);

    clock.advance(CLAIM_MS - 1);
    expect(await claimed(other)).toEqual([]);
    clock.advance(1);
    expect((await Promise.all([claimed(ledger), claimed(other)])).flat()).toEqual([received]);
    expect(await claimed(ledger)).toEqual([]);
    clock.advance(CLAIM_MS);
    expect(await claimed(other)).toEqual([received]);
  });

  it('only events about one kind of jobs are claimed', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    const image = event('image', clock, { kind: 'IMAGE' });
    await ledger.recordEvents([image, event('ai', clock)], 0);

    expect(await claimed(ledger, 10, 'AI')).toEqual([event('ai', clock)]);
    expect(await claimed(ledger, 10, 'AI')).toEqual([]);
    expect(await claimed(ledger, 10, 'IMAGE')).toEqual([image]);
  });

  it('finished events are deleted', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    const ids = Array.from({ length: 1_200 }, (_, index) => `job-${index}`);
    for (const id of ['job-0', 'job-1', 'job-1199']) await ledger.recordEvents([event(id, clock)], 0);
    await ledger.finishEvents([...ids.slice(1), 'job-1']);
    await ledger.finishEvents([]);

    expect(await claimed(ledger)).toEqual([event('job-0', clock)]);
  });

  it('one event of a job is kept, with the latest time and the last known marker', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    const first = event('job', clock, { marker: 'submission' });
    await ledger.recordEvents([first], 0);
    clock.advance(10);
    const second = event('job', clock);
    await ledger.recordEvents([second], 1);
    await ledger.recordEvents([first], CLAIM_MS);

    clock.advance(CLAIM_MS - 1);
    expect(await claimed(ledger)).toEqual([]);
    clock.advance(1);
    expect(await claimed(ledger)).toEqual([{ ...second, marker: 'submission' }]);
    await ledger.recordEvents([{ ...second, marker: 'another' }], 0);
    expect(await claimed(ledger)).toEqual([{ ...second, marker: 'another' }]);
  });

  it('claims the longest due events up to the limit, in the order of receipt', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    for (const id of ['3', '1', '2', '4']) {
      await ledger.recordEvents([event(id, clock, { receivedAt: clock.now() + Number(id) })], Number(id));
    }
    clock.advance(10);

    expect((await claimed(ledger, 2)).map(({ jobId }) => jobId)).toEqual(['1', '2']);
    expect((await claimed(ledger, 10)).map(({ jobId }) => jobId)).toEqual(['3', '4']);
  });

  it('two ledgers that claim at the same time never get the same event', async () => {
    const { open, clock } = await newPlace();
    const ledgers = [await open(), await open()] as const;
    const ids = Array.from({ length: 100 }, (_, index) => `job-${String(index).padStart(3, '0')}`);
    for (const id of ids) await ledgers[0].recordEvents([event(id, clock)], 0);

    const given: string[] = [];
    for (let round = 0; given.length < ids.length; round++) {
      expect(round).toBeLessThan(ids.length);
      const claims = await Promise.all(ledgers.map((ledger) => claimed(ledger)));
      given.push(...claims.flat().map(({ jobId }) => jobId));
    }

    expect(given.sort()).toEqual(ids);
  });

  it("claims and ages follow the database's clock, whatever the clocks of the gateways show", async () => {
    const { open, clock } = await newPlace();
    const clocks = [skewed(clock, -FIVE_MINUTES), skewed(clock, FIVE_MINUTES)] as const;
    const [behind, ahead] = [await open(clocks[0]), await open(clocks[1])];
    for (const [writer, reader, { now }] of [
      [behind, ahead, clocks[0]],
      [ahead, behind, clocks[1]],
    ] as const) {
      const received = event(`job-${now()}`, clock, { receivedAt: now() });
      await writer.recordEvents([received], TEN_MINUTES);

      clock.advance(TEN_MINUTES - 1);
      expect(await claimed(reader)).toEqual([]);
      clock.advance(1);
      expect((await claimed(reader)).map(({ jobId }) => jobId)).toEqual([received.jobId]);
      clock.advance(CLAIM_MS);
      expect(await claimed(reader)).toEqual([]);
    }
  });

  it('an event that is unfinished after ten minutes is deleted', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    await ledger.recordEvents([event('old', clock)], 0);
    clock.advance(1);
    await ledger.recordEvents([event('young', clock)], 0);
    clock.advance(TEN_MINUTES);

    expect((await claimed(ledger)).map(({ jobId }) => jobId)).toEqual(['young']);
    await ledger.finishEvents(['young']);

    clock.advance(CLAIM_MS);
    expect(await claimed(ledger)).toEqual([]);
  });

  it('an export contains neither events nor due times', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    const known = job('job', { submissionId: 'submission', submittedAt: NOON });
    await ledger.record([known], { addUnknown: true });
    await ledger.recordEvents([event('job', clock)], 1);

    expect(await ledger.nextDueInMs('AI', [])).toBe(watchSchedule.minMs);
    const exported: unknown[] = [];
    for await (const row of ledger.export()) exported.push(row);
    expect(exported).toEqual([{ table: 'jobs', row: known }]);
  });
}
