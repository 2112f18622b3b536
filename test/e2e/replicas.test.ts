import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { AIJobsDocument, SubmitAIJobDocument } from '../../schema/generated/graphql.ts';
import { createApp } from '../../src/app.ts';
import { systemClock } from '../../src/clock.ts';
import { type Emulator, startEmulator } from '../../src/emulator/server.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { createLog } from '../../src/log.ts';
import { type RunningPostgres, runningPostgres } from '../ledger/running-postgres.ts';
import { listening } from '../listening.ts';
import { execute } from './client.ts';

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await runningPostgres();
}, 60_000);
afterAll(() => postgres.remove());

/** Two gateways with one Postgres in front of one VOD: their origins. */
async function replicas(): Promise<{ emulator: Emulator; origins: readonly [string, string] }> {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  const databaseUrl = await postgres.createDatabase();
  const start = async () => {
    const ledger = await openLedger({ databaseUrl, dataDir: '' });
    const app = createApp(
      {
        region: 'cn-shanghai',
        timeoutMs: 10_000,
        callsPerSecond: 1_000,
        cache: { maxJobs: 100, maxBytes: 1_000_000, freshnessMs: 0 },
        ledger: { retentionMs: 180 * 86_400_000 },
      },
      {
        origin: emulator.origin,
        credentials: async () => emulator.credentials,
        ledger,
        clock: systemClock,
        random: Math.random,
        log: createLog('silent'),
      },
    );
    const origin = await listening(app.listener);
    onTestFinished(async () => {
      await app.close();
      await ledger.close();
    });
    return origin;
  };
  // At once, as they may be started in production: both bring the tables up to date.
  return { emulator, origins: await Promise.all([start(), start()]) };
}

describe('two gateways on one Postgres', () => {
  it('make one submission of one key that is sent to both a hundred times at once', async () => {
    const { emulator, origins } = await replicas();
    emulator.faults.add({ kind: 'latency', ms: 200, action: 'SubmitAIJob' });
    const input = { mediaId: 'video-1', types: ['VIDEO_TAG' as const], idempotencyKey: 'same' };

    const answers = await Promise.all(
      Array.from({ length: 100 }, () => origins)
        .flat()
        .map((origin) => execute(origin, SubmitAIJobDocument, { input })),
    );

    expect(emulator.calls.map(({ action }) => action)).toEqual(['SubmitAIJob']);
    const id = emulator.jobs.submittedAIJobs[0]?.jobId;
    expect(answers).toHaveLength(200);
    for (const { data, errors } of answers) {
      expect(errors).toBeUndefined();
      expect(data.submitAIJob.jobs?.map((job) => job.id)).toEqual([id]);
    }
  });

  it('ask VOD for a final job once between them', async () => {
    const { emulator, origins } = await replicas();
    emulator.jobs.addAIJob({ jobId: 'final', createdAt: 0 });
    const [one, other] = origins;
    const first = await execute(one, AIJobsDocument, { ids: ['final'] });
    expect(first.data.aiJobs[0]?.status).toBe('SUCCESS');
    const calls = emulator.calls.length;

    // What the first has learned is written behind its answer's back.
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
