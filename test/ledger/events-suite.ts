import { expect, it } from 'vitest';
import { watchSchedule } from '../../src/domain/watch-schedule.ts';
import type { JobEvent, Ledger } from '../../src/ledger/ledger.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import type { NewPlace } from './place.ts';
import { job, NOON } from './records.ts';

const CLAIM_MS = 30_000;
const TEN_MINUTES = 10 * 60_000;

function event(jobId: string, clock: ManualClock, some: Partial<JobEvent> = {}): JobEvent {
  return { jobId, marker: undefined, receivedAt: clock.now(), ...some };
}

function claimed(ledger: Ledger, clock: ManualClock, limit = 10): Promise<readonly JobEvent[]> {
  return ledger.claimDueEvents({ until: clock.now() + CLAIM_MS, limit });
}

export function eventsSuite(newPlace: NewPlace): void {
  it('one other ledger can claim an event when its claim has expired', async () => {
    const { open, clock } = await newPlace();
    const [ledger, other] = [await open(), await open()];
    const received = event('job', clock, { marker: 'submission' });
    await ledger.recordEvents([received], clock.now() + CLAIM_MS);

    clock.advance(CLAIM_MS - 1);
    expect(await claimed(other, clock)).toEqual([]);
    clock.advance(1);
    expect((await Promise.all([claimed(ledger, clock), claimed(other, clock)])).flat()).toEqual([received]);
    expect(await claimed(ledger, clock)).toEqual([]);
    clock.advance(CLAIM_MS);
    expect(await claimed(other, clock)).toEqual([received]);
  });

  it('finished events are deleted', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    const ids = Array.from({ length: 1_200 }, (_, index) => `job-${index}`);
    for (const id of ['job-0', 'job-1', 'job-1199'])
      await ledger.recordEvents([event(id, clock)], clock.now());
    await ledger.finishEvents([...ids.slice(1), 'job-1']);
    await ledger.finishEvents([]);

    expect(await claimed(ledger, clock)).toEqual([event('job-0', clock)]);
  });

  it('one event of a job is kept, with the latest time and the last known marker', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    const first = event('job', clock, { marker: 'submission' });
    await ledger.recordEvents([first], clock.now());
    clock.advance(10);
    const second = event('job', clock);
    await ledger.recordEvents([second], clock.now() + 1);
    await ledger.recordEvents([first], clock.now() + CLAIM_MS);

    clock.advance(CLAIM_MS - 1);
    expect(await claimed(ledger, clock)).toEqual([]);
    clock.advance(1);
    expect(await claimed(ledger, clock)).toEqual([{ ...second, marker: 'submission' }]);
    await ledger.recordEvents([{ ...second, marker: 'another' }], clock.now());
    expect(await claimed(ledger, clock)).toEqual([{ ...second, marker: 'another' }]);
  });

  it('claims the longest due events up to the limit, in the order of receipt', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    for (const id of ['3', '1', '2', '4']) {
      await ledger.recordEvents(
        [event(id, clock, { receivedAt: clock.now() + Number(id) })],
        clock.now() + Number(id),
      );
    }
    clock.advance(10);

    expect((await claimed(ledger, clock, 2)).map(({ jobId }) => jobId)).toEqual(['1', '2']);
    expect((await claimed(ledger, clock, 10)).map(({ jobId }) => jobId)).toEqual(['3', '4']);
  });

  it('two ledgers that claim at the same time never get the same event', async () => {
    const { open, clock } = await newPlace();
    const ledgers = [await open(), await open()] as const;
    const ids = Array.from({ length: 100 }, (_, index) => `job-${String(index).padStart(3, '0')}`);
    for (const id of ids) await ledgers[0].recordEvents([event(id, clock)], clock.now());

    const given: string[] = [];
    for (let round = 0; given.length < ids.length; round++) {
      expect(round).toBeLessThan(ids.length);
      const claims = await Promise.all(ledgers.map((ledger) => claimed(ledger, clock)));
      given.push(...claims.flat().map(({ jobId }) => jobId));
    }

    expect(given.sort()).toEqual(ids);
  });

  it('an event that is unfinished after ten minutes is deleted', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    await ledger.recordEvents([event('old', clock)], clock.now());
    clock.advance(1);
    await ledger.recordEvents([event('young', clock)], clock.now());
    clock.advance(TEN_MINUTES);

    expect((await claimed(ledger, clock)).map(({ jobId }) => jobId)).toEqual(['young']);
    await ledger.finishEvents(['young']);

    clock.advance(CLAIM_MS);
    expect(await claimed(ledger, clock)).toEqual([]);
  });

  it('an export contains neither events nor due times', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    const known = job('job', { submissionId: 'submission', submittedAt: NOON });
    await ledger.record([known], { addUnknown: true });
    await ledger.recordEvents([event('job', clock)], clock.now() + 1);

    expect(await ledger.nextDueAt('AI', [])).toBe(clock.now() + watchSchedule.minMs);
    const exported: unknown[] = [];
    for await (const row of ledger.export()) exported.push(row);
    expect(exported).toEqual([{ table: 'jobs', row: known }]);
  });
}
