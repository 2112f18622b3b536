import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { closedGateway, keys } from '../support/closed-gateway.ts';
import { listening } from '../support/listening.ts';
import { runningGateway } from '../support/running-gateway.ts';
import { createTestApp } from '../support/test-app.ts';

const typename = { query: '{ __typename }' };
const following = 'subscription { aiJobUpdated(ids: ["a"]) { id } }';

type Key = keyof typeof keys;

/** A gateway with one job, and functions that call it with a key. */
async function closed(limits: { readonly maxConcurrentRequests?: number; readonly maxStreams?: number }) {
  const gateway = await closedGateway({ limits });
  gateway.emulator.jobs.addAIJob({ jobId: 'a', createdAt: gateway.clock.now() });
  const origin = await listening(gateway.app.listener, gateway.app.upgrade);
  const url = `${origin}/graphql`;
  const post = (key: Key, body: object = typename) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': keys[key] },
      body: JSON.stringify(body),
    });
  const follow = async (key: Key) => {
    const headers = { accept: 'text/event-stream', 'x-api-key': keys[key] };
    const response = await fetch(`${url}?query=${encodeURIComponent(following)}`, { headers });
    onTestFinished(() => response.body?.cancel().catch(() => {}));
    return response;
  };
  /** Resolves with `open` or with the code that the WebSocket is closed with. */
  const open = async (key: Key) => {
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    onTestFinished(() => socket.terminate());
    const payload = { 'x-api-key': keys[key] };
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
    const outcome = await Promise.race([
      once(socket, 'message').then(() => 'open'),
      once(socket, 'close').then(([code]) => code as number),
    ]);
    return { socket, outcome };
  };
  return { ...gateway, url, port: Number(new URL(origin).port), post, follow, open };
}

describe('one caller', () => {
  it('with a thousand half-sent bodies takes no place from others, nor from its own GETs', async () => {
    const { port, url, post } = await closed({});
    const statuses: string[] = [];
    for (let index = 0; index < 1_000; index++) {
      const socket = connect(port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => {});
      socket.on('data', (data) => statuses.push(String(data).slice(9, 12)));
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: ${keys.reader}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`,
      );
    }
    await expect.poll(() => statuses.length, { timeout: 12_000 }).toBe(500);
    expect(new Set(statuses)).toEqual(new Set(['503']));

    expect((await post('all')).status).toBe(200);
    const refused = await post('reader');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] });
    const get = await fetch(`${url}?query={__typename}`, { headers: { 'x-api-key': keys.reader } });
    expect(get.status).toBe(200);
  }, 30_000);

  it('gets at most half of the requests in flight, over HTTP and WebSocket together', async () => {
    const { emulator, post, open } = await closed({ maxConcurrentRequests: 4 });
    const { socket } = await open('reader');
    const messages: string[] = [];
    socket.on('message', (message) => messages.push(String(message)));
    const send = (id: string, query: string) =>
      socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query } }));
    emulator.faults.add({ kind: 'latency', ms: 1_000 });
    const first = post('reader', { query: '{ aiJob(id: "a") { id } }' });
    await expect.poll(() => emulator.calls.length).toBe(1);
    send('1', '{ aiJob(id: "b") { id } }');
    await expect.poll(() => emulator.calls.length).toBe(2);

    expect((await post('reader')).status).toBe(503);
    send('2', '{ __typename }');
    await expect.poll(() => messages.length).toBe(1);
    expect(JSON.parse(messages[0] ?? '')).toMatchObject({
      id: '2',
      type: 'error',
      payload: [{ extensions: { code: 'OVERLOADED', retryAfterMs: 1_000 } }],
    });
    expect((await post('all')).status).toBe(200);

    // Each slot is free again when its request ends.
    expect((await first).status).toBe(200);
    await expect.poll(() => messages.length, { timeout: 12_000 }).toBe(3);
    send('3', '{ __typename }');
    await expect.poll(() => messages.length).toBe(5);
    expect(messages.slice(3).join()).toContain('"__typename":"Query"');
    expect((await post('reader')).status).toBe(200);
  }, 30_000);

  it('gets at most half of the streams, server-sent events and WebSockets together', async () => {
    const { app, follow, open } = await closed({ maxStreams: 4 });
    const stream = await follow('reader');
    expect(stream.status).toBe(200);
    const { socket, outcome } = await open('reader');
    expect(outcome).toBe('open');

    const refused = await follow('reader');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await open('reader')).outcome).toBe(1013);
    expect((await follow('all')).status).toBe(200);
    expect((await open('all')).outcome).toBe('open');
    expect((await app.metrics.text()).body).toMatch(/requests_refused_total\{reason="overload"\} 2\n/);

    socket.terminate();
    await expect.poll(async () => (await open('submitter')).outcome).toBe('open');
  });

  it('is its address where callers are not known', async () => {
    const gateway = await runningGateway({ limits: { maxStreams: 4 } });
    gateway.emulator.jobs.addAIJob({ jobId: 'a', createdAt: gateway.clock.now() });
    const origin = await listening(gateway.app.listener);
    const follow = async () => {
      const headers = { accept: 'text/event-stream' };
      const response = await fetch(`${origin}/graphql?query=${encodeURIComponent(following)}`, { headers });
      onTestFinished(() => response.body?.cancel().catch(() => {}));
      return response.status;
    };
    expect([await follow(), await follow(), await follow()]).toEqual([200, 200, 503]);
  });
});

it('a gateway whose heap is almost full sheds new work and is not ready, until the heap is smaller', async () => {
  const { emulator, ledger, clock } = await runningGateway();
  const heap = { used: 90, limit: 100 };
  const app = createTestApp(emulator, { ledger, clock, heap: () => heap });
  onTestFinished(() => app.close());
  const origin = await listening(app.listener, app.upgrade);
  const status = async (path: string) => (await fetch(`${origin}${path}`)).status;
  const upgrade = () => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.on('error', () => {});
    onTestFinished(() => socket.terminate());
    return Promise.race([
      once(socket, 'open').then(() => 101),
      once(socket, 'unexpected-response').then(
        ([, response]) => (response as { statusCode: number }).statusCode,
      ),
    ]);
  };

  const refused = await fetch(`${origin}/graphql?query={__typename}`);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] });
  expect([await status('/health'), await status('/ready'), await upgrade()]).toEqual([200, 503, 503]);
  const { body } = await app.metrics.text();
  expect(body).toContain('heap_used_ratio 0.9\n');
  expect(body).toContain('requests_refused_total{reason="overload"} 2\n');
  expect(body).toContain('gateway_ready 0\n');

  heap.used = 70;
  await expect.poll(() => status('/graphql?query={__typename}')).toBe(200);
  expect([await status('/ready'), await upgrade()]).toEqual([200, 101]);
});
