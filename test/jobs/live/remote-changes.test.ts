import { expect, it } from 'vitest';
import type { AIJob } from '../../../src/domain/job.ts';
import { JobFeed } from '../../../src/jobs/live/feed.ts';
import { RemoteChanges } from '../../../src/jobs/live/remote-changes.ts';
import { aiJobRecords } from '../../../src/jobs/records.ts';
import { type ChangeListener, type JobRecord, type Ledger, LedgerError } from '../../../src/ledger/ledger.ts';
import { createLog } from '../../../src/observability/log.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { job, settled } from '../lookup/running-lookup.ts';

/** A feed with remote changes, over a ledger whose rows and notifications the test creates. */
async function place(ids: readonly string[]) {
  const clock = new ManualClock();
  const rows = new Map<string, JobRecord>();
  const asked: (readonly string[])[] = [];
  const added: string[] = [];
  const state = { isUnavailable: false };
  let listener: ChangeListener | undefined;
  const ledger: Pick<Ledger, 'jobs' | 'onChange'> = {
    async jobs(_kind, askedIds) {
      if (state.isUnavailable) throw new LedgerError('unavailable');
      asked.push(askedIds);
      return askedIds.flatMap((id) => rows.get(id) ?? []);
    },
    onChange(changes) {
      listener = changes;
      return () => {};
    },
  };
  const feed = new JobFeed<AIJob>({
    clock,
    load: async (loaded) => loaded.map((id) => job(id, 'INIT')),
    onFollowed: () => {},
  });
  const archive = { add: ({ id }: AIJob) => void added.push(id) };
  const log = createLog('silent');
  new RemoteChanges<AIJob>({ ledger: ledger as Ledger, records: aiJobRecords, feed, archive, clock, log });
  const seen: string[] = [];
  const subscription = await feed.follow(ids);
  void (async () => {
    for await (const { id, status } of subscription) seen.push(`${id} ${String(status)}`);
  })();
  await settled();
  seen.length = 0;
  return {
    clock,
    asked,
    added,
    seen,
    state,
    listener: () => listener as ChangeListener,
    /** Writes the job as final, as another gateway does. */
    finish(id: string) {
      const wire = { JobId: id, Status: 'success', Type: 'AIVideoTag' };
      const record = aiJobRecords.toRecord({ ...job(id, 'SUCCESS'), wire }, clock.now());
      rows.set(id, record);
    },
  };
}

it('a notification causes a read of the row if the job is followed', async () => {
  const { finish, listener, seen, asked } = await place(['a', 'b']);
  finish('a');
  listener().changed('IMAGE', ['a']);
  listener().changed('AI', ['a', 'nobody follows this']);
  await settled();
  expect(asked).toEqual([['a']]);
  expect(seen).toEqual(['a SUCCESS']);
});

it('a lost notification delays the change by ten seconds', async () => {
  const { clock, finish, seen } = await place(['a', 'b']);
  finish('a');
  clock.advance(9_999);
  await settled();
  expect(seen).toEqual([]);
  clock.advance(1);
  await settled();
  expect(seen).toEqual(['a SUCCESS']);
});

it('all changes are read when the ledger is available again', async () => {
  const { clock, finish, listener, seen, state } = await place(['a', 'b', 'c']);
  for (const id of ['a', 'b', 'c']) finish(id);
  state.isUnavailable = true;
  listener().changed('AI', ['a']);
  await settled();
  clock.advance(1_000);
  listener().changed('AI', ['b']);
  listener().changed('AI', ['c']);
  await settled();
  state.isUnavailable = false;
  clock.advance(4_000);
  await settled();
  expect(seen.toSorted()).toEqual(['a SUCCESS', 'b SUCCESS', 'c SUCCESS']);
});

it('a followed job without a row is added to the ledger', async () => {
  const { clock, added } = await place(['a']);
  clock.advance(10_000);
  await settled();
  expect(added).toEqual(['a']);
});
