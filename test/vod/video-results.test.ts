import { describe, expect, it } from 'vitest';
import { Undecodable } from '../../src/domain/decoded.ts';
import { InvalidResponseError, RejectedError } from '../../src/rpc/errors.ts';
import { failure } from '../rpc/running-client.ts';
import { apiError } from '../rpc/scripted-server.ts';
import { fixture, noTags } from './fixture.ts';
import { respondingVod } from './responding-vod.ts';
import { scriptedVod } from './scripted-vod.ts';

describe('the tags of a video', () => {
  const times = [3260, 4000, 5000, 8410, 12_000, 13_000, 14_000];

  it.each([
    ['get-ai-video-tag-result', ['Retouching', 'John', 'Milliseconds', 'Asia', 'Cushion']],
    ['get-ai-video-tag-result-chinese', ['美容', '小王', '毫秒', '亚洲', '气垫']],
  ] as const)(
    "are decoded from the document's sample: %s",
    async (name, [category, person, time, location, keyword]) => {
      const { vod, calls } = await respondingVod(fixture(name));
      expect(await vod.videoTags('v')).toEqual({
        type: 'VIDEO_TAG',
        people: [
          {
            tag: person,
            timesMs: [10_760],
            faceUrl: 'http://example.com/aivideotag/8829B4DB-AFD9-4F*****F6-12965DBFFA14/Index_****.jpg',
          },
        ],
        times: [{ tag: time, timesMs: times }],
        locations: [{ tag: location, timesMs: [8410] }],
        keywords: [{ tag: keyword, timesMs: times }],
        categories: [{ tag: category, timesMs: [] }],
        transcripts: [],
      });
      expect(calls()).toEqual([{ action: 'GetAIVideoTagResult', parameters: { MediaId: 'v' } }]);
    },
  );

  it.each([
    [
      ['1', '2'],
      [1, 2],
    ],
    [
      ['["1","2"]', '3'],
      [1, 2, 3],
    ],
    ['["1",2]', [1, 2]],
    [['[]'], []],
    [null, []],
  ])('are decoded with the times %j', async (Times, timesMs) => {
    const { vod } = await respondingVod({ VideoTagResult: { Keyword: [{ Tag: 'a', Times }] } });
    expect(await vod.videoTags('v')).toEqual({ ...noTags, keywords: [{ tag: 'a', timesMs }] });
  });

  it('may have only their text', async () => {
    const { vod } = await respondingVod({ VideoTagResult: { Person: [{ Tag: 'a' }], Category: [] } });
    const people = [{ tag: 'a', timesMs: [], faceUrl: undefined }];
    expect(await vod.videoTags('v')).toEqual({ ...noTags, people });
  });

  it.each([
    [{ VideoTagResult: [] }],
    [{ VideoTagResult: { Keyword: [{ Tag: 'a', Times: ['[soon]'] }] } }],
    [{ VideoTagResult: { Keyword: [{ Times: ['1'] }] } }],
    [{ hello: 'world' }],
  ])('of another structure are rejected: %j', async (response) => {
    const { vod } = await respondingVod({ ...response, RequestId: 'R' });
    const error = await failure(vod.videoTags('v'));
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error).toMatchObject({ action: 'GetAIVideoTagResult', requestId: 'R' });
  });
});

describe('the DNA of a video', () => {
  it("is decoded from the document's sample", async () => {
    const { vod, calls } = await respondingVod(fixture('get-media-dna-result'));
    expect(await vod.mediaDNA('v')).toEqual({
      type: 'MEDIA_DNA',
      matches: [
        {
          videoId: '6ad8987da46f4b*****490ce2873745',
          similarity: 0.98,
          segments: [
            {
              input: { startMs: 2_000, durationMs: 12_000 },
              duplicate: { startMs: 2_000, durationMs: 12_000 },
            },
          ],
        },
      ],
    });
    expect(calls()).toEqual([{ action: 'GetMediaDNAResult', parameters: { MediaId: 'v' } }]);
  });

  it('may omit all optional keys', async () => {
    const { vod } = await respondingVod({ DNAResult: { VideoDNA: [{ PrimaryKey: 'o', Similarity: 1 }] } });
    const matches = [{ videoId: 'o', similarity: 1, segments: [] }];
    expect(await vod.mediaDNA('v')).toEqual({ type: 'MEDIA_DNA', matches });
    const { vod: none } = await respondingVod({ DNAResult: { VideoDNA: null } });
    expect(await none.mediaDNA('v')).toEqual({ type: 'MEDIA_DNA', matches: [] });
  });

  it('of another structure is rejected', async () => {
    const { vod } = await respondingVod({ RequestId: 'R', DNAResult: { VideoDNA: [{ Similarity: '1' }] } });
    expect(await failure(vod.mediaDNA('v'))).toBeInstanceOf(InvalidResponseError);
  });
});

describe('the covers of a video', () => {
  const wire = { AIImageInfoId: 'i' };

  /** Decodes a cover with these fields from a response of ListAIImageInfo. */
  async function decode(cover: Record<string, unknown>) {
    const { vod } = await respondingVod({ RequestId: 'R', AIImageInfoList: [{ ...wire, ...cover }] });
    return (await vod.aiImages('v'))?.[0];
  }

  it("are decoded from the document's sample", async () => {
    const { vod, calls } = await respondingVod(fixture('list-ai-image-info'));
    expect(await vod.aiImages('v')).toEqual([
      {
        id: 'b89a6aabf1b6197ebd6fe6cf29****',
        url: 'http://example.aliyundoc.com/357a8748c5789d2726e6436aa****/image/ai/b0a7612554d6400013-0****.gif?auth_key=1602745717-0-0-005ee05616c5925596d****',
        format: 'GIF',
        score: 5.035636554444242,
        createdAt: new Date('2020-10-15T03:30:03Z'),
        jobId: 'cf08a2c6e11ee1711b738b9067****',
        requestId: 'D73420CD-D221-9122-5B8FA995A511****',
      },
    ]);
    expect(calls()).toEqual([{ action: 'ListAIImageInfo', parameters: { VideoId: 'v' } }]);
  });

  it('may have only their id', async () => {
    expect(await decode({})).toEqual({
      id: 'i',
      url: undefined,
      format: undefined,
      score: undefined,
      createdAt: undefined,
      jobId: undefined,
      requestId: 'R',
    });
  });

  it.each([
    [{ Score: '0.5' }, { score: 0.5 }],
    [{ Score: 0.5 }, { score: 0.5 }],
    [{ Format: 'GIF' }, { format: 'GIF' }],
    [{ Format: 'gif' }, { format: 'GIF' }],
    [{ Format: 'png' }, { format: 'PNG' }],
    [{ Format: 'PNG' }, { format: 'PNG' }],
    [{ Format: 'webp' }, { format: new Undecodable('Format', 'gif or png', 'webp') }],
    [{ Score: 'high' }, { score: new Undecodable('Score', 'a number', 'high') }],
    [{ Score: [] }, { score: new Undecodable('Score', 'a number', 'an array') }],
    [{ CreationTime: 'soon' }, { createdAt: expect.any(Undecodable) }],
  ])('with %j are decoded', async (cover, expected) => {
    expect(await decode(cover)).toMatchObject({ id: 'i', ...expected });
  });

  it.each([{ RequestId: 'R' }, { AIImageInfoList: [] }, { AIImageInfoList: null }])(
    'may be none: %j',
    async (response) => {
      const { vod } = await respondingVod(response);
      expect(await vod.aiImages('v')).toEqual([]);
    },
  );

  it.each([[{ AIImageInfoList: {} }], [{ AIImageInfoList: [{ FileURL: 'u' }] }], [{ hello: 'world' }]])(
    'of another structure are rejected: %j',
    async (response) => {
      const { vod } = await respondingVod(response);
      expect(await failure(vod.aiImages('v'))).toBeInstanceOf(InvalidResponseError);
    },
  );
});

describe('a video without results', () => {
  it.each([
    { RequestId: 'R' },
    { VideoTagResult: {}, DNAResult: {} },
    { VideoTagResult: null, DNAResult: null },
    { VideoTagResult: '{}', DNAResult: '' },
  ])('has no result: %j', async (response) => {
    const { vod } = await respondingVod(response);
    expect(await vod.videoTags('v')).toBeUndefined();
    expect(await vod.mediaDNA('v')).toBeUndefined();
  });

  it.each([
    [404, 'InvalidVideo.NotFound'],
    [400, 'InvalidMedia.NotFound'],
  ])('does not exist: HTTP %i, %s', async (status, code) => {
    const { vod } = await scriptedVod(apiError(status, code));
    expect(await vod.videoTags('v')).toBeUndefined();
    expect(await vod.mediaDNA('v')).toBeUndefined();
    expect(await vod.aiImages('v')).toBeUndefined();
  });

  it('is not the meaning of a rejection', async () => {
    const { vod } = await scriptedVod(apiError(403, 'OperationDenied'));
    const lookups = [vod.videoTags('v'), vod.mediaDNA('v'), vod.aiImages('v')];
    for (const error of await Promise.all(lookups.map(failure))) {
      expect(error).toBeInstanceOf(RejectedError);
    }
  });
});

describe('covers', () => {
  it("are deleted according to the document's sample", async () => {
    const { vod, calls } = await respondingVod(fixture('delete-ai-image-infos'));
    await vod.deleteAIImages(['a', 'b']);
    expect(calls()).toEqual([{ action: 'DeleteAIImageInfos', parameters: { AIImageInfoIds: 'a,b' } }]);
  });

  it('rejects a response that is not from the API', async () => {
    const { vod } = await respondingVod({ hello: 'world' });
    expect(await failure(vod.deleteAIImages(['a']))).toBeInstanceOf(InvalidResponseError);
  });
});
