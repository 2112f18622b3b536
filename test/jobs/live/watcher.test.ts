import { describe, expect, it, onTestFinished } from 'vitest';
import type { AIJob } from '../../../src/domain/job.ts';
import { JobArchive } from '../../../src/jobs/archive.ts';
import { WatchBudget } from '../../../src/jobs/live/budget.ts';
import { JobFeed } from '../../../src/jobs/live/feed.ts';
import { Watcher } from '../../../src/jobs/live/watcher.ts';
import type { JobOutcome } from '../../../src/jobs/lookup/pending-ids.ts';
import { aiJobRecords } from '../../../src/jobs/records.ts';
import { type Ledger, LedgerError } from '../../../src/ledger/ledger.ts';
import { openLedger } from '../../../src/ledger/open.ts';
import { emptyFolder } from '../../ledger/place.ts';
import { collectedLog } from '../../support/collected-logs.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { ids, job, settled } from '../lookup/running-lookup.ts';

const log = collectedLog();

/** Watchers of replicas on one ledger, over a VOD with these results by id. */
async function place(vod: Record<string, JobOutcome<AIJob>> = {}) {
  const clock = new ManualClock();
  const ledger = await openLedger({ dataDir: await emptyFolder(), clock });
  onTestFinished(() => ledger.close());

  function watcher(
    options: { callsPerSecond?: number; ledger?: Ledger; onFinished?: (jobs: number) => void } = {},
  ) {
    const calls: (readonly string[])[] = [];
    const onLedger = options.ledger ?? ledger;
    const load = async (ids: readonly string[]) => {
      calls.push(ids);
      const outcomes = ids.map((id) => vod[id]);
      for (const outcome of outcomes) if (outcome && 'origin' in outcome) archive.save(outcome);
      return outcomes;
    };
    const archive = new JobArchive<AIJob>({ ledger: onLedger, records: aiJobRecords, clock, log });
    const feed = new JobFeed<AIJob>({ clock, load, onFollowed: (followed) => archive.add(followed) });
    const watching = new Watcher<AIJob>({
      kind: 'AI',
      maxIds: 10,
      ledger: onLedger,
      feed,
      archive,
      refresh: load,
      budget: new WatchBudget({ clock, callsPerSecond: () => options.callsPerSecond ?? 1_000 }),
      timeoutMs: 10_000,
      clock,
      log,
      observer: { watched: () => {} },
      onFinished: options.onFinished,
    });
    onTestFinished(() => watching.close());
    return { calls, feed };
  }

  /** Records jobs as submitted through a gateway. */
  async function submitted(jobIds: readonly string[]) {
    const records = jobIds.map((id) =>
      aiJobRecords.toRecord(job(id, 'INIT'), clock.now(), { id: `of ${id}`, submittedAt: clock.now() }),
    );
    await ledger.record(records, { addUnknown: true });
  }

  /** Advances the clock in steps, and waits for the effects of each. */
  async function pass(ms: number, stepMs = 500) {
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.advance(stepMs);
      for (let turn = 0; turn < 20; turn++) await settled();
    }
  }

  return { clock, ledger, vod, watcher, submitted, pass };
}

describe('a watcher', () => {
  it('reads a job every three seconds at first, and less often as it ages', async () => {
    const { watcher, submitted, pass, vod } = await place({ a: job('a', 'PROCESSING') });
    const { calls } = watcher();
    await submitted(['a']);
    await pass(15_000);
    expect(calls.length).toBeGreaterThanOrEqual(4);
    expect(calls.length).toBeLessThanOrEqual(5);
    await pass(3_600_000, 5_000);
    const inAnHour = calls.length;
    expect(inAnHour).toBeLessThan(45);
    await pass(3_600_000, 5_000);
    // The longest interval is ten minutes.
    expect(calls.length - inAnHour).toBeGreaterThanOrEqual(6);
    expect(calls.length - inAnHour).toBeLessThan(10);

    vod.a = job('a', 'SUCCESS');
    await pass(1_200_000, 5_000);
    const inTheEnd = calls.length;
    await pass(3_600_000, 30_000);
    expect(calls).toHaveLength(inTheEnd);
  });

  it('tells how many submitted jobs it found finished, and not of others', async () => {
    const { watcher, submitted, pass, vod } = await place({ own: job('own', 'PROCESSING') });
    vod.other = job('other', 'PROCESSING');
    const finished: number[] = [];
    const { feed } = watcher({ onFinished: (jobs) => finished.push(jobs) });
    await submitted(['own']);
    const subscription = await feed.follow(['other']);
    await subscription.next();
    await pass(4_000);
    expect(finished).toEqual([]);
    vod.own = job('own', 'SUCCESS');
    vod.other = job('other', 'SUCCESS');
    await pass(20_000);
    expect(finished).toEqual([1]);
  });

  it('reads all due jobs together, so that they fill batches of ten', async () => {
    const { watcher, submitted, pass } = await place();
    const { calls } = watcher();
    await submitted(ids(1_500));
    await pass(3_500);
    expect(calls.map((batch) => batch.length)).toEqual([1_000, 500]);
    expect(new Set(calls.flat()).size).toBe(1_500);
  });

  it('stays within its budget', async () => {
    const { watcher, submitted, pass } = await place();
    const { calls } = watcher({ callsPerSecond: 2 });
    await submitted(ids(100));
    await pass(3_000);
    expect(calls.flat()).toHaveLength(20);
    await pass(3_000);
    // Two calls a second, with ten jobs each.
    expect(calls.flat()).toHaveLength(80);
  });

  it('reads followed jobs before a backlog of thousands', async () => {
    const { watcher, submitted, pass, vod } = await place({ live: job('live', 'PROCESSING') });
    await submitted(ids(12_000));
    await pass(60_000, 30_000);
    const { calls, feed } = watcher({ callsPerSecond: 2.5 });
    const subscription = await feed.follow(['live']);
    await subscription.next();
    vod.live = job('live', 'SUCCESS');
    calls.length = 0;
    await pass(10_000);
    expect(calls.flat()).toContain('live');
    // The backlog has its share meanwhile.
    expect(calls.flat().length).toBeGreaterThan(150);
    expect((await subscription.next()).value).toMatchObject({ id: 'live', status: 'SUCCESS' });
  });

  it('shares jobs with other watchers on the ledger: one of them reads each job', async () => {
    const { watcher, submitted, pass } = await place();
    const watchers = [watcher(), watcher()];
    await submitted(ids(50));
    await pass(3_000);
    const read = watchers.flatMap(({ calls }) => calls.flat());
    expect(read.length).toBe(50);
    expect(new Set(read).size).toBe(50);
  });

  it('takes over the jobs of a gateway that died', async () => {
    const { watcher, submitted, pass, clock, ledger } = await place({ a: job('a', 'SUCCESS') });
    await submitted(['a']);
    clock.advance(3_000);
    // Another gateway claims the job and dies.
    const claim = { kind: 'AI', leaseMs: 15_000, limit: 10, wanted: [] } as const;
    expect(await ledger.claimDueJobs(claim)).toHaveLength(1);
    const { calls } = watcher();
    await pass(14_500);
    expect(calls).toEqual([]);
    await pass(5_000);
    expect(calls).toEqual([['a']]);
  });

  it('reads only followed jobs while the ledger is unavailable', async () => {
    const { watcher, submitted, pass, ledger, vod } = await place({ a: job('a', 'INIT') });
    const unavailable = new Proxy(ledger, {
      get: (_, method) =>
        method === 'mayHaveJob' ? () => true : () => Promise.reject(new LedgerError('unavailable')),
    });
    const { calls, feed } = watcher({ ledger: unavailable });
    await submitted(['b']);
    const subscription = await feed.follow(['a']);
    calls.length = 0;
    await pass(9_000);
    expect(calls.flat().every((id) => id === 'a')).toBe(true);
    expect(calls.length).toBeGreaterThan(0);
    vod.a = job('a', 'SUCCESS');
    await pass(9_000);
    const seen: unknown[] = [];
    for await (const { status } of subscription) seen.push(status);
    expect(seen).toEqual(['INIT', 'SUCCESS']);
  });
});
