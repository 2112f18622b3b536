import { describe, expect, test } from 'vitest';
import { runningEmulator } from './running-emulator.ts';
import { callV3, start } from './signed-call.ts';

const jobId = (digit: string) => digit.repeat(32);
const elevenIds = Array.from({ length: 11 }, (_, index) => `id-${index}`).join(',');
const extend = '{"Extend":{"a":1}}';

describe('refusals', () => {
  test.each([
    ['SubmitAIJob', {}, 400, 'MissingParameter'],
    ['SubmitAIJob', { MediaId: 'v', Types: 'AIMediaDNA,AIVideo' }, 400, 'InvalidParameter'],
    ['SubmitAIJob', { MediaId: 'v', Types: ',' }, 400, 'InvalidParameter'],
    ['SubmitAIJob', { MediaId: 'v', Config: '{' }, 400, 'InvalidParameter'],
    ['SubmitAIJob', { MediaId: 'v', Config: '[]' }, 400, 'InvalidParameter'],
    ['SubmitAIJob', { MediaId: 'v', Config: '{"AIVideoTag":"Face"}' }, 400, 'InvalidParameter'],
    [
      'SubmitAIJob',
      { MediaId: 'v', Config: '{"AIVideoTag":{"AnalyseTypes":"Face,Nose"}}' },
      400,
      'InvalidParameter',
    ],
    [
      'SubmitAIJob',
      { MediaId: 'v', Config: '{"AIVideoTag":{"AnalyseTypes":["Face"]}}' },
      400,
      'InvalidParameter',
    ],
    [
      'SubmitAIJob',
      { MediaId: 'v', Config: '{"AIVideoTag":{"OrigASRData":"yes"}}' },
      400,
      'InvalidParameter',
    ],
    ['SubmitAIJob', { MediaId: 'v', Config: '{"AIMediaDNA":{"DNADBId":1}}' }, 400, 'InvalidParameter'],
    ['SubmitAIJob', { MediaId: 'v', UserData: 'text' }, 400, 'InvalidParameter'],
    ['SubmitAIJob', { MediaId: 'v', UserData: '{"Other":1}' }, 400, 'InvalidParameter'],
    ['SubmitAIJob', { MediaId: 'is-missing' }, 404, 'InvalidVideo.NotFound'],
    ['ListAIJob', {}, 400, 'MissingJobIds'],
    ['ListAIJob', { JobIds: ',' }, 400, 'MissingJobIds'],
    ['ListAIJob', { JobIds: elevenIds }, 400, 'InvalidParameter'],
    ['SubmitAIImageJob', { AITemplateId: 't' }, 400, 'MissingVideoId'],
    ['SubmitAIImageJob', { VideoId: 'v' }, 400, 'MissingAITemplateId'],
    ['SubmitAIImageJob', { VideoId: 'is-missing', AITemplateId: 't' }, 404, 'InvalidVideo.NotFound'],
    ['SubmitAIImageJob', { VideoId: 'v', AITemplateId: 't', UserData: '{}' }, 400, 'InvalidParameter'],
    ['GetAIImageJobs', {}, 400, 'MissingJobIds'],
    ['GetAIImageJobs', { JobIds: elevenIds }, 400, 'InvalidParameter'],
  ])('%s refuses %o', async (action, parameters, status, code) => {
    const emulator = await runningEmulator();
    const answer = await callV3(emulator, action, parameters);
    expect([answer.status, answer.body.Code]).toEqual([status, code]);
    expect(answer.body).toMatchObject({ RequestId: expect.any(String), HostId: expect.any(String) });
    expect([...emulator.jobs.submittedAIJobs, ...emulator.jobs.submittedAIImageJobs]).toEqual([]);
  });

  test('UserData is measured in bytes', async () => {
    const emulator = await runningEmulator();
    const userDataOf = (bytes: number) => {
      const rest = bytes - JSON.stringify({ Extend: '' }).length;
      return JSON.stringify({ Extend: '视'.repeat(Math.floor(rest / 3)) + 'a'.repeat(rest % 3) });
    };
    const fits = await callV3(emulator, 'SubmitAIJob', { MediaId: 'v', UserData: userDataOf(512) });
    const tooLong = await callV3(emulator, 'SubmitAIJob', { MediaId: 'v', UserData: userDataOf(513) });
    expect([fits.status, tooLong.body.Code]).toEqual([200, 'InvalidParameter']);
  });
});

describe('regions', () => {
  const tag = { MediaId: 'v', Types: 'AIVideoTag' };
  const dna = { MediaId: 'v', Types: 'AIMediaDNA' };
  const image = { VideoId: 'v', AITemplateId: 't' };

  test.each([
    ['cn-shanghai', 200, 200, 200],
    ['cn-beijing', 200, 200, 200],
    ['ap-southeast-1', 403, 200, 403],
    ['eu-central-1', 403, 403, 403],
  ])('%s: smart tags %i, video DNA %i, image AI %i', async (region, ...statuses) => {
    const emulator = await runningEmulator({ region });
    const answers = [
      await callV3(emulator, 'SubmitAIJob', tag),
      await callV3(emulator, 'SubmitAIJob', dna),
      await callV3(emulator, 'SubmitAIImageJob', image),
    ];
    expect(answers.map(({ status }) => status)).toEqual(statuses);
    for (const { status, body } of answers) if (status === 403) expect(body.Code).toBe('OperationDenied');
  });

  test('Types left out means those that the region has', async () => {
    const emulator = await runningEmulator({ region: 'ap-southeast-1' });
    await callV3(emulator, 'SubmitAIJob', { MediaId: 'v' });
    expect(emulator.jobs.submittedAIJobs.map(({ type }) => type)).toEqual(['AIMediaDNA']);

    const elsewhere = await runningEmulator({ region: 'eu-central-1' });
    expect((await callV3(elsewhere, 'SubmitAIJob', { MediaId: 'v' })).body).toMatchObject({
      Code: 'OperationDenied',
      HostId: 'vod.eu-central-1.aliyuncs.com',
    });
  });
});

describe('SubmitAIJob', () => {
  test('creates one job a type, each type once', async () => {
    const emulator = await runningEmulator();
    const { body } = await callV3(emulator, 'SubmitAIJob', {
      MediaId: 'v',
      Types: 'AIVideoTag,AIMediaDNA,AIVideoTag',
      UserData: extend,
    });
    expect(body).toEqual({
      RequestId: expect.any(String),
      AIJobList: {
        AIJob: [
          { JobId: expect.stringMatching(/^[0-9a-f]{32}$/), MediaId: 'v', Type: 'AIVideoTag' },
          { JobId: expect.stringMatching(/^[0-9a-f]{32}$/), MediaId: 'v', Type: 'AIMediaDNA' },
        ],
      },
    });
    expect(emulator.jobs.submittedAIJobs).toMatchObject([
      { type: 'AIVideoTag', mediaId: 'v', userData: extend, createdAt: start },
      { type: 'AIMediaDNA' },
    ]);
  });

  test('gives every job an id of its own, even where chance never changes', async () => {
    const emulator = await runningEmulator({ random: () => 0.5 });
    for (let count = 0; count < 5; count += 1) await callV3(emulator, 'SubmitAIJob', { MediaId: 'v' });
    expect(new Set(emulator.jobs.submittedAIJobs.map((job) => job.jobId)).size).toBe(10);
  });
});

describe('ListAIJob', () => {
  test('leaves AIJobList out where nothing was found', async () => {
    const { body } = await callV3(await runningEmulator(), 'ListAIJob', { JobIds: 'a' });
    expect(body).toEqual({ RequestId: expect.any(String), NonExistAIJobIds: { String: ['a'] } });
  });

  test('answers in an order of its own, each id once, and names the unknown ones', async () => {
    const emulator = await runningEmulator();
    for (const digit of ['3', '1', '2']) emulator.jobs.addAIJob({ jobId: jobId(digit) });
    const asked = [jobId('3'), 'x', jobId('1'), jobId('3'), jobId('2')].join(',');
    const { body } = await callV3(emulator, 'ListAIJob', { JobIds: asked });
    expect(body).toMatchObject({
      AIJobList: { AIJob: ['1', '2', '3'].map((digit) => ({ JobId: jobId(digit) })) },
      NonExistAIJobIds: { String: ['x'] },
    });
  });

  test('tells of jobs that were put in exactly what they were put in with', async () => {
    const emulator = await runningEmulator();
    emulator.jobs.addAIJob({
      jobId: jobId('a'),
      mediaId: 'v',
      type: 'AIMediaDNA',
      status: 'paused',
      data: 'not JSON',
      code: '7',
      message: 'odd',
      createdAt: start - 1000,
      completedAt: start,
    });
    const { body } = await callV3(emulator, 'ListAIJob', { JobIds: jobId('a') });
    expect(body.AIJobList).toEqual({
      AIJob: [
        {
          JobId: jobId('a'),
          MediaId: 'v',
          Type: 'AIMediaDNA',
          Status: 'paused',
          Data: 'not JSON',
          Code: '7',
          Message: 'odd',
          CreationTime: '2026-01-02T03:04:04Z',
          CompleteTime: '2026-01-02T03:04:05Z',
        },
      ],
    });
    expect(emulator.jobs.submittedAIJobs).toEqual([]);
    expect(emulator.jobs.findAIJob(jobId('a'))).toMatchObject({ mediaId: 'v' });
  });

  test.each([
    [undefined, true],
    [null, false],
  ])('a successful job put in with data %s has Data: %s', async (data, has) => {
    const emulator = await runningEmulator();
    const job = emulator.jobs.addAIJob({ status: 'success', ...(data === undefined ? {} : { data }) });
    const { body } = await callV3(emulator, 'ListAIJob', { JobIds: job.jobId });
    const { AIJob } = body.AIJobList as { AIJob: object[] };
    expect('Data' in (AIJob[0] ?? {})).toBe(has);
  });
});

describe('GetAIImageJobs', () => {
  test('leaves unknown jobs out of a flat list', async () => {
    const emulator = await runningEmulator();
    const job = emulator.jobs.addAIImageJob({ videoId: 'v', templateId: 't', userData: extend });
    const { body } = await callV3(emulator, 'GetAIImageJobs', { JobIds: `unknown,${job.jobId}` });
    expect(body.AIImageJobList).toEqual([
      {
        JobId: job.jobId,
        VideoId: 'v',
        Status: 'init',
        CreationTime: '2026-01-02T03:04:05Z',
        TemplateId: 't',
        TemplateConfig: expect.any(String),
        UserData: extend,
      },
    ]);
  });

  test('tells of jobs that were put in exactly what they were put in with', async () => {
    const emulator = await runningEmulator();
    const job = emulator.jobs.addAIImageJob({
      status: 'success',
      result: '{',
      templateConfig: 'x',
      code: '0',
      message: 'm',
    });
    const { body } = await callV3(emulator, 'GetAIImageJobs', { JobIds: job.jobId });
    expect(body.AIImageJobList).toMatchObject([
      { Status: 'success', AIImageResult: '{', TemplateConfig: 'x', Code: '0', Message: 'm' },
    ]);
    expect(emulator.jobs.findAIImageJob(job.jobId)).toBeDefined();
  });
});

describe('calls a second', () => {
  test('above the limit are throttled, for that action alone, over any second', async () => {
    const emulator = await runningEmulator({ qps: { ListAIJob: 2 } });
    const codeAt = async (ms: number, action = 'ListAIJob') => {
      emulator.clock.at = start + ms;
      return (await callV3(emulator, action, { JobIds: 'a' })).body.Code ?? 'ok';
    };
    expect(await codeAt(0)).toBe('ok');
    expect(await codeAt(900)).toBe('ok');
    expect(await codeAt(999)).toBe('Throttling.User');
    expect(await codeAt(999, 'GetAIImageJobs')).toBe('ok');
    expect(await codeAt(1000)).toBe('ok');
    expect(await codeAt(1001)).toBe('Throttling.User');
    expect(await codeAt(1900)).toBe('ok');
  });
});
