import { describe, expect, test } from 'vitest';
import { UsedNonces } from '../../src/emulator/authentication.ts';
import { runningEmulator, start } from './running-emulator.ts';
import { callV1, callV3, type Deviation } from './signed-call.ts';

const minute = 60_000;
const listing = { JobIds: 'unknown' };

describe('signature V3', () => {
  test('accepts a valid call', async () => {
    const emulator = await runningEmulator();
    const { status, headers, body } = await callV3(emulator, 'ListAIJob', listing);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json;charset=utf-8');
    expect(headers.get('x-acs-request-id')).toBe(body.RequestId);
    expect(emulator.calls).toEqual([
      { action: 'ListAIJob', parameters: listing, requestId: body.RequestId, at: start, outcome: 'ok' },
    ]);
  });

  test('accepts GET and a form', async () => {
    const emulator = await runningEmulator();
    const get = await callV3(emulator, 'ListAIJob', listing, { method: 'GET' });
    const form = await callV3(emulator, 'ListAIJob', {}, { form: listing });
    expect([get.status, form.status]).toEqual([200, 200]);
    expect(emulator.calls.map(({ parameters }) => parameters)).toEqual([listing, listing]);
  });

  const invalid: [name: string, deviation: Deviation, status: number, code: string][] = [
    ['another key', { accessKeyId: 'other' }, 404, 'InvalidAccessKeyId.NotFound'],
    ['another secret', { accessKeySecret: 'other' }, 400, 'SignatureDoesNotMatch'],
    [
      'a header that was changed after signing',
      { lateHeaders: { 'x-acs-signature-nonce': 'n' } },
      400,
      'SignatureDoesNotMatch',
    ],
    [
      'the hash of another body',
      { headers: { 'x-acs-content-sha256': 'f'.repeat(64) } },
      400,
      'SignatureDoesNotMatch',
    ],
    [
      'a date 15 minutes and a second old',
      { at: start - 15 * minute - 1000 },
      400,
      'InvalidTimeStamp.Expired',
    ],
    [
      'a date 15 minutes and a second ahead',
      { at: start + 15 * minute + 1000 },
      400,
      'InvalidTimeStamp.Expired',
    ],
    [
      'a date in another format',
      { headers: { 'x-acs-date': '20260102T030405Z' } },
      400,
      'InvalidTimeStamp.Format',
    ],
    [
      'an impossible date',
      { headers: { 'x-acs-date': '2026-13-02T03:04:05Z' } },
      400,
      'InvalidTimeStamp.Format',
    ],
    ['no date', { headers: { 'x-acs-date': '' } }, 400, 'IncompleteSignature'],
    ['no nonce', { headers: { 'x-acs-signature-nonce': '' } }, 400, 'IncompleteSignature'],
    ['no hash', { headers: { 'x-acs-content-sha256': '' } }, 400, 'IncompleteSignature'],
    ['an unsigned host', { unsigned: ['host'] }, 400, 'IncompleteSignature'],
    ['an unsigned x-acs header', { unsigned: ['x-acs-action'] }, 400, 'IncompleteSignature'],
    [
      'an x-acs header that was added after signing',
      { lateHeaders: { 'x-acs-extra': '1' } },
      400,
      'IncompleteSignature',
    ],
    [
      'a signed header that was removed',
      { headers: { 'x-acs-extra': '1' }, lateHeaders: { 'x-acs-extra': '' } },
      400,
      'IncompleteSignature',
    ],
    [
      'another algorithm',
      { lateHeaders: { authorization: 'ACS3-RSA-SHA256 Credential=a' } },
      400,
      'IncompleteSignature',
    ],
    ['no signature', { lateHeaders: { authorization: '' } }, 400, 'MissingAccessKeyId'],
    ['another version', { headers: { 'x-acs-version': '2014-05-26' } }, 400, 'InvalidVersion'],
    ['no version', { headers: { 'x-acs-version': '' } }, 400, 'MissingVersion'],
    ['no action', { headers: { 'x-acs-action': '' } }, 400, 'MissingAction'],
    ['another path', { path: '/elsewhere' }, 404, 'InvalidAction.NotFound'],
    ['another method', { method: 'PUT' }, 405, 'UnsupportedHTTPMethod'],
  ];

  test.each(invalid)('rejects %s', async (_, deviation, status, code) => {
    const emulator = await runningEmulator();
    const response = await callV3(emulator, 'ListAIJob', listing, deviation);
    expect(response.body).toEqual({
      RequestId: response.headers.get('x-acs-request-id'),
      HostId: 'vod.cn-shanghai.aliyuncs.com',
      Code: code,
      Message: expect.any(String),
      Recommend: expect.stringContaining(code),
    });
    expect(response.status).toBe(status);
  });

  test('accepts a date that is up to 15 minutes off', async () => {
    const emulator = await runningEmulator();
    const early = await callV3(emulator, 'ListAIJob', listing, { at: start - 15 * minute });
    const late = await callV3(emulator, 'ListAIJob', listing, { at: start + 15 * minute });
    expect([early.status, late.status]).toEqual([200, 200]);
  });

  test('returns its own string to sign without the secret', async () => {
    const emulator = await runningEmulator();
    const { body } = await callV3(emulator, 'ListAIJob', listing, { accessKeySecret: 'other' });
    expect(body.Message).toContain('server string to sign is:ACS3-HMAC-SHA256\n');
    expect(body.Message).toContain('POST\n/\nJobIds=unknown\nhost:127.0.0.1:');
    expect(body.Message).not.toContain(emulator.credentials.accessKeySecret);
  });

  test('rejects an unknown action', async () => {
    const emulator = await runningEmulator();
    const { status, body } = await callV3(emulator, 'DeleteEverything', {});
    expect([status, body.Code]).toEqual([404, 'InvalidAction.NotFound']);
    expect(emulator.calls).toMatchObject([{ action: 'DeleteEverything', outcome: 'InvalidAction.NotFound' }]);
  });

  test.each(['constructor', 'toString'])(
    'rejects a property of every object as the action (%s)',
    async (action) => {
      const { status } = await callV3(await runningEmulator(), action, {});
      expect(status).toBe(404);
    },
  );

  test('rejects a body of more than 1 MiB', async () => {
    const emulator = await runningEmulator();
    const { status } = await callV3(emulator, 'ListAIJob', {}, { form: { JobIds: 'a'.repeat(1024 * 1024) } });
    expect(status).toBe(413);
  });
});

describe('nonces', () => {
  test('are accepted once', async () => {
    const emulator = await runningEmulator();
    expect((await callV3(emulator, 'ListAIJob', listing, { nonce: 'n' })).status).toBe(200);
    const { status, body } = await callV3(emulator, 'ListAIJob', listing, { nonce: 'n' });
    expect([status, body.Code]).toEqual([400, 'SignatureNonceUsed']);
    expect((await callV1(emulator, { Action: 'ListAIJob', ...listing, SignatureNonce: 'n' })).body.Code).toBe(
      'SignatureNonceUsed',
    );
  });

  test('are not used by a call with a wrong signature', async () => {
    const emulator = await runningEmulator();
    await callV3(emulator, 'ListAIJob', listing, { nonce: 'n', accessKeySecret: 'other' });
    expect((await callV3(emulator, 'ListAIJob', listing, { nonce: 'n' })).status).toBe(200);
  });

  test('are remembered until the same request would be expired', async () => {
    const emulator = await runningEmulator();
    const ahead = { nonce: 'n', at: start + 15 * minute };
    await callV3(emulator, 'ListAIJob', listing, ahead);
    emulator.clock.advance(30 * minute);
    expect((await callV3(emulator, 'ListAIJob', listing, ahead)).body.Code).toBe('SignatureNonceUsed');
    emulator.clock.advance(1000);
    expect((await callV3(emulator, 'ListAIJob', listing, ahead)).body.Code).toBe('InvalidTimeStamp.Expired');
    expect((await callV3(emulator, 'ListAIJob', listing, { nonce: 'n' })).status).toBe(200);
  });

  test('are forgotten, oldest first, above 100,000', () => {
    const nonces = new UsedNonces();
    for (let count = 0; count <= 100_000; count += 1) nonces.take(String(count), 0, 1000);
    expect(nonces.take('1', 0, 1000)).toBe(false);
    expect(nonces.take('0', 0, 1000)).toBe(true);
  });
});

describe('security tokens', () => {
  const credentials = { accessKeyId: 'STS.id', accessKeySecret: 'secret', securityToken: 'token' };
  const bad = [
    ['', 'MissingSecurityToken'],
    ['other', 'InvalidSecurityToken.MismatchWithAccessKey'],
  ] as const;

  test('are accepted if they are correct', async () => {
    const emulator = await runningEmulator({ credentials });
    expect((await callV3(emulator, 'ListAIJob', listing, { securityToken: 'token' })).status).toBe(200);
    const v1 = await callV1(emulator, { Action: 'ListAIJob', ...listing, SecurityToken: 'token' });
    expect(v1.status).toBe(200);
  });

  test.each(bad)('are rejected if they are "%s"', async (token, code) => {
    const emulator = await runningEmulator({ credentials });
    const v3 = await callV3(emulator, 'ListAIJob', listing, { headers: { 'x-acs-security-token': token } });
    const v1 = await callV1(emulator, { Action: 'ListAIJob', ...listing, SecurityToken: token });
    expect([v3.status, v3.body.Code, v1.status, v1.body.Code]).toEqual([400, code, 400, code]);
  });
});

describe('signature V1', () => {
  const valid = { Action: 'ListAIJob', ...listing };

  test('accepts a valid call, with a query or a form', async () => {
    const emulator = await runningEmulator();
    expect((await callV1(emulator, valid)).status).toBe(200);
    expect((await callV1(emulator, valid, { as: 'form' })).status).toBe(200);
    expect(emulator.calls.map(({ parameters }) => parameters)).toEqual([listing, listing]);
  });

  test.each([
    [{ AccessKeyId: '' }, 400, 'MissingAccessKeyId'],
    [{ AccessKeyId: 'other' }, 404, 'InvalidAccessKeyId.NotFound'],
    [{ SignatureNonce: '' }, 400, 'MissingSignatureNonce'],
    [{ Timestamp: '' }, 400, 'MissingTimestamp'],
    [{ Timestamp: '2026-01-02 03:04:05' }, 400, 'InvalidTimeStamp.Format'],
    [{ Timestamp: '2026-01-02T02:04:05Z' }, 400, 'InvalidTimeStamp.Expired'],
    [{ SignatureMethod: 'HMAC-SHA256' }, 400, 'IncompleteSignature'],
    [{ SignatureVersion: '2.0' }, 400, 'IncompleteSignature'],
    [{ Version: '2014-05-26' }, 400, 'InvalidVersion'],
    [{ Version: '' }, 400, 'MissingVersion'],
    [{ Action: '' }, 400, 'MissingAction'],
  ])('rejects %o', async (overrides, status, code) => {
    const response = await callV1(await runningEmulator(), { ...valid, ...overrides });
    expect([response.status, response.body.Code]).toEqual([status, code]);
  });

  test('rejects a wrong secret, a parameter that was changed after signing, and no signature', async () => {
    const emulator = await runningEmulator();
    const wrong = await callV1(emulator, valid, { accessKeySecret: 'other' });
    expect([wrong.status, wrong.body.Code]).toEqual([400, 'SignatureDoesNotMatch']);
    expect(wrong.body.Message).toContain('server string to sign is:GET&%2F&AccessKeyId');
    const changed = await callV1(emulator, valid, { late: { JobIds: 'another' } });
    expect(changed.body.Code).toBe('SignatureDoesNotMatch');
    const unsigned = await callV1(emulator, valid, { late: { Signature: '' } });
    expect([unsigned.status, unsigned.body.Code]).toEqual([400, 'IncompleteSignature']);
  });
});
