import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ThrottledError, UnavailableError } from '../../src/rpc/errors.ts';
import { freePort } from '../support/listening.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { failure, read, runningClient, submit, TIMEOUT_MS } from './running-client.ts';
import { apiError, json, type Reply, reset, scriptedServer } from './scripted-server.ts';

const ok = json(200, { RequestId: 'R-ok' });
const html502: Reply = (response) =>
  response.writeHead(502, { 'content-type': 'text/html' }).end('<html>bad gateway</html>');
/** Starts a response and closes the connection before its end. */
const cutShort: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"RequestId":', () => response.destroy());
};

/** Waits until the call is between two attempts and ends the delay. */
async function passRetry(clock: ManualClock): Promise<void> {
  await clock.scheduled(2);
  clock.advance(clock.waits.at(-1) ?? 0);
}

const throttled = {
  'Throttling at 400': apiError(400, 'Throttling'),
  'Throttling.User at 400': apiError(400, 'Throttling.User'),
  'Throttling.Api at 429': apiError(429, 'Throttling.Api'),
  'a 429 without JSON': ((response) => response.writeHead(429).end('slow down')) satisfies Reply,
};

const unavailable = {
  'InternalError at 500': apiError(500, 'InternalError'),
  'ServiceUnavailable at 503': apiError(503, 'ServiceUnavailable'),
  'ServiceUnAvailable at 503': apiError(503, 'ServiceUnAvailable'),
  "a proxy's HTML at 502": html502,
  'a reset connection': reset,
  'a truncated response': cutShort,
};

const final = {
  'a rejection': apiError(403, 'Forbidden.RAM'),
  'an unknown video': apiError(404, 'InvalidVideo.NotFound'),
  'HTML at 200': ((response) => response.writeHead(200).end('<html>')) satisfies Reply,
  'a redirect': ((response) => response.writeHead(302, { location: '/' }).end()) satisfies Reply,
};

describe('a read', () => {
  it.each(Object.entries({ ...throttled, ...unavailable }))('is retried after %s', async (_, reply) => {
    const { origin, requests } = await scriptedServer([reply, ok]);
    const { client, clock } = runningClient(origin);
    const call = read(client);
    await passRetry(clock);
    await expect(call).resolves.toMatchObject({ requestId: 'R-ok' });
    expect(requests).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('is retried if the connection was refused', async () => {
    const port = await freePort();
    const { client, clock } = runningClient(`http://127.0.0.1:${port}`);
    const call = read(client);
    await clock.scheduled(2);
    await scriptedServer([ok], port);
    clock.advance(50);
    await expect(call).resolves.toMatchObject({ requestId: 'R-ok' });
  });

  it('is retried on a new connection if the server closed the idle one', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    const { client, clock } = runningClient(origin);
    await read(client);
    const socket = requests[0]?.socket;
    if (!socket) throw new Error('expected a request');
    const closed = once(socket, 'close');
    socket.destroy();
    await closed;
    const call = read(client);
    // The client may have noticed the close already; otherwise it retries.
    void clock.scheduled(2).then(() => clock.advance(50));
    await expect(call).resolves.toMatchObject({ requestId: 'R-ok' });
    expect(requests).toHaveLength(2);
  });

  it.each(Object.entries(final))('is not retried after %s', async (_, reply) => {
    const { origin, requests } = await scriptedServer([reply, ok]);
    const { client } = runningClient(origin);
    await failure(read(client));
    expect(requests).toHaveLength(1);
  });

  it('has a new nonce and timestamp in each attempt', async () => {
    const { origin, requests } = await scriptedServer([reset, apiError(400, 'Throttling'), ok]);
    const { client, clock } = runningClient(origin);
    const call = read(client);
    await clock.scheduled(2);
    clock.advance(3_000);
    await passRetry(clock);
    await call;
    expect(new Set(requests.map(({ headers }) => headers['x-acs-signature-nonce'])).size).toBe(3);
    expect(new Set(requests.map(({ headers }) => headers.authorization)).size).toBe(3);
    expect(requests.slice(0, 2).map(({ headers }) => headers['x-acs-date'])).toEqual([
      '2026-01-02T03:04:05Z',
      '2026-01-02T03:04:08Z',
    ]);
  });

  it('has three attempts with growing delays, and fails with the last error', async () => {
    const { origin, requests } = await scriptedServer([apiError(500, 'InternalError')]);
    const { client, clock } = runningClient(origin);
    const call = failure(read(client));
    for (let retry = 0; retry < 2; retry++) await passRetry(clock);
    const error = await call;
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ code: 'InternalError', status: 500 });
    expect(clock.waits).toEqual([TIMEOUT_MS, 50, 100]);
    expect(requests).toHaveLength(3);
  });

  it('waits for the quota until the deadline if it is throttled, and fails with the last error', async () => {
    const { origin, requests } = await scriptedServer([apiError(400, 'Throttling.User')]);
    const { client, clock } = runningClient(origin, { timeoutMs: 1_000 });
    const call = failure(read(client));
    for (let retry = 0; retry < 4; retry++) await passRetry(clock);
    expect(await call).toBeInstanceOf(ThrottledError);
    expect(clock.waits).toEqual([1_000, 50, 100, 200, 400]);
    expect(requests).toHaveLength(5);
  });

  it("waits for the API's Retry-After", async () => {
    const { origin } = await scriptedServer([apiError(429, 'Throttling', { 'retry-after': '3' }), ok]);
    const { client, clock } = runningClient(origin);
    const call = read(client);
    await passRetry(clock);
    await call;
    expect(clock.waits).toEqual([TIMEOUT_MS, 3_000]);
  });

  it('is not retried if Retry-After exceeds the deadline', async () => {
    const { origin, requests } = await scriptedServer([apiError(429, 'Throttling', { 'retry-after': '11' })]);
    const { client } = runningClient(origin);
    expect(await failure(read(client))).toBeInstanceOf(ThrottledError);
    expect(requests).toHaveLength(1);
  });

  it('is not retried once the retry budget is used up, until calls succeed', async () => {
    let reply = apiError(503, 'ServiceUnavailable');
    const { origin, requests } = await scriptedServer([(...call) => reply(...call)]);
    // Leaves time for exactly one retry.
    const { client, clock } = runningClient(origin, { timeoutMs: 51 });
    const fails = async () => {
      reply = apiError(503, 'ServiceUnavailable');
      // The circuit stays closed.
      const failed = failure(read(client, { isSuspect: true }));
      await passRetry(clock);
      await failed;
    };
    const succeeds = async () => {
      reply = ok;
      await read(client);
    };
    // Of 500 tokens, four retries take 20, and the success returns one.
    for (let round = 0; round < 26; round++) {
      for (let call = 0; call < 4; call++) await fails();
      await succeeds();
    }
    await fails();
    expect(requests).toHaveLength(26 * 9 + 2);
    expect(await failure(read(client, { isSuspect: true }))).toMatchObject({ status: 503 });
    expect(requests).toHaveLength(26 * 9 + 3);

    for (let call = 0; call < 4; call++) await succeeds();
    await fails();
    expect(requests).toHaveLength(26 * 9 + 9);
  });
});

describe('a submit', () => {
  it.each(Object.entries(throttled))('is retried after %s', async (_, reply) => {
    const { origin, requests } = await scriptedServer([reply, ok]);
    const { client, clock } = runningClient(origin);
    const call = submit(client);
    await passRetry(clock);
    await expect(call).resolves.toMatchObject({ requestId: 'R-ok' });
    expect(requests).toHaveLength(2);
  });

  it('is retried if the connection was refused', async () => {
    const port = await freePort();
    const { client, clock } = runningClient(`http://127.0.0.1:${port}`);
    const call = submit(client);
    await clock.scheduled(2);
    const { requests } = await scriptedServer([ok], port);
    clock.advance(50);
    await expect(call).resolves.toMatchObject({ requestId: 'R-ok' });
    expect(requests).toHaveLength(1);
  });

  it('is retried if the TLS connection was not established', async () => {
    const { origin } = await scriptedServer([ok]);
    const { client, clock } = runningClient(origin.replace('http:', 'https:'), { timeoutMs: 51 });
    const call = failure(submit(client));
    await passRetry(clock);
    const error = await call;
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.mayHaveRun).toBe(false);
  });

  it.each(Object.entries(unavailable))('is never retried after %s', async (_, reply) => {
    const { origin, requests } = await scriptedServer([reply, ok]);
    const { client, clock } = runningClient(origin);
    const error = await failure(submit(client));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.mayHaveRun).toBe(true);
    expect(requests).toHaveLength(1);
    expect(clock.waits).toEqual([TIMEOUT_MS]);
  });

  it.each(Object.entries(final))('is not retried after %s', async (_, reply) => {
    const { origin, requests } = await scriptedServer([reply, ok]);
    const { client } = runningClient(origin);
    await failure(submit(client));
    expect(requests).toHaveLength(1);
  });
});
