import { describe, expect, it } from 'vitest';
import { Undecodable } from '../../src/domain/decoded.ts';
import { decodeResult } from '../../src/vod/result.ts';
import { fixture, noTags } from './fixture.ts';

const tagResult = (data: unknown) => decodeResult('VIDEO_TAG', JSON.stringify(data));
const dnaResult = (data: unknown) => decodeResult('MEDIA_DNA', JSON.stringify(data));

describe('smart tags', () => {
  it('are decoded by kind', () => {
    expect(
      tagResult({
        Person: [
          { Tag: '某人', Times: ['1000', '2500'], FaceUrl: 'http://example.com/face.jpg' },
          { Tag: 'b' },
        ],
        Time: [{ Tag: '夜晚', Times: [0] }],
        Location: [{ Tag: 'beach', Times: [] }],
        Keyword: [{ Tag: 'ball', Times: null }],
        Category: [{ Tag: 'sports' }],
      }),
    ).toEqual({
      type: 'VIDEO_TAG',
      people: [
        { tag: '某人', timesMs: [1000, 2500], faceUrl: 'http://example.com/face.jpg' },
        { tag: 'b', timesMs: [], faceUrl: undefined },
      ],
      times: [{ tag: '夜晚', timesMs: [0] }],
      locations: [{ tag: 'beach', timesMs: [] }],
      keywords: [{ tag: 'ball', timesMs: [] }],
      categories: [{ tag: 'sports', timesMs: [] }],
      transcripts: [],
    });
  });

  it.each([
    [{}],
    [{ Person: null, OrigASRData: null }],
    [{ Category: [], OrigASRData: [] }],
    [{ Unknown: 1 }],
  ])('are empty if they are missing: %j', (data) => {
    expect(tagResult(data)).toEqual(noTags);
  });

  it.each([
    [{ Person: {} }, 'invalid_type at Person'],
    [{ Keyword: [{ Times: [] }] }, 'invalid_type at Keyword.0.Tag'],
    [{ Time: [{ Tag: 'a', Times: ['soon'] }] }, 'invalid_union at Time.0.Times.0'],
    [{ Time: [{ Tag: 'a', Times: ['99999999999'] }] }, 'too_big at Time.0.Times.0'],
    [[], 'invalid_type at the root'],
  ])('of another structure are undecodable: %j', (data, received) => {
    expect(tagResult(data)).toEqual(new Undecodable('Data', 'the documented structure', received));
  });
});

describe('speech', () => {
  const sentence = { StartTime: 0, EndTime: 700, Text: '嗯。', ChannelId: 0, SpeechRate: 85 };
  const decoded = { startMs: 0, endMs: 700, text: '嗯。', channel: 0, speechRate: 85 };

  it("is decoded from the document's sample", () => {
    const { AIJobList } = fixture('list-ai-job') as { AIJobList: { AIJob: { Data: string }[] } };
    const result = decodeResult('VIDEO_TAG', AIJobList.AIJob[0]?.Data);
    expect(result).toEqual({ ...noTags, transcripts: [expect.anything()] });
    expect(result).toHaveProperty('transcripts.0.durationMs', 30_016);
    expect(result).toHaveProperty('transcripts.0.sentences.length', 6);
    expect(result).toHaveProperty('transcripts.0.sentences.0', decoded);
    expect(result).toHaveProperty('transcripts.0.sentences.4.text', 'hello，中午好。');
  });

  it.each([
    ['an object', { AsrTextList: [sentence], Duration: '30016' }, 1],
    ['an array of one', [{ AsrTextList: [sentence], Duration: '30016' }], 1],
    ['an array of two', [{ AsrTextList: [sentence], Duration: '30016' }, { Duration: 5 }], 2],
  ])('is decoded from %s', (_, OrigASRData, count) => {
    const result = tagResult({ OrigASRData });
    expect(result).toHaveProperty('transcripts.length', count);
    expect(result).toHaveProperty('transcripts.0', { durationMs: 30_016, sentences: [decoded] });
  });

  it('may have its numbers as strings and omit optional fields', () => {
    const AsrTextList = [{ StartTime: '0', EndTime: '700', Text: '' }];
    expect(tagResult({ OrigASRData: { AsrTextList } })).toHaveProperty('transcripts', [
      {
        durationMs: undefined,
        sentences: [{ startMs: 0, endMs: 700, text: '', channel: undefined, speechRate: undefined }],
      },
    ]);
  });

  it.each([['text'], [{ AsrTextList: [{ Text: 'no times' }] }], [[{ Duration: 'long' }]]])(
    'of another structure is undecodable: %j',
    (OrigASRData) => {
      expect(tagResult({ OrigASRData })).toBeInstanceOf(Undecodable);
    },
  );
});

describe('video DNA', () => {
  it('has times in whole milliseconds, from seconds as numbers or strings', () => {
    expect(
      dnaResult({
        VideoDNA: [
          {
            PrimaryKey: 'other-video',
            Similarity: '0.98',
            Detail: [
              { Input: { Start: '0', Duration: '12.5' }, Duplication: { Start: '3.0006', Duration: 12.5 } },
            ],
          },
          { PrimaryKey: 'third-video', Similarity: 1 },
        ],
      }),
    ).toEqual({
      type: 'MEDIA_DNA',
      matches: [
        {
          videoId: 'other-video',
          similarity: 0.98,
          segments: [
            {
              input: { startMs: 0, durationMs: 12_500 },
              duplicate: { startMs: 3_001, durationMs: 12_500 },
            },
          ],
        },
        { videoId: 'third-video', similarity: 1, segments: [] },
      ],
    });
  });

  it.each([[{}], [{ VideoDNA: [] }], [{ VideoDNA: null }]])('without matches is empty: %j', (data) => {
    expect(dnaResult(data)).toEqual({ type: 'MEDIA_DNA', matches: [] });
  });

  it.each([
    [{ VideoDNA: [{ Similarity: '0.98' }] }],
    [{ VideoDNA: [{ PrimaryKey: 'v' }] }],
    [{ VideoDNA: [{ PrimaryKey: 'v', Similarity: 'high' }] }],
    [{ VideoDNA: [{ PrimaryKey: 'v', Similarity: 1, Detail: [{ Input: { Start: '0', Duration: '1' } }] }] }],
  ])('of another structure is undecodable: %j', (data) => {
    expect(dnaResult(data)).toBeInstanceOf(Undecodable);
  });
});

describe('a result of unknown type', () => {
  it('is undecodable', () => {
    const type = new Undecodable('Type', 'AIMediaDNA or AIVideoTag', 'AIVideoCensor');
    expect(decodeResult(type, '{}')).toBe(type);
    expect(decodeResult(undefined, '{}')).toEqual(
      new Undecodable('Type', 'the type of the result', 'no type'),
    );
  });

  it('is absent without data', () => {
    expect(decodeResult(undefined, undefined)).toBeUndefined();
    expect(decodeResult('VIDEO_TAG', undefined)).toBeUndefined();
    expect(decodeResult(undefined, null)).toBeUndefined();
    expect(decodeResult(undefined, '')).toBeUndefined();
  });
});
