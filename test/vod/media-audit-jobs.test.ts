import { describe, expect, it } from 'vitest';
import { Undecodable } from '../../src/domain/decoded.ts';
import { InvalidResponseError, RejectedError } from '../../src/rpc/errors.ts';
import { decodeStoredAIMediaAuditJob } from '../../src/vod/media-audit-jobs.ts';
import { json } from '../rpc/scripted-server.ts';
import { fixture } from './fixture.ts';
import { respondingVod } from './responding-vod.ts';
import { scriptedVod } from './scripted-vod.ts';

const ID = 'bdbc266af6893*****1ffb1f7b0a6f3';
const frame = { timeMs: 3000, url: 'http://temp-***.oss-cn-shanghai.aliyuncs.com/porn.jpg' };

/** Reads the job `a` from a response of GetAIMediaAuditJob with these fields. */
async function decode(wire: Record<string, unknown>) {
  const { vod } = await respondingVod({ RequestId: 'R', MediaAuditJob: { JobId: 'a', ...wire } });
  const job = (await vod.aiMediaAuditJobs.read(['a'])).get('a');
  if (job === undefined || job instanceof Error) throw new Error('expected a job', { cause: job });
  return job;
}

const result = async (Data: unknown) => (await decode({ Status: 'success', Data })).result();

describe('getAIMediaAuditJob', () => {
  it('decodes the documented structure', async () => {
    const { vod, calls } = await respondingVod(fixture('get-ai-media-audit-job'));
    const job = (await vod.aiMediaAuditJobs.read([ID])).get(ID);
    expect(calls()).toEqual([{ action: 'GetAIMediaAuditJob', parameters: { JobId: ID } }]);
    expect(job).toMatchObject({
      origin: 'read',
      id: ID,
      requestId: '25818875-5F78-4A*****F6-D7393642CA58',
      status: 'SUCCESS',
      videoId: 'fe028d09441af*****f5b1ae52d72',
      createdAt: new Date('2020-12-28T09:20:15Z'),
      completedAt: new Date('2020-12-28T09:21:15Z'),
      data: expect.stringMatching(/^\{"Suggestion":"block"/),
    });
    if (job === undefined || job instanceof Error) throw new Error('expected a job');
    expect(job.result()).toMatchObject({
      suggestion: 'BLOCK',
      labels: ['porn', 'terrorism'],
      modules: ['VIDEO', 'IMAGE_COVER'],
      video: {
        suggestion: 'BLOCK',
        label: 'porn',
        porn: {
          suggestion: 'BLOCK',
          label: 'porn',
          maxScore: 92.48,
          averageScore: 50.02,
          counts: [{ label: 'porn', count: 10 }],
          top: [{ label: 'porn', score: 92.48, ...frame }],
        },
        terrorism: { suggestion: 'REVIEW', label: 'bloody' },
        live: { label: 'PIP' },
        logo: { label: 'TV' },
      },
      images: [{ type: 'cover', labels: ['porn', 'terrorism'], scenes: [{ scene: 'porn', score: 92.48 }] }],
      texts: [{ type: 'title', content: 'title', scene: 'antispam', label: 'normal', score: 99.91 }],
      audio: [{ scene: 'antispam', label: 'normal', score: 99.91, suggestion: 'PASS' }],
    });
    expect(decodeStoredAIMediaAuditJob(JSON.stringify(job.wire))?.result()).toEqual(job.result());
  });

  it('decodes the older form, in which one image is divided over two elements', async () => {
    const { vod } = await respondingVod(fixture('get-ai-media-audit-job-older'));
    const job = (await vod.aiMediaAuditJobs.read([ID])).get(ID);
    if (job === undefined || job instanceof Error) throw new Error('expected a job');
    expect(job.result()).toMatchObject({
      video: { porn: { counts: [{ label: 'porn', count: 10 }] } },
      images: [{ type: 'cover', labels: ['normal'], scenes: [{ scene: 'porn', score: 0 }] }],
    });
  });

  it.each([{ RequestId: 'R' }, { RequestId: 'R', MediaAuditJob: null }, { MediaAuditJob: {} }])(
    'finds no job in %j',
    async (response) => {
      const { vod } = await respondingVod(response);
      expect(await vod.aiMediaAuditJobs.read(['a'])).toEqual(new Map());
    },
  );

  it.each([
    [404, 'NoSuchResource'],
    [400, 'InvalidJob.NotFound'],
  ])('finds no job if VOD responds %i %s', async (status, Code) => {
    const { vod } = await scriptedVod(json(status, { RequestId: 'R', Code, Message: '' }));
    expect(await vod.aiMediaAuditJobs.read(['a'])).toEqual(new Map());
  });

  it.each(['InvalidParameter', 'OperationDenied'])('rejects if VOD responds %s', async (Code) => {
    const { vod } = await scriptedVod(json(400, { RequestId: 'R', Code, Message: '' }));
    await expect(vod.aiMediaAuditJobs.read(['a'])).rejects.toBeInstanceOf(RejectedError);
  });

  it.each([{ hello: 'world' }, { MediaAuditJob: 'none' }, { MediaAuditJob: { JobId: 'b' } }])(
    'rejects %j',
    async (response) => {
      const { vod } = await respondingVod(response);
      await expect(vod.aiMediaAuditJobs.read(['a'])).rejects.toBeInstanceOf(InvalidResponseError);
    },
  );

  it('decodes a job without any other field', async () => {
    expect(await decode({})).toMatchObject({ id: 'a', status: undefined, data: undefined });
    expect((await decode({})).result()).toBeUndefined();
  });

  it.each(['init', 'processing', 'reserved', 'analysing', 'fail'])('has no result if %s', async (Status) => {
    expect((await decode({ Status, Data: { Suggestion: 'pass' } })).result()).toBeUndefined();
  });
});

describe('the result of a review', () => {
  const empty = {
    suggestion: undefined,
    labels: [],
    modules: [],
    video: undefined,
    images: [],
    texts: [],
    audio: [],
  };

  it.each([{}, { Suggestion: '', Label: '', AbnormalModules: '' }, { ImageResult: null }, '{}'])(
    'may lack any part: %j',
    async (Data) => expect(await result(Data)).toEqual(empty),
  );

  it('accepts numbers as texts and texts as numbers, and unknown labels', async () => {
    const AudioResult = [{ Label: 'a new label', Score: 12.5, Scene: 7 }];
    const VideoResult = { AdResult: { MaxScore: 1, CounterList: [{ Label: 'npx', Count: '3' }] } };
    expect(await result({ AudioResult, VideoResult, Label: 'porn, a new one' })).toMatchObject({
      labels: ['porn', 'a new one'],
      video: { ad: { maxScore: 1, counts: [{ label: 'npx', count: 3 }], top: [] }, porn: undefined },
      audio: [{ scene: '7', label: 'a new label', score: 12.5 }],
    });
  });

  it.each([
    ['Suggestion', { Suggestion: 'maybe' }],
    ['AbnormalModules', { AbnormalModules: 'video,smell' }],
    ['VideoResult', { VideoResult: 'none' }],
  ])('is undecodable with an unknown %s', async (_, Data) => {
    expect(await result(Data)).toBeInstanceOf(Undecodable);
  });

  it('joins an image whose result is an element of its own', async () => {
    const image = { Type: 'cover', Url: 'u', Suggestion: 'pass', Label: 'logo,pip' };
    const rest = { Result: [{ Scene: 'porn', Label: 'normal' }] };
    const joined = [{ type: 'cover', labels: ['logo', 'pip'], scenes: [{ scene: 'porn' }] }];
    expect(await result({ ImageResult: [image, rest] })).toMatchObject({ images: joined });
    expect(await result({ ImageResult: [rest, image] })).toMatchObject({ images: joined });
    expect(await result({ ImageResult: [image, { ...image, ...rest }] })).toMatchObject({
      images: [{ scenes: [] }, ...joined],
    });
  });
});

describe('the results by medium', () => {
  it('decode the documented structure of GetMediaAuditResult and the older one', async () => {
    const current = await respondingVod(fixture('get-media-audit-result'));
    const older = await respondingVod(fixture('get-media-audit-result-older'));
    expect(await current.vod.mediaAuditResult('v')).toMatchObject({ suggestion: 'BLOCK' });
    // The lists of the older sample have elements of several forms.
    expect(await older.vod.mediaAuditResult('v')).toMatchObject({
      suggestion: 'PASS',
      labels: ['porn'],
      modules: ['VIDEO'],
      video: {
        logo: {
          maxScore: 100,
          counts: [{ label: 'outfit', count: 1 }, { label: 'normal' }],
          top: [{ label: 'outfit' }, { label: 'normal', score: 100, timeMs: 3005 }],
        },
      },
      images: [
        { type: undefined },
        { type: 'cover', labels: ['porn'], scenes: [{ scene: 'porn', score: 100, suggestion: 'PASS' }] },
        { type: 'title' },
      ],
      texts: expect.arrayContaining([expect.objectContaining({ content: '热线电话1234567', label: 'ad' })]),
    });
  });

  it('decode the documented structure of GetMediaAuditResultTimeline', async () => {
    const { vod, calls } = await respondingVod(fixture('get-media-audit-result-timeline'));
    expect(await vod.mediaAuditTimeline('v')).toEqual(
      Object.fromEntries(
        ['porn', 'terrorism', 'ad', 'live', 'logo'].map((label) => [
          label,
          [{ label, score: 99.99, timeMs: 3000 }],
        ]),
      ),
    );
    expect(calls()).toEqual([{ action: 'GetMediaAuditResultTimeline', parameters: { MediaId: 'v' } }]);
  });

  it('decode the documented structure of GetMediaAuditResultDetail and the older one', async () => {
    const current = await respondingVod(fixture('get-media-audit-result-detail'));
    const older = await respondingVod(fixture('get-media-audit-result-detail-older'));
    const porn = { label: 'sexy', score: 99.01 };
    expect(await current.vod.mediaAuditDetails('v', 2)).toMatchObject({
      totalCount: 20,
      frames: [{ timeMs: 3000, porn, logo: { label: 'normal', score: 88 } }],
    });
    expect(current.calls()[0]?.parameters).toEqual({ MediaId: 'v', PageNo: '2' });
    expect(await older.vod.mediaAuditDetails('v', 1)).toMatchObject({
      totalCount: 1,
      frames: [{ timeMs: 3000, porn, logo: undefined }],
    });
  });

  it('decode the documented structure of GetMediaAuditAudioResultDetail', async () => {
    const { vod, calls } = await respondingVod(fixture('get-media-audit-audio-result-detail'));
    const sentences = [{ startMs: 0, endMs: 65_000, label: 'ad', text: 'text' }];
    expect(await vod.mediaAuditSpeech('v', undefined)).toEqual({ pageCount: 1, page: 1, sentences });
    await vod.mediaAuditSpeech('v', 3);
    expect(calls().map(({ parameters }) => parameters)).toEqual([
      { MediaId: 'v' },
      { MediaId: 'v', PageNo: '3' },
    ]);
    const older = await respondingVod(fixture('get-media-audit-audio-result-detail-older'));
    expect(await older.vod.mediaAuditSpeech('v', 1)).toEqual({
      pageCount: 10,
      page: 1,
      sentences: [{ startMs: 8_000, endMs: 10_000, label: 'abuse', text: '天安门' }],
    });
  });

  it.each([{ RequestId: 'R' }, { RequestId: 'R', MediaAuditResult: {} }])('have none in %j', async (body) => {
    const { vod } = await respondingVod(body);
    expect(await vod.mediaAuditResult('v')).toBeUndefined();
  });
});

describe('submissions', () => {
  it('send a video with its options, the marker and the callback', async () => {
    const { vod, calls } = await respondingVod(fixture('submit-ai-media-audit-job'));
    const submission = {
      videoId: 'v',
      templateId: 't',
      resourceType: 'shop_1',
      userData: { extend: { a: 1 } },
    };
    const { made } = await vod.submitAIMediaAuditJob(submission, 'submission');
    expect(made).toMatchObject({ id: ID, status: 'INIT', videoId: 'fe028d09441af*****f5b1ae52d72' });
    expect(calls()).toEqual([
      {
        action: 'SubmitAIMediaAuditJob',
        parameters: {
          MediaId: 'v',
          TemplateId: 't',
          MediaAuditConfiguration: '{"ResourceType":"shop_1"}',
          UserData: '{"Extend":{"a":1,"vodAiGateway":"submission"}}',
        },
      },
    ]);
  });

  it('send an image without user data', async () => {
    const { vod, calls } = await respondingVod(fixture('submit-ai-image-audit-job'));
    const { made } = await vod.submitAIImageAuditJob({ imageId: 'i', templateId: 't' });
    expect(made).toMatchObject({ id: ID, status: 'INIT', videoId: 'i' });
    expect(calls()).toEqual([
      { action: 'SubmitAIImageAuditJob', parameters: { MediaId: 'i', TemplateId: 't' } },
    ]);
  });

  it('delete a fingerprint', async () => {
    const { vod, calls } = await respondingVod(fixture('submit-media-dna-delete-job'));
    expect(await vod.deleteMediaDNA('v')).toBe('25818875-5F78-4A*****F6-D7393642CA58');
    expect(calls()).toEqual([{ action: 'SubmitMediaDNADeleteJob', parameters: { MediaId: 'v' } }]);
  });
});
