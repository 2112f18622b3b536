import { describe, expect, test } from 'vitest';
import type { AIImageInfo } from '../../../src/emulator/actions/ai-image-jobs.ts';
import { runningEmulator, start, type TestEmulator } from '../running-emulator.ts';
import { callV3 } from '../signed-call.ts';

const speed = Number.POSITIVE_INFINITY;
const elevenIds = Array.from({ length: 11 }, (_, index) => `id-${index}`).join(',');
const extend = '{"Extend":{"a":1}}';

async function submit(emulator: TestEmulator, AITemplateId: string) {
  return callV3(emulator, 'SubmitAIImageJob', { VideoId: 'v', AITemplateId });
}

async function job(emulator: TestEmulator, JobIds: unknown): Promise<Record<string, string>> {
  const { body } = await callV3(emulator, 'GetAIImageJobs', { JobIds: String(JobIds) });
  const [found] = body.AIImageJobList as Record<string, string>[];
  if (found === undefined) throw new Error(`expected a job; got ${JSON.stringify(body)}`);
  return found;
}

async function listInfos(emulator: TestEmulator, VideoId: string): Promise<AIImageInfo[]> {
  const { body } = await callV3(emulator, 'ListAIImageInfo', { VideoId });
  return body.AIImageInfoList as AIImageInfo[];
}

test.each([
  ['SubmitAIImageJob', { AITemplateId: 't' }, 400, 'MissingVideoId'],
  ['SubmitAIImageJob', { VideoId: 'v' }, 400, 'MissingAITemplateId'],
  ['SubmitAIImageJob', { VideoId: 'is-missing', AITemplateId: 't' }, 404, 'InvalidVideo.NotFound'],
  ['SubmitAIImageJob', { VideoId: 'v', AITemplateId: 't', UserData: '{}' }, 400, 'InvalidParameter'],
  ['GetAIImageJobs', {}, 400, 'MissingJobIds'],
  ['GetAIImageJobs', { JobIds: elevenIds }, 400, 'InvalidParameter'],
  ['ListAIImageInfo', {}, 400, 'MissingVideoId'],
  ['ListAIImageInfo', { VideoId: 'is-missing' }, 404, 'InvalidVideo.NotFound'],
  ['DeleteAIImageInfos', {}, 400, 'MissingAIImageInfoIds'],
  ['DeleteAIImageInfos', { AIImageInfoIds: ' ,' }, 400, 'MissingAIImageInfoIds'],
  ['DeleteAIImageInfos', { AIImageInfoIds: elevenIds }, 400, 'InvalidParameter'],
])('%s rejects %o', async (action, parameters, status, code) => {
  const emulator = await runningEmulator();
  const { status: actual, body } = await callV3(emulator, action, parameters);
  expect([actual, body.Code]).toEqual([status, code]);
  expect(body).toMatchObject({ RequestId: expect.any(String), HostId: expect.any(String) });
  expect(emulator.jobs.submittedAIImageJobs).toEqual([]);
});

test.each([
  ['cn-shanghai', undefined],
  ['cn-beijing', undefined],
  ['ap-southeast-1', 'OperationDenied'],
  ['eu-central-1', 'OperationDenied'],
])('in %s the error code is %s', async (region, code) => {
  const emulator = await runningEmulator({ region });
  for (const { status, body } of [
    await submit(emulator, 't'),
    await callV3(emulator, 'ListAIImageInfo', { VideoId: 'v' }),
    await callV3(emulator, 'DeleteAIImageInfos', { AIImageInfoIds: 'a' }),
  ]) {
    expect([status, body.Code]).toEqual([code === undefined ? 200 : 403, code]);
  }
});

describe('SubmitAIImageJob', () => {
  test.each([
    [true, 'unknown', 404, 'InvalidTemplate.NotFound'],
    [true, 'missing', 404, 'InvalidTemplate.NotFound'],
    [false, 'unknown', 200, undefined],
    [false, 'is-missing', 404, 'InvalidTemplate.NotFound'],
  ])(
    'strictTemplates %s: the response for template %s is %i %s',
    async (strictTemplates, id, status, code) => {
      const emulator = await runningEmulator({ strictTemplates });
      const response = await submit(emulator, id);
      expect([response.status, response.body.Code]).toEqual([status, code]);
      expect(emulator.jobs.submittedAIImageJobs).toHaveLength(status === 200 ? 1 : 0);
    },
  );

  test.each([true, false])('strictTemplates %s: the type must be AIImage', async (strictTemplates) => {
    const emulator = await runningEmulator({ strictTemplates });
    const { templateId } = emulator.templates.add({ type: 'AIMediaAudit' });
    const { status, body } = await submit(emulator, templateId);
    expect([status, body.Code]).toEqual([400, 'InvalidParameter']);
    for (const { templateId, type } of emulator.templates.all) {
      expect((await submit(emulator, templateId)).status).toBe(type === 'AIImage' ? 200 : 400);
    }
  });

  test('checks the video before the template', async () => {
    const emulator = await runningEmulator({ strictTemplates: true });
    const { body } = await callV3(emulator, 'SubmitAIImageJob', { VideoId: 'missing', AITemplateId: 't' });
    expect(body.Code).toBe('InvalidVideo.NotFound');
  });

  test.each(['gif', 'png'])('creates images in the format of the template: %s', async (Format) => {
    const emulator = await runningEmulator({ strictTemplates: true, speed });
    const config = JSON.stringify({ Format, SetDefaultCover: 'true' });
    const { templateId } = emulator.templates.add({ config });
    const found = await job(emulator, (await submit(emulator, templateId)).body.JobId);
    expect(found).toMatchObject({ TemplateId: templateId, TemplateConfig: config, Status: 'success' });
    for (const { Url } of JSON.parse(found.AIImageResult ?? '') as { Url: string }[]) {
      expect(Url.endsWith(`.${Format}`)).toBe(true);
    }
  });

  test('keeps the configuration that the template had at the submission', async () => {
    const emulator = await runningEmulator({ strictTemplates: true, speed });
    const config = '{"Format":"gif","SetDefaultCover":"false"}';
    const { templateId } = emulator.templates.add({ config });
    const { JobId } = (await submit(emulator, templateId)).body;
    const before = await job(emulator, JobId);

    const change = { TemplateName: 'n', TemplateConfig: '{"Format":"png","SetDefaultCover":"true"}' };
    await callV3(emulator, 'UpdateAITemplate', { TemplateId: templateId, ...change });
    await callV3(emulator, 'DeleteAITemplate', { TemplateId: templateId });
    expect(await job(emulator, JobId)).toEqual(before);
    expect(before.TemplateConfig).toBe(config);
    expect((await submit(emulator, templateId)).body.Code).toBe('InvalidTemplate.NotFound');
  });

  test.each(['{', '[]', '{"Format":"bmp"}'])(
    'accepts a template that was added with the invalid configuration %s',
    async (config) => {
      const emulator = await runningEmulator({ speed });
      const { templateId } = emulator.templates.add({ config });
      const found = await job(emulator, (await submit(emulator, templateId)).body.JobId);
      expect(found).toMatchObject({ TemplateConfig: config, AIImageResult: expect.any(String) });
    },
  );
});

describe('GetAIImageJobs', () => {
  test('returns a flat list without unknown jobs', async () => {
    const emulator = await runningEmulator();
    const { jobId } = emulator.jobs.addAIImageJob({
      jobId: 'job-1',
      videoId: 'v',
      templateId: 't',
      userData: extend,
    });
    const { body } = await callV3(emulator, 'GetAIImageJobs', { JobIds: `unknown,${jobId}` });
    expect(body.AIImageJobList).toEqual([
      {
        JobId: jobId,
        VideoId: 'v',
        Status: 'init',
        CreationTime: '2026-01-02T03:04:05Z',
        TemplateId: 't',
        TemplateConfig: expect.any(String),
        UserData: extend,
      },
    ]);
  });

  test('has the documented code and message of a successful job', async () => {
    const emulator = await runningEmulator({ speed: Number.POSITIVE_INFINITY });
    const { jobId } = emulator.jobs.addAIImageJob();
    expect(await job(emulator, jobId)).toMatchObject({
      Status: 'success',
      Code: 'Success',
      Message: 'success',
    });
  });

  test('returns the exact values of an added job', async () => {
    const emulator = await runningEmulator();
    const { jobId } = emulator.jobs.addAIImageJob({
      status: 'success',
      result: '{',
      templateConfig: 'x',
      code: '0',
      message: 'm',
    });
    expect(await job(emulator, jobId)).toMatchObject({
      Status: 'success',
      AIImageResult: '{',
      TemplateConfig: 'x',
      Code: '0',
      Message: 'm',
    });
    expect(emulator.jobs.findAIImageJob(jobId)).toBeDefined();
  });

  test('returns an existing template for a job that was added without one', async () => {
    const emulator = await runningEmulator();
    const { templateId, templateConfig } = emulator.jobs.addAIImageJob();
    expect(emulator.templates.find(templateId)).toMatchObject({ type: 'AIImage', config: templateConfig });
  });
});

describe('ListAIImageInfo', () => {
  test('returns an empty list for a video without images', async () => {
    const emulator = await runningEmulator({ speed });
    emulator.jobs.addAIImageJob({ videoId: 'fail' });
    expect(await listInfos(emulator, 'fail')).toEqual([]);
    expect(await listInfos(emulator, 'never-seen')).toEqual([]);
  });

  test("returns the images of the video's jobs as soon as they succeed", async () => {
    const emulator = await runningEmulator();
    const { body } = await callV3(emulator, 'SubmitAIImageJob', { VideoId: '视频/1', AITemplateId: 't' });
    expect(await listInfos(emulator, '视频/1')).toEqual([]);

    emulator.clock.advance(3000);
    const { AIImageResult = '' } = await job(emulator, body.JobId);
    const images = JSON.parse(AIImageResult) as { Score: number; Url: string }[];
    const infos = await listInfos(emulator, '视频/1');
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

  test('signs the URLs at every call, for one hour', async () => {
    const emulator = await runningEmulator({ speed });
    emulator.jobs.addAIImageJob({ videoId: 'v' });
    for (const ms of [0, 60_000]) {
      emulator.clock.advance(ms);
      const [info] = await listInfos(emulator, 'v');
      expect(new URL(info?.FileURL ?? '').searchParams.get('auth_key')).toMatch(
        new RegExp(`^${(start + ms) / 1000 + 3600}-0-0-[0-9a-f]{32}$`),
      );
    }
  });

  test('returns the newest job first, and no other video', async () => {
    const emulator = await runningEmulator({ speed });
    const newest = emulator.jobs.addAIImageJob({ videoId: 'v', createdAt: start });
    const oldest = emulator.jobs.addAIImageJob({ videoId: 'v', createdAt: start - 1000 });
    emulator.jobs.addAIImageJob({ videoId: 'other' });
    const jobIds = (await listInfos(emulator, 'v')).map(({ JobId }) => JobId);
    expect([...new Set(jobIds)]).toEqual([newest.jobId, oldest.jobId]);
  });

  test('returns the images of added jobs and ignores invalid results', async () => {
    const emulator = await runningEmulator();
    const result = '[{"Score":5.035636554444242,"Url":"http://example.com/a.GIF?x=1"}]';
    emulator.jobs.addAIImageJob({ videoId: 'v', status: 'success', result });
    for (const invalid of ['{', '{}', '[{"Score":"1"}]', null]) {
      emulator.jobs.addAIImageJob({ videoId: 'v', status: 'success', result: invalid });
    }
    emulator.jobs.addAIImageJob({ videoId: 'v', status: 'processing', result });
    expect(await listInfos(emulator, 'v')).toMatchObject([
      {
        Score: '5.035636554444242',
        Format: 'gif',
        FileURL: expect.stringMatching(/^http:\/\/example\.com\/a\.GIF\?x=1&auth_key=\d+-0-0-/),
        CreationTime: '2026-01-02T03:04:05Z',
      },
    ]);
  });
});

test('DeleteAIImageInfos deletes infos, ignores unknown ids and keeps the results of jobs', async () => {
  const emulator = await runningEmulator({ speed });
  const jobs = ['a', 'b', 'c'].map((jobId) => emulator.jobs.addAIImageJob({ jobId, videoId: 'v' }));
  const [first, second, ...rest] = await listInfos(emulator, 'v');
  const AIImageInfoIds = [first?.AIImageInfoId, 'unknown', second?.AIImageInfoId].join(', ');
  const JobIds = jobs.map(({ jobId }) => jobId).join(',');
  const results = async () => (await callV3(emulator, 'GetAIImageJobs', { JobIds })).body.AIImageJobList;
  const before = await results();

  for (let time = 0; time < 2; time += 1) {
    const { status, body } = await callV3(emulator, 'DeleteAIImageInfos', { AIImageInfoIds });
    expect([status, body]).toEqual([200, { RequestId: expect.any(String) }]);
    expect(await listInfos(emulator, 'v')).toEqual(rest);
  }
  expect(await results()).toEqual(before);
});
