import { describe, expect, it, onTestFinished } from 'vitest';
import {
  AIJobsDocument,
  SubmitAIJobDocument,
  type SubmitAIJobMutation,
} from '../../schema/generated/graphql.ts';
import type { App } from '../../src/app.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { type Emulator, startEmulator } from '../../src/emulator/server.ts';
import { fingerprint } from '../../src/jobs/submit/submissions.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { streamingAt } from '../graphql/transports/streaming.ts';
import { listening } from '../support/listening.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { createDatabase } from '../support/postgres.ts';
import type { Result } from '../support/running-gateway.ts';
import { createTestApp } from '../support/test-app.ts';
import { execute } from './client.ts';

/**
 * Starts two gateways with one Postgres and one VOD, which sends its events to the first gateway.
 *
 * @param skewMs how much the wall clocks of the gateways are ahead of the clock
 */
async function replicas({
  clock = systemClock,
  speed,
  skewMs = [0, 0],
}: {
  readonly clock?: Clock;
  readonly speed?: number;
  readonly skewMs?: readonly [number, number];
} = {}): Promise<{
  emulator: Emulator;
  origins: readonly [string, string];
  ledgers: readonly Ledger[];
}> {
  const emulator = await startEmulator({
    now: () => clock.now(),
    after: (ms, later) => clock.after(ms, later),
    qps: {},
    callback: {},
    ...(speed !== undefined && { speed }),
  });
  onTestFinished(() => emulator.close());
  const databaseUrl = await createDatabase();
  const apps: App[] = [];
  const ledgers: Ledger[] = [];
  const origins = await Promise.all(
    [0, 1].map((index) =>
      listening(
        (request, response) => apps[index]?.listener(request, response),
        (request, socket, head) => apps[index]?.upgrade(request, socket, head),
      ),
    ),
  );
  const start = async (byMs: number) => {
    const own: Clock = { ...clockOf(clock), now: () => clock.now() + byMs };
    const ledger = await openLedger({ databaseUrl, dataDir: '', clock: own, databaseClock: clock });
    ledgers.push(ledger);
    const callbackUrl = `${origins[0]}/callbacks/vod`;
    const app = createTestApp(
      emulator,
      { ledger, clock: own, random: Math.random },
      { databaseUrl, events: { callbackUrl, isUnsigned: true } },
    );
    onTestFinished(async () => {
      await app.close();
      await ledger.close();
    });
    return app;
  };
  // Both start at once, as in production, and both migrate the database.
  apps.push(...(await Promise.all(skewMs.map(start))));
  const [one = '', other = ''] = origins;
  return { emulator, origins: [one, other], ledgers };
}

/** The methods of a clock as an object of its own. */
function clockOf(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (ms, callback) => clock.after(ms, callback),
  };
}

const FIVE_MINUTES = 5 * 60_000;

describe('two gateways on one Postgres', () => {
  it.each([
    ['behind', -FIVE_MINUTES, FIVE_MINUTES],
    ['ahead', FIVE_MINUTES, -FIVE_MINUTES],
  ])('agree how long a key is held by a gateway whose clock is %s', async (_, holder, other) => {
    const clock = new ManualClock();
    const { emulator, origins, ledgers } = await replicas({ clock, skewMs: [holder, other] });
    const submission = { videoId: 'video', types: ['VIDEO_TAG' as const] };
    // The first gateway begins this submission and dies.
    await ledgers[0]?.begin({
      id: 'held',
      kind: 'AI',
      caller: 'anybody',
      idempotencyKey: 'key',
      fingerprint: fingerprint('AI', submission),
      videoId: 'video',
      input: '{}',
      submittedAt: clock.now() + holder,
      leaseMs: 15_000,
    });
    const askOther = async () => {
      let response: Result<SubmitAIJobMutation> | undefined;
      void execute(origins[1], SubmitAIJobDocument, {
        input: { ...submission, idempotencyKey: 'key' },
      }).then((received) => {
        response = received;
      });
      await expect
        .poll(() => {
          clock.advance(100);
          return response;
        })
        .toBeDefined();
      return response;
    };
    const start = clock.monotonic();

    const during = await askOther();
    expect(clock.monotonic() - start).toBeLessThan(15_000);
    expect(during?.data.submitAIJob.userErrors).toMatchObject([{ code: 'SUBMISSION_IN_PROGRESS' }]);
    clock.advance(start + 15_000 - clock.monotonic());
    const afterwards = await askOther();
    expect(afterwards?.errors).toMatchObject([{ extensions: { code: 'SUBMISSION_OUTCOME_UNKNOWN' } }]);
    expect(emulator.calls).toEqual([]);
  });

  it('submit once what both receive a hundred times at once with one idempotency key', async () => {
    const { emulator, origins } = await replicas();
    emulator.faults.add({ kind: 'latency', ms: 200, action: 'SubmitAIJob' });
    const input = { videoId: 'video-1', types: ['VIDEO_TAG' as const], idempotencyKey: 'same' };

    const answers = await Promise.all(
      Array.from({ length: 100 }, () => origins)
        .flat()
        .map((origin) => execute(origin, SubmitAIJobDocument, { input })),
    );

    // The watchers look the job up if this takes more than three seconds.
    expect(emulator.calls.filter(({ action }) => action === 'SubmitAIJob')).toHaveLength(1);
    const id = emulator.jobs.submittedAIJobs[0]?.jobId;
    expect(answers).toHaveLength(200);
    for (const { data, errors } of answers) {
      expect(errors).toBeUndefined();
      expect(data.submitAIJob.jobs?.map((job) => job.id)).toEqual([id]);
    }
  });

  it('send what one of them reads to the subscribers of both', async () => {
    const clock = new ManualClock();
    // The job ends after two seconds and the watchers read it after three: only VOD's event tells of its end.
    const { emulator, origins } = await replicas({ clock, speed: 2 });
    const followers = origins.map((origin) => streamingAt(origin).over('graphql-ws'));
    const { data } = await execute(origins[1], SubmitAIJobDocument, {
      input: { videoId: 'video', types: ['VIDEO_TAG'] },
    });
    const id = data.submitAIJob.jobs?.[0]?.id ?? '';
    const subscribers = followers.map((follow) => follow([id]));
    await expect.poll(() => subscribers.map(({ seen }) => seen)).toEqual([[`${id} INIT`], [`${id} INIT`]]);
    const calls = emulator.calls.length;

    clock.advance(2_000);

    expect(await Promise.all(subscribers.map(({ end }) => end))).toEqual(['complete', 'complete']);
    for (const { seen } of subscribers) expect(seen).toEqual([`${id} INIT`, `${id} SUCCESS`]);
    expect(emulator.calls.length - calls).toBe(1);
  });

  it('send the states of a job that another client submitted to the subscribers of both', async () => {
    const clock = new ManualClock();
    const { emulator, origins } = await replicas({ clock });
    emulator.jobs.addAIJob({ jobId: 'theirs', createdAt: clock.now() });
    const subscribers = origins.map((origin) => streamingAt(origin).over('graphql-ws')(['theirs']));
    await expect.poll(() => subscribers.every(({ seen }) => seen.length === 1)).toBe(true);
    let ended = 0;
    for (const { end } of subscribers) void end.then(() => ended++);
    await expect
      .poll(() => {
        clock.advance(500);
        return ended;
      })
      .toBe(2);
    for (const { seen } of subscribers) {
      expect(seen.at(-1)).toBe('theirs SUCCESS');
      expect(new Set(seen).size).toBe(seen.length);
    }
  });

  it('together look a final job up once', async () => {
    const { emulator, origins } = await replicas();
    emulator.jobs.addAIJob({ jobId: 'final', createdAt: 0 });
    const [one, other] = origins;
    const first = await execute(one, AIJobsDocument, { ids: ['final'] });
    expect(first.data.aiJobs[0]?.status).toBe('SUCCESS');
    const calls = emulator.calls.length;

    // The first gateway writes the job to the ledger after its response.
    await expect
      .poll(async () => {
        const before = emulator.calls.length;
        await execute(other, AIJobsDocument, { ids: ['final'] });
        return emulator.calls.length - before;
      })
      .toBe(0);
    expect(emulator.calls.length - calls).toBeLessThanOrEqual(1);
  });
});
