import { describe, expect, test } from 'vitest';
import { runningEmulator, start } from '../running-emulator.ts';
import { callV3 } from '../signed-call.ts';

const jobId = (digit: string) => digit.repeat(32);
const elevenIds = Array.from({ length: 11 }, (_, index) => `id-${index}`).join(',');
const extend = '{"Extend":{"a":1}}';

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
  ['SubmitAIJob', { MediaId: 'v', Config: '{"AIVideoTag":{"OrigASRData":"yes"}}' }, 400, 'InvalidParameter'],
  ['SubmitAIJob', { MediaId: 'v', Config: '{"AIMediaDNA":{"DNADBId":1}}' }, 400, 'InvalidParameter'],
  ['SubmitAIJob', { MediaId: 'v', UserData: 'text' }, 400, 'InvalidParameter'],
  ['SubmitAIJob', { MediaId: 'v', UserData: '{"Other":1}' }, 400, 'InvalidParameter'],
  ['SubmitAIJob', { MediaId: 'is-missing' }, 404, 'InvalidVideo.NotFound'],
  ['ListAIJob', {}, 400, 'MissingJobIds'],
  ['ListAIJob', { JobIds: ',' }, 400, 'MissingJobIds'],
  ['ListAIJob', { JobIds: elevenIds }, 400, 'InvalidParameter'],
])('%s rejects %o', async (action, parameters, status, code) => {
  const emulator = await runningEmulator();
  const response = await callV3(emulator, action, parameters);
  expect([response.status, response.body.Code]).toEqual([status, code]);
  expect(response.body).toMatchObject({ RequestId: expect.any(String), HostId: expect.any(String) });
  expect(emulator.jobs.submittedAIJobs).toEqual([]);
});

test('the limit of UserData is in bytes', async () => {
  const emulator = await runningEmulator();
  const userDataOf = (bytes: number) => {
    const rest = bytes - JSON.stringify({ Extend: '' }).length;
    return JSON.stringify({ Extend: '视'.repeat(Math.floor(rest / 3)) + 'a'.repeat(rest % 3) });
  };
  const fits = await callV3(emulator, 'SubmitAIJob', { MediaId: 'v', UserData: userDataOf(512) });
  const tooLong = await callV3(emulator, 'SubmitAIJob', { MediaId: 'v', UserData: userDataOf(513) });
  expect([fits.status, tooLong.body.Code]).toEqual([200, 'InvalidParameter']);
});

describe('regions', () => {
  test.each([
    ['cn-shanghai', 200, 200],
    ['cn-beijing', 200, 200],
    ['ap-southeast-1', 403, 200],
    ['eu-central-1', 403, 403],
  ])('%s: smart tags %i, video DNA %i', async (region, ...statuses) => {
    const emulator = await runningEmulator({ region });
    const responses = [
      await callV3(emulator, 'SubmitAIJob', { MediaId: 'v', Types: 'AIVideoTag' }),
      await callV3(emulator, 'SubmitAIJob', { MediaId: 'v', Types: 'AIMediaDNA' }),
    ];
    expect(responses.map(({ status }) => status)).toEqual(statuses);
    for (const { status, body } of responses) if (status === 403) expect(body.Code).toBe('OperationDenied');
  });

  test('without Types, SubmitAIJob creates a job of each type that the region supports', async () => {
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
  test('creates one job per type and ignores repeated types', async () => {
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

  test('generates unique job ids even if `random` is constant', async () => {
    const emulator = await runningEmulator({ random: () => 0.5 });
    for (let count = 0; count < 5; count += 1) await callV3(emulator, 'SubmitAIJob', { MediaId: 'v' });
    expect(new Set(emulator.jobs.submittedAIJobs.map((job) => job.jobId)).size).toBe(10);
  });
});

describe('ListAIJob', () => {
  test('omits AIJobList if no job exists', async () => {
    const { body } = await callV3(await runningEmulator(), 'ListAIJob', { JobIds: 'a' });
    expect(body).toEqual({ RequestId: expect.any(String), NonExistAIJobIds: { String: ['["a"]'] } });
  });

  test('lists unknown ids as a list, or as a list of one text that holds the list; always the same way', async () => {
    const emulator = await runningEmulator();
    const unknown = async (JobIds: string) => (await callV3(emulator, 'ListAIJob', { JobIds })).body;
    const lists = await Promise.all(Array.from({ length: 40 }, (_, index) => unknown(`x${index},y`)));
    const texts = lists.map((body) => (body.NonExistAIJobIds as { String: string[] }).String);
    const packed = texts.filter((list) => list.length === 1);
    expect(packed.length).toBeGreaterThan(10);
    expect(packed.length).toBeLessThan(30);
    const unpacked = texts.map((list) => (list.length === 1 ? JSON.parse(list[0] ?? '') : list));
    expect(unpacked).toEqual(Array.from({ length: 40 }, (_, index) => [`x${index}`, 'y']));
    expect((await unknown('x0,y')).NonExistAIJobIds).toEqual({ String: texts[0] });
  });

  test('sorts the jobs by id, returns each once and lists unknown ids', async () => {
    const emulator = await runningEmulator();
    for (const digit of ['3', '1', '2']) emulator.jobs.addAIJob({ jobId: jobId(digit) });
    const JobIds = [jobId('3'), 'x', jobId('1'), jobId('3'), jobId('2')].join(',');
    const { body } = await callV3(emulator, 'ListAIJob', { JobIds });
    expect(body).toMatchObject({
      AIJobList: { AIJob: ['1', '2', '3'].map((digit) => ({ JobId: jobId(digit) })) },
      NonExistAIJobIds: { String: ['["x"]'] },
    });
  });

  test('returns the exact values of an added job', async () => {
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
  ])('returns a successful job that was added with data %s: Data is present: %s', async (data, isPresent) => {
    const emulator = await runningEmulator();
    const job = emulator.jobs.addAIJob({ status: 'success', data });
    const { body } = await callV3(emulator, 'ListAIJob', { JobIds: job.jobId });
    const { AIJob } = body.AIJobList as { AIJob: object[] };
    expect('Data' in (AIJob[0] ?? {})).toBe(isPresent);
  });
});
