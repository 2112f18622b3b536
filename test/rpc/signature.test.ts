import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import {
  canonicalQuery,
  canonicalRequest,
  headersToSign,
  percentEncode,
  sign,
  signature,
  stringToSign,
  type UnsignedCall,
} from '../../src/rpc/signature.ts';
import { json, type ReceivedRequest, scriptedServer } from './scripted-server.ts';

// Required, not imported: these two are CommonJS with a `default` of their own, which Node and the test runner
// map to an ES module's default in different ways.
const require = createRequire(import.meta.url);
const openApi: typeof import('@alicloud/openapi-client') = require('@alicloud/openapi-client');
const teaUtil: typeof import('@alicloud/tea-util') = require('@alicloud/tea-util');

const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** The example in the vendor's document on signature V3. */
const key = { accessKeyId: 'YourAccessKeyId', accessKeySecret: 'YourAccessKeySecret' };
const call: UnsignedCall = {
  host: 'ecs.cn-shanghai.aliyuncs.com',
  action: 'RunInstances',
  version: '2014-05-26',
  parameters: {
    RegionId: 'cn-shanghai',
    ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
  },
  timestamp: Date.parse('2023-10-26T10:22:32Z'),
  nonce: '3156853299f313e23d1673dc12e1703d',
};

describe("the document's example, stage by stage", () => {
  const query = 'ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai';
  const headers = {
    host: 'ecs.cn-shanghai.aliyuncs.com',
    'x-acs-action': 'RunInstances',
    'x-acs-content-sha256': EMPTY_HASH,
    'x-acs-date': '2023-10-26T10:22:32Z',
    'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
    'x-acs-version': '2014-05-26',
  };
  const request = `POST
/
${query}
host:ecs.cn-shanghai.aliyuncs.com
x-acs-action:RunInstances
x-acs-content-sha256:${EMPTY_HASH}
x-acs-date:2023-10-26T10:22:32Z
x-acs-signature-nonce:3156853299f313e23d1673dc12e1703d
x-acs-version:2014-05-26

host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version
${EMPTY_HASH}`;
  const text = 'ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259';
  const hex = '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0';

  it('sorts and encodes the query', () => {
    expect(canonicalQuery(call.parameters)).toBe(query);
  });

  it('sorts the signed headers by name', () => {
    expect(Object.entries(headersToSign(call, key))).toEqual(Object.entries(headers));
  });

  it('writes the canonical request', () => {
    expect(canonicalRequest(query, headers)).toBe(request);
  });

  it('writes the string to sign', () => {
    expect(stringToSign(request)).toBe(text);
  });

  it('computes the signature', () => {
    expect(signature(text, key.accessKeySecret)).toBe(hex);
  });

  it('signs the call', () => {
    const names = Object.keys(headers).join(';');
    expect(sign(call, key)).toEqual({
      method: 'POST',
      path: `/?${query}`,
      headers: {
        ...headers,
        authorization: `ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=${names},Signature=${hex}`,
      },
    });
  });
});

it("computes the signature of the document's second example", () => {
  const other = {
    ...call,
    timestamp: Date.parse('2023-10-26T09:01:01.999Z'),
    nonce: 'd410180a5abf7fe235dd9b74aca91fc0',
  };
  expect(sign(other, key).headers.authorization).toMatch(
    /,Signature=e521358f7776c97df52e6b2891a8bc73026794a071b50c3323388c4e0df64804$/,
  );
});

describe('a security token', () => {
  it('is sent and signed', () => {
    const { headers } = sign(call, { ...key, securityToken: 'token' });
    expect(headers['x-acs-security-token']).toBe('token');
    expect(headers.authorization).toContain(
      'SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,',
    );
    const other = sign(call, { ...key, securityToken: 'other' });
    expect(other.headers.authorization).not.toBe(headers.authorization);
  });

  it('has no header if it is missing or empty', () => {
    expect(sign(call, { ...key, securityToken: '' })).toEqual(sign(call, key));
    expect(sign(call, { ...key, securityToken: undefined })).toEqual(sign(call, key));
  });
});

describe('percent-encoding', () => {
  it.each([
    ['AZaz09-_.~', 'AZaz09-_.~'],
    ["!'()*", '%21%27%28%29%2A'],
    [' +%', '%20%2B%25'],
    ['a,b&c=d/e?f#g:h@i', 'a%2Cb%26c%3Dd%2Fe%3Ff%23g%3Ah%40i'],
    ['{"x":[1]}\n\t', '%7B%22x%22%3A%5B1%5D%7D%0A%09'],
    ['视频', '%E8%A7%86%E9%A2%91'],
    ['é🎬', '%C3%A9%F0%9F%8E%AC'],
    ['', ''],
  ])('of %j is %j', (text, encoded) => {
    expect(percentEncode(text)).toBe(encoded);
    expect(decodeURIComponent(percentEncode(text))).toBe(text);
  });

  it('applies to names, too, which are sorted by code units', () => {
    expect(canonicalQuery({ b: '2', 'a*': '1', B: '', Z: '3', 'Tag.10': 'y', 'Tag.2': 'x' })).toBe(
      'B=&Tag.10=y&Tag.2=x&Z=3&a%2A=1&b=2',
    );
  });
});

describe("the vendor's own client", () => {
  const parameters = {
    MediaId: '视频-1',
    UserData: JSON.stringify({ Extend: { title: 'é 🎬 a+b&c=d%20', odd: "!'()*~" } }),
    Types: 'AIVideoTag,AIMediaDNA',
  };

  async function vendorCall(securityToken?: string): Promise<ReceivedRequest> {
    const { origin, requests } = await scriptedServer([json(200, { RequestId: 'R' })]);
    const client = new openApi.default(
      new openApi.Config({
        ...key,
        ...(securityToken === undefined ? {} : { securityToken }),
        protocol: 'HTTP',
        endpoint: new URL(origin).host,
        signatureAlgorithm: 'ACS3-HMAC-SHA256',
      }),
    );
    const params = new openApi.Params({
      action: 'SubmitAIJob',
      version: '2017-03-21',
      protocol: 'HTTP',
      pathname: '/',
      method: 'POST',
      authType: 'AK',
      bodyType: 'json',
      reqBodyType: 'formData',
      style: 'RPC',
    });
    await client.callApi(
      params,
      new openApi.OpenApiRequest({ query: parameters }),
      new teaUtil.RuntimeOptions({}),
    );
    return requests[0] as ReceivedRequest;
  }

  /** Signs the vendor client's request with this code: the headers that it signed and the parameters that arrived. */
  function ourSignature({ path, headers }: ReceivedRequest, names: string): string {
    const query = canonicalQuery(Object.fromEntries(new URLSearchParams(path.slice('/?'.length))));
    const signed = Object.fromEntries(names.split(';').map((name) => [name, String(headers[name])]));
    return signature(stringToSign(canonicalRequest(query, signed)), key.accessKeySecret);
  }

  function sortedParameters(path: string): [string, string][] {
    const parameters = new URLSearchParams(path.slice('/?'.length));
    parameters.sort();
    return [...parameters];
  }

  it.each([
    ['a long-lived key', undefined],
    ['a security token', 'CAIS+/=='],
  ])('signs in the same way with %s', async (_, securityToken) => {
    const request = await vendorCall(securityToken);
    const { headers } = request;
    const [, names = '', hex] =
      /SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '') ?? [];
    expect(headers['x-acs-content-sha256']).toBe(EMPTY_HASH);
    expect(ourSignature(request, names)).toBe(hex);

    const ours = sign(
      {
        host: String(headers.host),
        action: String(headers['x-acs-action']),
        version: String(headers['x-acs-version']),
        parameters,
        timestamp: Date.parse(String(headers['x-acs-date'])),
        nonce: String(headers['x-acs-signature-nonce']),
      },
      { ...key, securityToken },
    );
    expect(ours.method).toBe(request.method);
    expect(sortedParameters(ours.path)).toEqual(sortedParameters(request.path));
    // The vendor's client signs the same headers and two others.
    const { authorization: ownSignature, ...sent } = ours.headers;
    expect(ownSignature).toMatch(/^ACS3-HMAC-SHA256 Credential=YourAccessKeyId,/);
    expect(headers).toMatchObject(sent);
    expect(names.split(';')).toEqual(expect.arrayContaining(Object.keys(sent)));
  });
});
