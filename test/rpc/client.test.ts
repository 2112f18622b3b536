import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { InvalidResponseError, RejectedError, TimeoutError, UnavailableError } from '../../src/rpc/errors.ts';
import { canonicalRequest, signature, stringToSign } from '../../src/rpc/signature.ts';
import { freePort } from '../support/listening.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { credentials, failure, read, runningClient, submit } from './running-client.ts';
import { apiError, json, type ReceivedRequest, scriptedServer } from './scripted-server.ts';

const ok = json(200, { RequestId: 'R-ok', Number: 42 });

describe('a call', () => {
  it('is one signed POST with an empty body and its parameters in the query', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    const { client, clock } = runningClient(origin);
    const response = await client.call('ListAIJob', { JobIds: 'a,b', Extra: '视频 *' }, { kind: 'read' });

    expect(response).toEqual({
      action: 'ListAIJob',
      requestId: 'R-ok',
      serverTime: expect.any(Number),
      status: 200,
      body: { RequestId: 'R-ok', Number: 42 },
    });
    expect(requests).toHaveLength(1);
    const { method, path, headers, body } = requests[0] as ReceivedRequest;
    expect([method, path, body]).toEqual(['POST', '/?Extra=%E8%A7%86%E9%A2%91%20%2A&JobIds=a%2Cb', '']);
    expect(headers).toMatchObject({
      host: new URL(origin).host,
      'x-acs-action': 'ListAIJob',
      'x-acs-version': '2017-03-21',
      'x-acs-date': '2026-01-02T03:04:05Z',
    });
    expect(headers['x-acs-security-token']).toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  it('has a valid signature of the received request', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    const securityToken = 'CAIS+token/==';
    const { client } = runningClient(origin, {
      credentials: async () => ({ ...credentials, securityToken }),
    });
    await read(client);
    const { path, headers } = requests[0] as ReceivedRequest;
    const [, id, names, hex] =
      /^ACS3-HMAC-SHA256 Credential=(.+),SignedHeaders=(.+),Signature=([0-9a-f]{64})$/.exec(
        headers.authorization ?? '',
      ) ?? [];
    expect(id).toBe(credentials.accessKeyId);
    expect(names?.split(';')).toEqual([
      'host',
      'x-acs-action',
      'x-acs-content-sha256',
      'x-acs-date',
      'x-acs-security-token',
      'x-acs-signature-nonce',
      'x-acs-version',
    ]);
    expect(headers['x-acs-security-token']).toBe(securityToken);
    const signed = Object.fromEntries((names ?? '').split(';').map((name) => [name, String(headers[name])]));
    const request = canonicalRequest(path.slice('/?'.length), signed);
    expect(signature(stringToSign(request), credentials.accessKeySecret)).toBe(hex);
  });

  it('that is late is not sent, and was signed before it was found to be late', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    let stamped = false;
    const clock = new ManualClock();
    const now = clock.now.bind(clock);
    clock.now = () => {
      stamped = true;
      return now();
    };
    const { client } = runningClient(origin, { clock });
    const error = await failure(submit(client, { isLate: () => stamped }));

    expect(error).toBeInstanceOf(TimeoutError);
    expect(error.mayHaveRun).toBe(false);
    expect(requests).toEqual([]);
  });

  it('reuses connections for reads', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    const { client } = runningClient(origin);
    for (let call = 0; call < 10; call++) await read(client);
    // If the first response has not quite ended when the next call starts, undici opens a second connection.
    expect(new Set(requests.map(({ socket }) => socket)).size).toBeLessThanOrEqual(2);
    expect(new Set(requests.map(({ headers }) => headers.connection))).toEqual(new Set(['keep-alive']));
  });

  it('opens a new connection for each submit', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    const { client } = runningClient(origin);
    for (let call = 0; call < 3; call++) await submit(client);
    expect(new Set(requests.map(({ socket }) => socket)).size).toBe(3);
    expect(requests.map(({ headers }) => headers.connection)).toEqual(Array(3).fill('close'));
  });

  it('runs concurrently with others', async () => {
    const other = Promise.withResolvers<void>();
    const { origin } = await scriptedServer([
      // Responds only after the other call has arrived.
      (response, request) => void other.promise.then(() => ok(response, request)),
      (response, request) => {
        ok(response, request);
        other.resolve();
      },
    ]);
    const { client } = runningClient(origin);
    await expect(Promise.all([read(client), read(client)])).resolves.toHaveLength(2);
  });

  it('fails if the response exceeds 32 MiB', async () => {
    const { origin } = await scriptedServer([json(200, { Data: 'x'.repeat(32 * 1024 * 1024) })]);
    const { client } = runningClient(origin);
    const error = await failure(read(client));
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error.message).toBe("VOD's response to ListAIJob is invalid: more than 33554432 bytes");
  });

  it('accepts a large response and splits no character', async () => {
    const text = '视'.repeat(1_000_000);
    const { origin } = await scriptedServer([json(200, { Data: text })]);
    const { client } = runningClient(origin);
    const { body } = await read(client);
    expect(body.Data === text).toBe(true);
  });
});

describe('credentials', () => {
  it('are requested for each attempt', async () => {
    const { origin, requests } = await scriptedServer([apiError(503, 'ServiceUnavailable'), ok]);
    let lookups = 0;
    const { client, clock } = runningClient(origin, {
      credentials: async () => ({ ...credentials, accessKeyId: `id-${++lookups}` }),
    });
    const call = read(client);
    await clock.scheduled(2);
    clock.advance(50);
    await call;
    expect(
      requests.map(({ headers }) => /Credential=([^,]+)/.exec(headers.authorization ?? '')?.[1]),
    ).toEqual(['id-1', 'id-2']);
  });

  it('are requested again after a failure, even for a submit', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    let lookups = 0;
    const { client, clock } = runningClient(origin, {
      credentials: async () => {
        if (++lookups === 1) throw new Error('the metadata service is away');
        return credentials;
      },
    });
    const call = submit(client);
    await clock.scheduled(2);
    clock.advance(50);
    await expect(call).resolves.toMatchObject({ requestId: 'R-ok' });
    expect(requests).toHaveLength(1);
  });

  it('that are unavailable fail the call, without quoting their source', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    const { client, clock } = runningClient(origin, {
      timeoutMs: 120,
      credentials: async () => {
        throw new Error(`cannot parse {"access_key_secret":"${credentials.accessKeySecret}"}`);
      },
    });
    const call = failure(read(client));
    await clock.scheduled(2);
    clock.advance(50);
    const error = await call;
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ action: 'ListAIJob', mayHaveRun: false });
    expect(error.message).toBe('VOD did not process ListAIJob: no credentials');
    expect(requests).toEqual([]);
  });

  it('whose provider throws synchronously fail the call, too', async () => {
    const { client } = runningClient('http://127.0.0.1:1', {
      timeoutMs: 1,
      credentials: () => {
        throw new Error('thrown, not rejected');
      },
    });
    expect((await failure(read(client))).message).toBe('VOD did not process ListAIJob: no credentials');
  });
});

describe('an error', () => {
  it('contains no URL, parameter, credential or signature', async () => {
    const securityToken = 'test-security-token';
    const echo = JSON.stringify({ ...credentials, securityToken });
    const { origin } = await scriptedServer([
      json(403, { RequestId: 'R', Code: 'SignatureDoesNotMatch', Message: 'rejected' }),
      json(200, [echo]),
      (response) => response.writeHead(502, { 'content-type': 'text/html' }).end(`<p>${echo}</p>`),
      (response) => response.writeHead(302, { location: `http://elsewhere/?${echo}` }).end(echo),
      (response) => response.socket?.destroy(),
    ]);
    const options = { timeoutMs: 1, credentials: async () => ({ ...credentials, securityToken }) };
    const { client } = runningClient(origin, options);
    const unreachable = runningClient(`http://127.0.0.1:${await freePort()}`, options);
    const errors = [];
    for (let call = 0; call < 5; call++) errors.push(await failure(read(client)));
    errors.push(await failure(read(unreachable.client)));

    expect(errors.map(({ name }) => name)).toEqual([
      'RejectedError',
      'InvalidResponseError',
      'UnavailableError',
      'InvalidResponseError',
      'UnavailableError',
      'UnavailableError',
    ]);
    for (const error of errors) {
      const whole = inspect(error, { depth: 10, showHidden: true });
      for (const secret of [
        ...Object.values(credentials),
        securityToken,
        'private-job-id',
        'http://',
        'Signature=',
      ]) {
        expect(whole).not.toContain(secret);
      }
    }
  });

  it("has the API's code, message and RequestId apart from its own message", async () => {
    const { origin } = await scriptedServer([apiError(404, 'InvalidVideo.NotFound')]);
    const { client } = runningClient(origin);
    const error = await failure(submit(client));
    expect(error).toBeInstanceOf(RejectedError);
    expect(error).toMatchObject({
      message: 'VOD rejected SubmitAIJob: InvalidVideo.NotFound',
      action: 'SubmitAIJob',
      code: 'InvalidVideo.NotFound',
      upstreamMessage: 'some message',
      requestId: 'R-error',
      status: 404,
      mayHaveRun: false,
    });
  });

  it('is an RpcError with nothing sent if the call cannot be encoded', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    const token = runningClient(origin, {
      timeoutMs: 1,
      credentials: async () => ({ ...credentials, securityToken: 'line\nbreak' }),
    });
    expect(await failure(submit(token.client))).toMatchObject({
      message:
        'VOD did not process SubmitAIJob: a parameter or header cannot be encoded (UND_ERR_INVALID_ARG)',
      mayHaveRun: false,
    });
    const { client } = runningClient(origin, { timeoutMs: 1 });
    const loneSurrogate = client.call('SubmitAIJob', { MediaId: '\ud800' }, { kind: 'submit' });
    expect(await failure(loneSurrogate)).toMatchObject({ mayHaveRun: false });
    expect(requests).toEqual([]);
  });
});
