import { expect, it, onTestFinished } from 'vitest';
import { EventInbox } from '../../src/events/inbox.ts';
import { kinds } from '../../src/jobs/kinds.ts';
import { WatchBudget } from '../../src/jobs/live/budget.ts';
import type { JobEvent, JobRecord, Ledger } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/observability/log.ts';
import { ids, job, settled } from '../jobs/lookup/running-lookup.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** An inbox over a ledger that only counts, and a VOD with only final jobs. */
function place(callsPerSecond: number, followed: readonly string[] = []) {
  const clock = new ManualClock();
  const written: (readonly JobEvent[])[] = [];
  const finished: string[] = [];
  const loaded: (readonly string[])[] = [];
  const ledger: Pick<Ledger, 'recordEvents' | 'finishEvents' | 'claimDueEvents' | 'jobs'> = {
    async recordEvents(events) {
      written.push(events);
      await settled();
    },
    async finishEvents(jobIds) {
      finished.push(...jobIds);
    },
    claimDueEvents: async () => [],
    jobs: async (_kind, jobIds) => jobIds.map((id) => ({ id }) as JobRecord),
  };
  const inbox = new EventInbox({
    description: kinds.AI,
    ledger: ledger as Ledger,
    archive: { written: async () => {} },
    async refresh(ids) {
      loaded.push(ids);
      return ids.map((id) => job(id, 'SUCCESS'));
    },
    budget: new WatchBudget({ clock, callsPerSecond: () => callsPerSecond }),
    feed: { isUnfinished: (id) => followed.includes(id) },
    timeoutMs: 10_000,
    clock,
    log: createLog('silent'),
  });
  onTestFinished(() => inbox.close());
  const record = (jobId: string) =>
    inbox.record({ kind: 'AI', jobId, marker: undefined, receivedAt: clock.now() });
  return { clock, record, written, finished, loaded };
}

it('events of one tick are written and read together', async () => {
  const { record, written, finished, loaded } = place(100);
  await Promise.all(ids(25).map(record));
  await settled();
  expect(written.map((events) => events.length)).toEqual([25]);
  expect(loaded.map((batch) => batch.length)).toEqual([25]);
  expect(finished).toHaveLength(25);
});

it('events that arrive during a write are written together in the next write', async () => {
  const { record, written } = place(100);
  const first = record('first');
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([first, ...ids(7).map(record)]);
  expect(written.map((events) => events.length)).toEqual([1, 7]);
});

it('events beyond the budget are read when it allows more calls', async () => {
  const { clock, record, finished } = place(2);
  await Promise.all(ids(100).map(record));
  await settled();
  expect(finished).toHaveLength(20);
  for (let passed = 0; passed < 4_000; passed += 500) {
    clock.advance(500);
    await settled();
  }
  expect(finished).toHaveLength(100);
});

it('events of followed jobs are read before the others', async () => {
  const { clock, record, loaded } = place(2, ['followed']);
  await Promise.all(ids(100).map(record));
  await record('followed');
  await settled();
  clock.advance(500);
  await settled();
  expect(loaded.map((batch) => batch.includes('followed'))).toEqual([false, true]);
});
