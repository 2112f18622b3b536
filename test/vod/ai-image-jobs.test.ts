import { describe, expect, it } from 'vitest';
import { Undecodable } from '../../src/domain/decoded.ts';
import type { AIImageJob } from '../../src/domain/job.ts';
import { InvalidResponseError } from '../../src/rpc/errors.ts';
import { fixture } from './fixture.ts';
import { respondingVod } from './responding-vod.ts';

const ID = 'cf08a2c6e11e*****de1711b738b9067';

function expectJob(job: AIImageJob | InvalidResponseError | undefined): AIImageJob {
  if (job === undefined || job instanceof Error) throw new Error('expected a job', { cause: job });
  return job;
}

/** Decodes a job with these fields from a response of GetAIImageJobs. */
async function decode(wire: Record<string, unknown>): Promise<AIImageJob> {
  const { vod } = await respondingVod({ RequestId: 'R', AIImageJobList: [{ JobId: 'a', ...wire }] });
  return expectJob((await vod.aiImageJobs.read(['a'])).get('a'));
}

describe('getAIImageJobs', () => {
  it("decodes the document's sample", async () => {
    const { vod, calls } = await respondingVod(fixture('get-ai-image-jobs'));
    const jobs = await vod.aiImageJobs.read([ID, 'unknown']);
    expect(calls()).toEqual([{ action: 'GetAIImageJobs', parameters: { JobIds: `${ID},unknown` } }]);
    expect(jobs).toEqual(
      new Map([
        [
          ID,
          {
            origin: 'read',
            wire: expect.any(Object),
            id: ID,
            requestId: '7721B494-1F78-4E*****E8-A7CEE7315BFA',
            status: 'SUCCESS',
            videoId: '357a8748c577*****789d2726e6436aa',
            createdAt: new Date('2020-10-15T03:30:03Z'),
            failure: undefined,
            templateId: '5a86a00f15194*****d7fe7de1b4a173',
            templateConfig: { kind: 'IMAGE', format: 'GIF', setDefaultCover: true },
            userData: { Extend: { localId: '****', test: 'www' } },
            images: [
              {
                score: 5.035636554444242,
                url: expect.stringMatching(/^http:\/\/outin-.*-00001\.gif$/),
              },
            ],
          },
        ],
      ]),
    );
  });

  it('has no entry for an id that is not in the response', async () => {
    const { vod } = await respondingVod({ AIImageJobList: [{ JobId: 'b' }] });
    expect([...(await vod.aiImageJobs.read(['a', 'b', 'c'])).keys()]).toEqual(['b']);
  });

  it.each([{ RequestId: 'R' }, { AIImageJobList: [] }])('finds no job in %j', async (response) => {
    const { vod } = await respondingVod(response);
    expect(await vod.aiImageJobs.read(['a'])).toEqual(new Map());
  });

  it('returns an error for a missing id if a job without an id is in the response', async () => {
    const { vod } = await respondingVod({
      RequestId: 'R-3',
      AIImageJobList: [{ JobId: 'a' }, { VideoId: 'v' }],
    });
    const jobs = await vod.aiImageJobs.read(['a', 'b']);
    expect(expectJob(jobs.get('a')).id).toBe('a');
    expect(jobs.get('b')).toBeInstanceOf(InvalidResponseError);
    expect(jobs.get('b')).toMatchObject({ requestId: 'R-3' });
  });

  it.each([[{ AIImageJobList: { AIImageJob: [] } }], [{ AIImageJobList: 'none' }], [{ hello: 'world' }]])(
    'rejects a response of another structure: %j',
    async (response) => {
      const { vod } = await respondingVod({ RequestId: 'R-9', ...response });
      const error = await vod.aiImageJobs.read(['a']).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(InvalidResponseError);
      expect(error).toMatchObject({ requestId: 'R-9', action: 'GetAIImageJobs' });
    },
  );
});

describe('an image job', () => {
  it('may have only its id', async () => {
    expect(await decode({})).toEqual({
      origin: 'read',
      wire: expect.any(Object),
      id: 'a',
      requestId: 'R',
      status: undefined,
      videoId: undefined,
      createdAt: undefined,
      failure: undefined,
      templateId: undefined,
      templateConfig: undefined,
      userData: undefined,
      images: undefined,
    });
  });

  it.each([
    ['{"Format":"png","SetDefaultCover":false}', { kind: 'IMAGE', format: 'PNG', setDefaultCover: false }],
    ['{"Format":"png","SetDefaultCover":"false"}', { kind: 'IMAGE', format: 'PNG', setDefaultCover: false }],
    ['{}', { kind: 'IMAGE', format: undefined, setDefaultCover: undefined }],
  ])('has the template configuration %s', async (TemplateConfig, expected) => {
    expect((await decode({ TemplateConfig })).templateConfig).toEqual(expected);
  });

  it.each([
    ['[]', []],
    ['[{"Url":"u"}]', [{ url: 'u', score: undefined }]],
    ['[{"Url":"u","Score":"0.5"}]', [{ url: 'u', score: 0.5 }]],
  ])('has the images %s', async (AIImageResult, expected) => {
    expect((await decode({ Status: 'success', AIImageResult })).images).toEqual(expected);
  });

  it.each(['init', 'processing', 'fail'])('has no images in the status %s', async (Status) => {
    expect((await decode({ Status, AIImageResult: '[{"Url":"u"}]' })).images).toBeUndefined();
  });

  it('has the reason of its failure', async () => {
    const job = await decode({ Status: 'fail', Code: 'InvalidVideo', Message: 'cannot be decoded' });
    expect(job.failure).toEqual({ code: 'InvalidVideo', message: 'cannot be decoded' });
  });

  const whole = {
    Status: 'success',
    VideoId: 'v',
    CreationTime: '2020-10-15T03:30:03Z',
    TemplateId: 't',
    TemplateConfig: '{"Format":"gif"}',
    UserData: '{"Extend":{}}',
    AIImageResult: '[{"Url":"u"}]',
  };

  it.each([
    ['CreationTime', 'createdAt', 'soon'],
    ['TemplateConfig', 'templateConfig', '{"SetDefaultCover":"maybe"}'],
    ['TemplateConfig', 'templateConfig', '{"Format":"webp"}'],
    ['UserData', 'userData', '{"Extend":'],
    ['AIImageResult', 'images', '[{"Score":1}]'],
  ] as const)('with an undecodable %s keeps its other fields', async (wireField, field, value) => {
    const { [field]: _, wire: _wire, ...others } = await decode(whole);
    const job = await decode({ ...whole, [wireField]: value });
    expect(job[field]).toBeInstanceOf(Undecodable);
    expect(job[field]).toMatchObject({ field: wireField });
    expect(job).toMatchObject(others);
  });
});

describe('submitAIImageJob', () => {
  it("decodes the document's sample", async () => {
    const { vod, calls } = await respondingVod(fixture('submit-ai-image-job'));
    const submission = { videoId: 'v', templateId: 't', userData: { extend: { a: '视频' } } };
    expect(await vod.submitAIImageJob(submission)).toEqual({
      requestId: '218A6807-A21E-43*****54-C0512880B0B0',
      made: {
        origin: 'submitted',
        id: ID,
        requestId: '218A6807-A21E-43*****54-C0512880B0B0',
        status: 'INIT',
        videoId: 'v',
        createdAt: undefined,
        failure: undefined,
        templateId: 't',
        templateConfig: undefined,
        userData: { Extend: { a: '视频' } },
        images: undefined,
      },
    });
    expect(calls()).toEqual([
      {
        action: 'SubmitAIImageJob',
        parameters: { VideoId: 'v', AITemplateId: 't', UserData: '{"Extend":{"a":"视频"}}' },
      },
    ]);
  });

  it.each([[{}], [{ JobId: '' }], [{ JobId: 7 }]])(
    'rejects a response without a job, which may exist: %j',
    async (response) => {
      const { vod, calls } = await respondingVod({ RequestId: 'R-5', ...response });
      const submitted = vod.submitAIImageJob({ videoId: 'v', templateId: 't' });
      const error = await submitted.catch((error: unknown) => error);
      expect(error).toBeInstanceOf(InvalidResponseError);
      expect(error).toMatchObject({ requestId: 'R-5', action: 'SubmitAIImageJob', mayHaveRun: true });
      expect(calls()).toHaveLength(1);
    },
  );
});
