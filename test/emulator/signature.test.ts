import { describe, expect, test } from 'vitest';
import {
  bodyHash,
  canonicalQuery,
  canonicalRequest,
  parseAuthorizationV3,
  percentEncode,
  signatureV1,
  signatureV3,
  stringToSignV1,
  stringToSignV3,
} from '../../src/emulator/signature.ts';

describe('the encoding of both signatures', () => {
  test('encodes all reserved characters of RFC 3986, and spaces as %20', () => {
    expect(percentEncode("a b+!'()*~-_.é/")).toBe('a%20b%2B%21%27%28%29%2A~-_.%C3%A9%2F');
  });

  test('sorts by the bytes of names and values, and keeps repeated names', () => {
    expect(
      canonicalQuery([
        ['b', '2'],
        ['a', '2'],
        ['B', '3'],
        ['a', '1'],
        ['c', ''],
      ]),
    ).toBe('B=3&a=1&a=2&b=2&c=');
  });
});

describe('signature V3', () => {
  const vectors = [
    {
      date: '2023-10-26T10:22:32Z',
      nonce: '3156853299f313e23d1673dc12e1703d',
      signature: '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    },
    {
      date: '2023-10-26T09:01:01Z',
      nonce: 'd410180a5abf7fe235dd9b74aca91fc0',
      signature: 'e521358f7776c97df52e6b2891a8bc73026794a071b50c3323388c4e0df64804',
    },
  ];

  test.each(vectors)('is the documented one for $date', ({ date, nonce, signature }) => {
    const headers = {
      host: 'ecs.cn-shanghai.aliyuncs.com',
      'x-acs-action': 'RunInstances',
      'x-acs-content-sha256': bodyHash(''),
      'x-acs-date': date,
      'x-acs-signature-nonce': nonce,
      'x-acs-version': '2014-05-26',
    };
    const canonical = canonicalRequest({
      method: 'POST',
      path: '/',
      query: [
        ['RegionId', 'cn-shanghai'],
        ['ImageId', 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd'],
      ],
      headers,
      signedHeaders: Object.keys(headers),
      bodyHash: bodyHash(''),
    });
    expect(signatureV3(stringToSignV3(canonical), 'YourAccessKeySecret')).toBe(signature);
  });

  test('has a canonical request in the documented order', () => {
    expect(
      canonicalRequest({
        method: 'GET',
        path: '/',
        query: [['JobIds', 'a,b']],
        headers: { host: ' vod.example.com ', 'x-acs-action': 'ListAIJob' },
        signedHeaders: ['host', 'x-acs-action'],
        bodyHash: 'hash',
      }),
    ).toBe('GET\n/\nJobIds=a%2Cb\nhost:vod.example.com\nx-acs-action:ListAIJob\n\nhost;x-acs-action\nhash');
  });

  test('parses the Authorization header', () => {
    expect(
      parseAuthorizationV3('ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host;x-acs-date,Signature=f0'),
    ).toEqual({
      accessKeyId: 'id',
      signedHeaders: ['host', 'x-acs-date'],
      signature: 'f0',
    });
  });

  test.each([
    'Bearer abc',
    'ACS3-HMAC-SHA256',
    'ACS3-HMAC-SHA256 Credential=id',
    'ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature=',
    'ACS3-HMAC-SHA256 nonsense',
  ])('does not parse "%s"', (header) => {
    expect(parseAuthorizationV3(header)).toBeUndefined();
  });
});

test('signature V1 is the documented one', () => {
  const stringToSign = stringToSignV1('GET', [
    ['VideoId', '5aed81b74ba84920be578cdfe004af4b'],
    ['Action', 'GetVideoPlayAuth'],
    ['Format', 'JSON'],
    ['Version', '2017-03-21'],
    ['AccessKeyId', 'testAccessKeyId'],
    ['SignatureMethod', 'HMAC-SHA1'],
    ['SignatureVersion', '1.0'],
    ['SignatureNonce', '8f8a035d-6496-4268-afd4-67c22837e38d'],
    ['Timestamp', '2017-10-10T12:02:54Z'],
    ['Signature', 'ignored'],
  ]);
  expect(stringToSign).toMatch(/^GET&%2F&AccessKeyId%3DtestAccessKeyId%26Action%3D/);
  expect(signatureV1(stringToSign, 'testAccessKeySecret')).toBe('Ibgh7y8Vp47LBuAsf5Xhi1SvDss=');
});
