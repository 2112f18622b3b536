import { describe, expect, it } from 'vitest';
import type { AIJobConfig, AIJobSubmission, UserData } from '../../src/domain/submission.ts';
import { encodeAIImageJobSubmission } from '../../src/vod/ai-image-jobs.ts';
import { encodeAIJobSubmission } from '../../src/vod/ai-jobs.ts';
import { encodeUserData } from '../../src/vod/user-data.ts';

describe('the parameters of SubmitAIJob', () => {
  const absent: AIJobSubmission[] = [
    { videoId: 'v' },
    { videoId: 'v', types: null, config: null, userData: null },
    { videoId: 'v', types: undefined, config: undefined, userData: undefined },
  ];

  it.each(absent)('are only the video id if nothing else is given: %j', (submission) => {
    expect(encodeAIJobSubmission(submission)).toEqual({ MediaId: 'v' });
  });

  it('have the types in the given order without duplicates', () => {
    expect(encodeAIJobSubmission({ videoId: 'v', types: ['VIDEO_TAG', 'MEDIA_DNA', 'VIDEO_TAG'] })).toEqual({
      MediaId: 'v',
      Types: 'AIVideoTag,AIMediaDNA',
    });
  });

  const configs: [AIJobConfig, string][] = [
    [
      { videoTag: { analyseTypes: ['FACE', 'ASR'], origASRData: true }, mediaDNA: { dnaDBId: 'db' } },
      '{"AIVideoTag":{"AnalyseTypes":"Face,ASR","OrigASRData":"true"},"AIMediaDNA":{"DNADBId":"db"}}',
    ],
    [
      { videoTag: { analyseTypes: ['FACE', 'ASR', 'OCR', 'CATEGORY', 'ANNOTATION'] } },
      '{"AIVideoTag":{"AnalyseTypes":"Face,ASR,OCR,Category,Annotation"}}',
    ],
    [{ videoTag: { origASRData: false } }, '{"AIVideoTag":{"OrigASRData":"false"}}'],
    [{ videoTag: { analyseTypes: null, origASRData: null } }, '{"AIVideoTag":{}}'],
    [{ mediaDNA: { dnaDBId: 'db' }, videoTag: null }, '{"AIMediaDNA":{"DNADBId":"db"}}'],
    [{ mediaDNA: {} }, '{"AIMediaDNA":{}}'],
  ];

  it.each(configs)('encode %j as %s', (config, expected) => {
    expect(encodeAIJobSubmission({ videoId: 'v', config }).Config).toBe(expected);
  });

  it('contain UserData', () => {
    const userData = { extend: { localId: '***', test: 'www' } };
    expect(encodeAIJobSubmission({ videoId: 'v', userData }).UserData).toBe(
      '{"Extend":{"localId":"***","test":"www"}}',
    );
  });
});

describe('the parameters of SubmitAIImageJob', () => {
  it('are only the video and the template if nothing else is given', () => {
    expect(encodeAIImageJobSubmission({ videoId: 'v', templateId: 't' })).toEqual({
      VideoId: 'v',
      AITemplateId: 't',
    });
    expect(
      encodeAIImageJobSubmission({ videoId: 'v', templateId: 't', pipelineId: null, userData: null }),
    ).toEqual({ VideoId: 'v', AITemplateId: 't' });
  });

  it('contain the pipeline and UserData', () => {
    const userData = { extend: { a: 1 } };
    expect(encodeAIImageJobSubmission({ videoId: 'v', templateId: 't', pipelineId: 'p', userData })).toEqual({
      VideoId: 'v',
      AITemplateId: 't',
      AIPipelineId: 'p',
      UserData: '{"Extend":{"a":1}}',
    });
  });
});

describe('UserData', () => {
  const cases: [UserData, string][] = [
    [
      { messageCallback: { callbackUrl: 'http://example.com/cb' }, extend: { localId: '视频' } },
      '{"MessageCallback":{"CallbackURL":"http://example.com/cb","CallbackType":"http"},"Extend":{"localId":"视频"}}',
    ],
    [
      { messageCallback: { callbackUrl: 'https://e/cb', callbackType: null }, extend: null },
      '{"MessageCallback":{"CallbackURL":"https://e/cb","CallbackType":"http"}}',
    ],
    [
      { messageCallback: { callbackUrl: 'https://e/cb', callbackType: 'mns' } },
      '{"MessageCallback":{"CallbackURL":"https://e/cb","CallbackType":"mns"}}',
    ],
    [
      { extend: { nested: [1, null, { b: false }] }, messageCallback: null },
      '{"Extend":{"nested":[1,null,{"b":false}]}}',
    ],
  ];

  it.each(cases)('of %j is %s', (userData, expected) => {
    expect(encodeUserData(userData)).toBe(expected);
  });
});
