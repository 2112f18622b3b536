import { describe, expect, test } from 'vitest';
import type { AIImageInfo } from '../../src/emulator/actions/ai-image-jobs.ts';
import type { Emulator } from '../../src/emulator/server.ts';
import { runningEmulator } from './running-emulator.ts';
import { callV3, start } from './signed-call.ts';

const speed = Number.POSITIVE_INFINITY;

async function list(emulator: Emulator, VideoId: string, at = start): Promise<AIImageInfo[]> {
  const { body } = await callV3(emulator, 'ListAIImageInfo', { VideoId }, { at });
  return body.AIImageInfoList as AIImageInfo[];
}

const eleven = Array.from({ length: 11 }, (_, index) => `id-${index}`).join(',');

test.each([
  ['ListAIImageInfo', {}, 400, 'MissingVideoId'],
  ['ListAIImageInfo', { VideoId: 'is-missing' }, 404, 'InvalidVideo.NotFound'],
  ['DeleteAIImageInfos', {}, 400, 'MissingAIImageInfoIds'],
  ['DeleteAIImageInfos', { AIImageInfoIds: ' ,' }, 400, 'MissingAIImageInfoIds'],
  ['DeleteAIImageInfos', { AIImageInfoIds: eleven }, 400, 'InvalidParameter'],
])('%s refuses %o', async (action, parameters, status, code) => {
  const answer = await callV3(await runningEmulator(), action, parameters);
  expect([answer.status, answer.body.Code]).toEqual([status, code]);
});

test.each([
  ['cn-shanghai', undefined],
  ['cn-beijing', undefined],
  ['ap-southeast-1', 'OperationDenied'],
])('in %s the code is %s', async (region, code) => {
  const emulator = await runningEmulator({ region });
  expect((await callV3(emulator, 'ListAIImageInfo', { VideoId: 'v' })).body.Code).toBe(code);
  expect((await callV3(emulator, 'DeleteAIImageInfos', { AIImageInfoIds: 'a' })).body.Code).toBe(code);
});

describe('ListAIImageInfo', () => {
  test('of a video without images is an empty list', async () => {
    const emulator = await runningEmulator({ speed });
    emulator.jobs.addAIImageJob({ videoId: 'fail' });
    expect(await list(emulator, 'fail')).toEqual([]);
    expect(await list(emulator, 'never-seen')).toEqual([]);
  });

  test("is of the images of the video's jobs, from the moment in which they succeed", async () => {
    const emulator = await runningEmulator();
    const { body } = await callV3(emulator, 'SubmitAIImageJob', { VideoId: '视频/1', AITemplateId: 't' });
    expect(await list(emulator, '视频/1')).toEqual([]);

    const at = start + 3000;
    emulator.clock.at = at;
    const job = await callV3(emulator, 'GetAIImageJobs', { JobIds: String(body.JobId) }, { at });
    const [{ AIImageResult = '' } = {}] = job.body.AIImageJobList as Record<string, string>[];
    const images = JSON.parse(AIImageResult) as { Score: number; Url: string }[];
    const infos = await list(emulator, '视频/1', at);
    expect(infos).toEqual(
      images.map(({ Score, Url }) => ({
        AIImageInfoId: expect.stringMatching(/^[0-9a-f]{32}$/),
        VideoId: '视频/1',
        JobId: body.JobId,
        FileURL: expect.stringContaining(`${Url}?auth_key=`),
        Format: Url.slice(-3),
        Score: String(Score),
        Version: expect.stringMatching(/^[0-9a-f]{32}$/),
        CreationTime: '2026-01-02T03:04:08Z',
      })),
    );
    expect(new Set(infos.flatMap((info) => [info.AIImageInfoId, info.Version])).size).toBe(2 * images.length);
  });

  test('signs the URLs anew at every call, for an hour', async () => {
    const emulator = await runningEmulator({ speed });
    emulator.jobs.addAIImageJob({ videoId: 'v' });
    for (const at of [start, start + 60_000]) {
      emulator.clock.at = at;
      const [info] = await list(emulator, 'v', at);
      expect(new URL(info?.FileURL ?? '').searchParams.get('auth_key')).toMatch(
        new RegExp(`^${at / 1000 + 3600}-0-0-[0-9a-f]{32}$`),
      );
    }
  });

  test('has the newest job first, and no other video', async () => {
    const emulator = await runningEmulator({ speed });
    const newest = emulator.jobs.addAIImageJob({ videoId: 'v', createdAt: start });
    const oldest = emulator.jobs.addAIImageJob({ videoId: 'v', createdAt: start - 1000 });
    emulator.jobs.addAIImageJob({ videoId: 'other' });
    const jobIds = (await list(emulator, 'v')).map(({ JobId }) => JobId);
    expect([...new Set(jobIds)]).toEqual([newest.jobId, oldest.jobId]);
  });

  test('has what jobs were put in with', async () => {
    const emulator = await runningEmulator();
    const result = '[{"Score":5.035636554444242,"Url":"http://example.com/a.GIF?x=1"}]';
    emulator.jobs.addAIImageJob({ videoId: 'v', status: 'success', result });
    for (const odd of ['{', '{}', '[{"Score":"1"}]', null]) {
      emulator.jobs.addAIImageJob({ videoId: 'v', status: 'success', result: odd });
    }
    emulator.jobs.addAIImageJob({ videoId: 'v', status: 'processing', result });
    expect(await list(emulator, 'v')).toMatchObject([
      {
        Score: '5.035636554444242',
        Format: 'gif',
        FileURL: expect.stringMatching(/^http:\/\/example\.com\/a\.GIF\?x=1&auth_key=\d+-0-0-/),
        CreationTime: '2026-01-02T03:04:05Z',
      },
    ]);
  });
});

describe('DeleteAIImageInfos', () => {
  test('deletes infos for good, passes over unknown ones, and leaves the job its result', async () => {
    const emulator = await runningEmulator({ speed });
    const jobs = ['a', 'b', 'c'].map((jobId) => emulator.jobs.addAIImageJob({ jobId, videoId: 'v' }));
    const infos = await list(emulator, 'v');
    const [first, second, ...rest] = infos;
    const AIImageInfoIds = [first?.AIImageInfoId, 'unknown', second?.AIImageInfoId].join(', ');
    const resultsOf = async () =>
      (await callV3(emulator, 'GetAIImageJobs', { JobIds: jobs.map((job) => job.jobId).join(',') })).body
        .AIImageJobList;
    const before = await resultsOf();

    for (let time = 0; time < 2; time += 1) {
      const { status, body } = await callV3(emulator, 'DeleteAIImageInfos', { AIImageInfoIds });
      expect([status, body]).toEqual([200, { RequestId: expect.any(String) }]);
      expect(await list(emulator, 'v')).toEqual(rest);
    }
    expect(await resultsOf()).toEqual(before);
  });
});
