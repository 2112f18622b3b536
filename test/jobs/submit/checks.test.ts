import { describe, expect, it } from 'vitest';
import type { Region } from '../../../src/domain/region.ts';
import type {
  AIImageJobSubmission,
  AIJobSubmission,
  UserData,
  UserError,
} from '../../../src/domain/submission.ts';
import { checkAIImageJobSubmission, checkAIJobSubmission } from '../../../src/jobs/submit/checks.ts';
import { encodeUserData } from '../../../src/vod/user-data.ts';

const check = (submission: Partial<AIJobSubmission>, region: Region = 'cn-shanghai') =>
  checkAIJobSubmission({ videoId: 'v', ...submission }, region);
const checkImage = (submission: Partial<AIImageJobSubmission>, region: Region = 'cn-shanghai') =>
  checkAIImageJobSubmission({ videoId: 'v', templateId: 't', ...submission }, region);
const paths = (errors: readonly UserError[]) => errors.map(({ field }) => field?.join('.'));
const messages = (errors: readonly UserError[]) => errors.map(({ message }) => message);

const idRule = 'expected 1 to 64 characters without commas, blanks or control characters';

describe("an AI job's submission", () => {
  const good: Partial<AIJobSubmission>[] = [
    {},
    { types: null, config: null, userData: null },
    { types: ['VIDEO_TAG'] },
    { types: ['VIDEO_TAG', 'MEDIA_DNA'] },
    { types: ['VIDEO_TAG'], config: { videoTag: { analyseTypes: ['ASR'], origASRData: true } } },
    { types: ['MEDIA_DNA'], config: { mediaDNA: { dnaDBId: 'db' }, videoTag: null } },
    { types: ['MEDIA_DNA'], config: { mediaDNA: {} } },
    { config: {} },
    { userData: { extend: { localId: '***', test: 'www' } } },
    { userData: { messageCallback: { callbackUrl: 'http://example.com/cb?a=b' } } },
  ];

  it.each(good)('is valid: %j', (submission) => {
    expect(check(submission)).toEqual([]);
  });

  it.each([
    ['', 'an empty text'],
    [' ', '" "'],
    ['a,b', '"a,b"'],
    ['a\nb', '"a\\nb"'],
    ['a\u0000', '"a\\u0000"'],
    ['\ud800', '"\\ud800"'],
    ['x'.repeat(65), '65 characters'],
    ['🎬'.repeat(65), '65 characters'],
  ])('is rejected for the video id %j', (videoId, got) => {
    expect(check({ videoId })).toEqual([
      { code: 'INVALID_INPUT', field: ['videoId'], message: `videoId: ${idRule}; got ${got}` },
    ]);
  });

  it.each(['x', '视频', 'x'.repeat(64), '🎬'.repeat(64), '3D3D*****0b847'])(
    'accepts the video id %j',
    (videoId) => {
      expect(check({ videoId })).toEqual([]);
    },
  );

  it('is rejected for an empty list of types', () => {
    expect(check({ types: [] })).toEqual([
      {
        code: 'INVALID_INPUT',
        field: ['types'],
        message: 'types: expected at least one type, or no `types`; got an empty list',
      },
    ]);
  });

  it('is rejected for an empty list of analyse types', () => {
    const errors = check({ types: ['VIDEO_TAG'], config: { videoTag: { analyseTypes: [] } } });
    expect(messages(errors)).toEqual([
      'config.videoTag.analyseTypes: expected at least one type, or no `analyseTypes`; got an empty list',
    ]);
  });

  it('is rejected for the configuration of a type that is not in `types`', () => {
    expect(messages(check({ types: ['MEDIA_DNA'], config: { videoTag: {} } }))).toEqual([
      'config.videoTag: expected VIDEO_TAG in `types`; got MEDIA_DNA',
    ]);
    expect(messages(check({ types: ['VIDEO_TAG'], config: { mediaDNA: {} } }))).toEqual([
      'config.mediaDNA: expected MEDIA_DNA in `types`; got VIDEO_TAG',
    ]);
    expect(paths(check({ config: { videoTag: {}, mediaDNA: {} } }))).toEqual([
      'config.videoTag',
      'config.mediaDNA',
    ]);
  });

  it('is rejected for an invalid id of a DNA library', () => {
    expect(messages(check({ types: ['MEDIA_DNA'], config: { mediaDNA: { dnaDBId: 'a b' } } }))).toEqual([
      `config.mediaDNA.dnaDBId: ${idRule}; got "a b"`,
    ]);
  });

  it('returns all mistakes at once', () => {
    const errors = check(
      {
        videoId: '',
        types: ['VIDEO_TAG'],
        config: { videoTag: { analyseTypes: [] }, mediaDNA: { dnaDBId: ',' } },
        userData: { extend: 'x'.repeat(600), messageCallback: { callbackUrl: 'nowhere' } },
      },
      'ap-southeast-1',
    );
    expect(errors.map(({ code, field }) => [code, field?.join('.')])).toEqual([
      ['INVALID_INPUT', 'videoId'],
      ['UNSUPPORTED_IN_REGION', 'types.0'],
      ['INVALID_INPUT', 'config.videoTag.analyseTypes'],
      ['INVALID_INPUT', 'config.mediaDNA'],
      ['INVALID_INPUT', 'config.mediaDNA.dnaDBId'],
      ['INVALID_INPUT', 'userData.extend'],
      ['INVALID_INPUT', 'userData.messageCallback.callbackUrl'],
      ['INVALID_INPUT', 'userData'],
    ]);
  });
});

describe('the region', () => {
  it.each([
    ['cn-shanghai', true, true, true],
    ['cn-beijing', true, true, true],
    ['ap-southeast-1', false, true, false],
    ['cn-shenzhen', false, false, false],
    ['eu-central-1', false, false, false],
  ] as const)('%s offers smart tags: %j, video DNA: %j, covers: %j', (region, tags, dna, covers) => {
    expect(check({ types: ['VIDEO_TAG'] }, region).length === 0).toBe(tags);
    expect(check({ types: ['MEDIA_DNA'] }, region).length === 0).toBe(dna);
    expect(checkImage({}, region).length === 0).toBe(covers);
    // Without types, VOD chooses from the types that the region offers.
    expect(check({}, region).length === 0).toBe(tags || dna);
  });

  it('is named in the error of a type that it does not offer, with the regions that offer it', () => {
    expect(check({ types: ['MEDIA_DNA', 'VIDEO_TAG'] }, 'ap-southeast-1')).toEqual([
      {
        code: 'UNSUPPORTED_IN_REGION',
        field: ['types', '1'],
        message: 'VIDEO_TAG is offered in cn-shanghai, cn-beijing; this gateway serves ap-southeast-1',
      },
    ]);
  });

  it('without any AI job type gets an error for each type', () => {
    expect(check({}, 'cn-shenzhen').map(({ field, message }) => [field, message])).toEqual([
      [['types'], 'VIDEO_TAG is offered in cn-shanghai, cn-beijing; this gateway serves cn-shenzhen'],
      [
        ['types'],
        'MEDIA_DNA is offered in cn-shanghai, cn-beijing, ap-southeast-1; this gateway serves cn-shenzhen',
      ],
    ]);
  });

  it('without covers is named in the error of the template', () => {
    expect(checkImage({}, 'ap-southeast-1')).toEqual([
      {
        code: 'UNSUPPORTED_IN_REGION',
        field: ['templateId'],
        message: 'IMAGE_AI is offered in cn-shanghai, cn-beijing; this gateway serves ap-southeast-1',
      },
    ]);
  });
});

describe("an image job's submission", () => {
  it.each([{}, { pipelineId: null, userData: null }, { pipelineId: 'p', userData: { extend: {} } }])(
    'is valid: %j',
    (submission) => {
      expect(checkImage(submission)).toEqual([]);
    },
  );

  it('is rejected for all invalid ids at once', () => {
    const errors = checkImage({ videoId: '', templateId: 'a,b', pipelineId: '', userData: {} });
    expect(messages(errors)).toEqual([
      `videoId: ${idRule}; got an empty text`,
      `templateId: ${idRule}; got "a,b"`,
      `pipelineId: ${idRule}; got an empty text`,
      'userData: expected `extend`, `messageCallback` or both; got neither',
    ]);
  });
});

describe('UserData', () => {
  const both = (userData: UserData) => [check({ userData }), checkImage({ userData })];

  it.each([{}, { extend: null }, { messageCallback: null }, { extend: null, messageCallback: null }])(
    'is rejected without either part: %j',
    (userData) => {
      for (const errors of both(userData)) expect(paths(errors)).toEqual(['userData']);
    },
  );

  it.each([
    ['text', 'a string'],
    ['', 'a string'],
    [7, 'a number'],
    [0, 'a number'],
    [false, 'a boolean'],
    [[1], 'a list'],
  ])('is rejected if `extend` is %j', (extend, got) => {
    for (const errors of both({ extend })) {
      expect(messages(errors)).toEqual([`userData.extend: expected a JSON object; got ${got}`]);
    }
  });

  it.each([
    '',
    'nowhere',
    '/path',
    'ftp://example.com',
    'http://',
    'http:/a',
    'https:///a',
    ' http://a',
    'http://a b',
    'javascript:alert(1)',
  ])('is rejected for the callback URL %j', (callbackUrl) => {
    for (const errors of both({ messageCallback: { callbackUrl } })) {
      expect(errors).toMatchObject([
        { code: 'INVALID_INPUT', field: ['userData', 'messageCallback', 'callbackUrl'] },
      ]);
      expect(messages(errors)[0]).toMatch(/expected an absolute http or https URL; got /);
    }
  });

  it.each([
    'http://example.com',
    'HTTPS://example.com:8443/a?b=c',
    'http://127.0.0.1/cb',
    'http://例子.中国/',
  ])('accepts the callback URL %j', (callbackUrl) => {
    for (const errors of both({ messageCallback: { callbackUrl } })) expect(errors).toEqual([]);
  });

  it.each([
    ['Latin', 'x', 1],
    ['Chinese', '视', 3],
    ['an emoji', '🎬', 4],
  ])('accepts at most 512 bytes of UTF-8: %s', (_, character, bytes) => {
    const withText = (text: string): UserData => ({ extend: { a: text } });
    const overhead = Buffer.byteLength(encodeUserData(withText('')));
    const count = Math.floor((512 - overhead) / bytes);
    const filler = 'x'.repeat(512 - overhead - count * bytes);
    const full = withText(character.repeat(count) + filler);
    expect(Buffer.byteLength(encodeUserData(full))).toBe(512);
    for (const errors of both(full)) expect(errors).toEqual([]);
    for (const errors of both(withText(`${character.repeat(count)}${filler}x`))) {
      expect(messages(errors)).toEqual(['userData: expected at most 512 bytes of JSON; got 513']);
    }
  });
});

it('rejects data that is nested too deeply for JSON.stringify', () => {
  const extend = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
  expect(check({ userData: { extend } })).toMatchObject([{ code: 'INVALID_INPUT', field: ['userData'] }]);
});

it('rejects a blank callback type', () => {
  const messageCallback = { callbackUrl: 'https://example.com', callbackType: ' ' };
  expect(check({ userData: { messageCallback } })).toMatchObject([
    { code: 'INVALID_INPUT', field: ['userData', 'messageCallback', 'callbackType'] },
  ]);
});
