import { expect, it } from 'vitest';
import type { AIJob } from '../../../src/domain/job.ts';
import { JobFeed } from '../../../src/jobs/live/feed.ts';
import { RemoteChanges } from '../../../src/jobs/live/remote-changes.ts';
import { aiJobRecords } from '../../../src/jobs/records.ts';
import { type ChangeListener, type JobRecord, type Ledger, LedgerError } from '../../../src/ledger/ledger.ts';
import { createLog } from '../../../src/observability/log.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { job, settled } from '../lookup/running-lookup.ts';

/** A feed that others' changes come to, through a ledger whose rows and notifications the test makes. */
async function place(ids: readonly string[]) {
  const clock = new ManualClock();
  const rows = new Map<string, JobRecord>();
  const asked: (readonly string[])[] = [];
  const kept: string[] = [];
  const state = { isGone: false };
  let listener: ChangeListener | undefined;
  const ledger: Pick<Ledger, 'jobs' | 'onChange'> = {
    async jobs(_kind, askedIds) {
      if (state.isGone) throw new LedgerError('gone');
      asked.push(askedIds);
      return askedIds.flatMap((id) => rows.get(id) ?? []);
    },
    onChange(told) {
      listener = told;
      return () => {};
    },
  };
  const feed = new JobFeed<AIJob>({
    clock,
    load: async (loaded) => loaded.map((id) => job(id, 'INIT')),
    onFollowed: () => {},
  });
  const archive = { add: ({ id }: AIJob) => void kept.push(id) };
  const log = createLog('silent');
  new RemoteChanges<AIJob>({ ledger: ledger as Ledger, records: aiJobRecords, feed, archive, clock, log });
  const seen: string[] = [];
  const following = await feed.follow(ids);
  void (async () => {
    for await (const { id, status } of following) seen.push(`${id} ${String(status)}`);
  })();
  await settled();
  seen.length = 0;
  return {
    clock,
    asked,
    kept,
    seen,
    state,
    listener: () => listener as ChangeListener,
    /** Another gateway writes the job down as final. */
    finish(id: string) {
      const wire = { JobId: id, Status: 'success', Type: 'AIVideoTag' };
      const record = aiJobRecords.toRecord({ ...job(id, 'SUCCESS'), wire }, clock.now());
      rows.set(id, record);
    },
  };
}

it('a notification is a hint to read the row, of followed jobs alone', async () => {
  const { finish, listener, seen, asked } = await place(['a', 'b']);
  finish('a');
  listener().changed('IMAGE', ['a']);
  listener().changed('AI', ['a', 'nobody follows this']);
  await settled();
  expect(asked).toEqual([['a']]);
  expect(seen).toEqual(['a SUCCESS']);
});

it('a notification that is lost costs ten seconds', async () => {
  const { clock, finish, seen } = await place(['a', 'b']);
  finish('a');
  clock.advance(9_999);
  await settled();
  expect(seen).toEqual([]);
  clock.advance(1);
  await settled();
  expect(seen).toEqual(['a SUCCESS']);
});

it('what could not be read is read once the ledger is back, all of it', async () => {
  const { clock, finish, listener, seen, state } = await place(['a', 'b', 'c']);
  for (const id of ['a', 'b', 'c']) finish(id);
  state.isGone = true;
  listener().changed('AI', ['a']);
  await settled();
  clock.advance(1_000);
  listener().changed('AI', ['b']);
  listener().changed('AI', ['c']);
  await settled();
  state.isGone = false;
  clock.advance(4_000);
  await settled();
  expect(seen.toSorted()).toEqual(['a SUCCESS', 'b SUCCESS', 'c SUCCESS']);
});

it('a followed job that the ledger has forgotten is put there again, to be watched', async () => {
  const { clock, kept } = await place(['a']);
  clock.advance(10_000);
  await settled();
  expect(kept).toEqual(['a']);
});
