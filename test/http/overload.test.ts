import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { everyTransport, post } from '../security/every-transport.ts';
import { runningGateway } from '../support/running-gateway.ts';

const job = { query: '{ aiJob(id: "a") { id } }' };
const following = 'subscription { aiJobUpdated(ids: ["a"]) { id } }';

/** A gateway with one job and every transport. */
async function running(limits: Parameters<typeof runningGateway>[0] & object) {
  const gateway = await runningGateway(limits);
  gateway.emulator.jobs.addAIJob({ jobId: 'a', createdAt: gateway.clock.now() });
  return { ...gateway, ...(await everyTransport(gateway)) };
}

function follow(url: string, accept = 'text/event-stream'): Promise<Response> {
  return fetch(`${url}?query=${encodeURIComponent(following)}`, { headers: { accept } });
}

describe('requests over the limit', () => {
  it('are rejected immediately with Retry-After, before their body is read', async () => {
    const { url, origin, emulator } = await running({ limits: { maxConcurrentRequests: 2 } });
    emulator.faults.add({ kind: 'latency', ms: 300 });
    const served = [post(url, job), post(url, job)];
    await expect.poll(() => emulator.calls.length).toBeGreaterThan(0);

    const { status, headers, body } = await new Promise<{ status: number; headers: object; body: string }>(
      (resolve, reject) => {
        // The body never ends.
        const client = request(
          url,
          { method: 'POST', headers: { 'content-type': 'application/json' } },
          (response) => {
            let text = '';
            response.on('data', (chunk) => {
              text += chunk;
            });
            response.on('end', () => {
              resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
              client.destroy();
            });
          },
        );
        client.on('error', reject);
        client.write('{"query":');
      },
    );

    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '1' });
    expect(JSON.parse(body)).toMatchObject({
      errors: [{ extensions: { code: 'OVERLOADED', retryAfterMs: 1_000 } }],
    });
    for (const path of ['health', 'ready', 'metrics'])
      expect((await fetch(`${origin}/${path}`)).status).toBe(200);
    expect((await fetch(`${origin}/callbacks/vod`)).status).toBe(405);
    for (const response of await Promise.all(served)) expect(response.status).toBe(200);
    expect((await post(url, job)).status).toBe(200);
  });

  it('do not include streams and requests whose clients have disconnected', async () => {
    const { url, emulator } = await running({ limits: { maxConcurrentRequests: 1 } });
    const streams = [await follow(url), await follow(url), await follow(url)];
    for (const { status } of streams) expect(status).toBe(200);
    emulator.faults.add({ kind: 'latency', ms: 60_000, times: 1 });
    const leaving = new AbortController();
    const left = fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ aiJob(id: "b") { id } }' }),
      signal: leaving.signal,
    }).catch(() => {});
    await expect.poll(() => emulator.calls.at(-1)?.parameters.JobIds).toBe('b');
    expect((await post(url, { query: '{ __typename }' })).status).toBe(503);
    leaving.abort();
    await left;
    await expect.poll(async () => (await post(url, { query: '{ __typename }' })).status).toBe(200);
    for (const { body } of streams) await body?.cancel();
  });
});

describe('streams over the limit', () => {
  it('are rejected without an error if their clients reset the connections', async () => {
    const { url } = await running({ limits: { maxStreams: 1 } });
    const stream = await follow(url);
    const { hostname, port } = new URL(url);
    const upgrade = 'GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n';
    for (let index = 0; index < 200; index++) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      socket.write(upgrade, () => socket.resetAndDestroy());
    }
    expect((await post(url, { query: '{ __typename }' })).status).toBe(200);
    await stream.body?.cancel();
  });

  it('are rejected immediately, and half-open connections are closed', async () => {
    const { url } = await running({ limits: { maxStreams: 1 } });
    const stream = await follow(url);
    const { hostname, port } = new URL(url);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {}).resume();
    socket.write('GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
    await new Promise((resolve) => socket.on('end', resolve));
    // The client keeps its own side open. Only a write after the reset shows that the gateway has closed the socket.
    const writing = setInterval(() => socket.write('more'), 10);
    await closed;
    clearInterval(writing);
    await stream.body?.cancel();
  });

  it('are rejected over every transport, while requests are served', async () => {
    const { url } = await running({ limits: { maxStreams: 2 } });
    const socketOpens = () => {
      const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
      const opened = new Promise<string>((resolve) => {
        socket.on('open', () => socket.send('{"type":"connection_init"}')).on('error', () => {});
        socket.on('message', () => resolve('open'));
        socket.on('unexpected-response', (_request, { statusCode, headers }) =>
          resolve(`${statusCode} ${headers['retry-after']}`),
        );
      });
      return { socket, opened };
    };
    const { socket, opened } = socketOpens();
    expect(await opened).toBe('open');
    const stream = await follow(url);
    expect(stream.status).toBe(200);

    expect(await socketOpens().opened).toBe('503 1');
    for (const response of [
      await follow(url),
      await follow(url, 'application/graphql-response+json, application/json, text/event-stream'),
    ]) {
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await response.text()).toContain('"code":"OVERLOADED"');
    }
    const accept = 'application/graphql-response+json, application/json, text/event-stream';
    expect((await post(url, job, { accept })).status).toBe(200);

    // The closed connections make room for a reserved stream.
    socket.terminate();
    await stream.body?.cancel();
    await expect
      .poll(async () => {
        const again = await follow(url);
        await again.body?.cancel();
        return again.status;
      })
      .toBe(200);
  });
});
