import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { SubmitAIJobsDocument } from '../../schema/generated/graphql.ts';
import { startEmulator } from '../../src/emulator/server.ts';
import { upstreamSettings } from '../support/gateway-process.ts';
import { execute } from './client.ts';
import { delayedAnswers, KillableGateway } from './killable-gateway.ts';

const UNKNOWN = 'SUBMISSION_OUTCOME_UNKNOWN';
/** The outcome is open, or VOD did not create a job, so that the videos are sent again. */
const AGAIN = /SUBMISSION_IN_PROGRESS|NOT_SENT/;

it('kill -9 in the middle of submitAIJobs loses no video and makes none twice', {
  timeout: 60_000,
}, async () => {
  const emulator = await startEmulator({ qps: {} });
  const upstream = await delayedAnswers(emulator.origin, Math.random);
  const dataDir = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-'));
  const gateway = new KillableGateway({
    ...upstreamSettings(emulator),
    VOD_ENDPOINT: upstream.origin,
    DATA_DIR: dataDir,
    // The quota paces the 20 videos over a second, so that the kill hits them between the first and the last.
    VOD_QPS: '20',
    VOD_TIMEOUT_MS: '3000',
  });
  onTestFinished(async () => {
    await gateway.kill();
    await upstream.close();
    await emulator.close();
    rmSync(dataDir, { recursive: true });
  });
  const videos = Array.from({ length: 20 }, (_, index) => ({
    videoId: `video-${index}`,
    idempotencyKey: `key-${index}`,
  }));
  const send = () =>
    execute(gateway.origin, SubmitAIJobsDocument, { input: { videos, types: ['VIDEO_TAG'] } });

  await gateway.start();
  const cut = send().catch(() => undefined);
  await expect
    .poll(() => emulator.jobs.submittedAIJobs.length, { interval: 5, timeout: 20_000 })
    .toBeGreaterThan(7);
  await gateway.kill();
  expect(await cut).toBeUndefined();
  const before = emulator.jobs.submittedAIJobs.length;
  expect(before).toBeLessThan(videos.length);

  await gateway.start();
  let told: readonly (string | undefined)[] = [];
  for (let time = 0; time < 20; time++) {
    const { data } = await send();
    told =
      data.submitAIJobs.results?.map(({ jobs, userErrors }) => jobs?.[0]?.id ?? userErrors[0]?.code) ?? [];
    if (!told.some((text) => text === undefined || AGAIN.test(text))) break;
    await sleep(500);
  }

  const made = new Map(emulator.jobs.submittedAIJobs.map(({ mediaId, jobId }) => [mediaId, jobId]));
  expect(emulator.jobs.submittedAIJobs).toHaveLength(made.size);
  expect(told).toHaveLength(videos.length);
  for (const [index, { videoId }] of videos.entries()) {
    // An unknown video was being sent, or waited for the quota, when the gateway was killed.
    if (told[index] !== UNKNOWN) expect([videoId, told[index]]).toEqual([videoId, made.get(videoId)]);
  }
  // What was made and written before the kill is returned, so not everything is unknown.
  expect(told.filter((text) => text !== UNKNOWN).length).toBeGreaterThan(0);
});
