import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { closedGateway, keys } from '../../support/closed-gateway.ts';
import { listening } from '../../support/listening.ts';

async function closed(maxStreams = 200) {
  const gateway = await closedGateway({ limits: { maxStreams } });
  const origin = await listening(gateway.app.listener, gateway.app.upgrade);
  const url = `${origin.replace('http', 'ws')}/graphql`;
  const connect = (headers: Record<string, string> = {}) => {
    const socket = new WebSocket(url, 'graphql-transport-ws', { headers });
    socket.on('error', () => {});
    onTestFinished(() => socket.terminate());
    return socket;
  };
  /** Resolves with `ack`, or with the code that the WebSocket is closed with. */
  const init = async (socket: WebSocket, payload: object = {}) => {
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
    return Promise.race([
      once(socket, 'message').then(() => 'ack'),
      once(socket, 'close').then(([code]) => code as number),
    ]);
  };
  return { ...gateway, connect, init };
}

it('a thousand WebSockets that never send credentials keep no caller out', async () => {
  const { connect, init, app } = await closed();
  const strangers = Array.from({ length: 1_000 }, () => connect());
  const byPayload = Array.from({ length: 71 }, () => init(connect(), { 'x-api-key': keys.reader }));
  expect(new Set(await Promise.all(byPayload))).toEqual(new Set(['ack']));
  const byHeader = Array.from({ length: 71 }, () => init(connect({ 'x-api-key': keys.all })));
  expect(new Set(await Promise.all(byHeader))).toEqual(new Set(['ack']));
  // At most a hundred of one address, all others were closed.
  await expect
    .poll(() => strangers.filter(({ readyState }) => readyState === WebSocket.OPEN).length, {
      timeout: 10_000,
    })
    .toBeLessThanOrEqual(100);
  expect((await app.metrics.text()).body).toContain('streams_open{transport="websocket"} 142\n');
}, 30_000);

it('a WebSocket with a key in its header takes a place of its caller from the start', async () => {
  const { connect, init } = await closed(4);
  const silent = [connect({ 'x-api-key': keys.reader }), connect({ 'x-api-key': keys.reader })];
  await Promise.all(silent.map((socket) => once(socket, 'open')));
  const [, response] = await once(connect({ 'x-api-key': keys.reader }), 'unexpected-response');
  expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '1']);
  expect(await init(connect({ 'x-api-key': keys.all }))).toBe('ack');
  silent[0]?.terminate();
  await expect.poll(() => init(connect({ 'x-api-key': keys.reader }))).toBe('ack');
});

it('after ten wrong keys from one address, further ones get 1013 and valid ones are accepted', async () => {
  const { connect, init } = await closed();
  for (let attempt = 0; attempt < 5; attempt++) {
    expect(await init(connect(), { 'x-api-key': 'guess' })).toBe(4403);
    expect(await init(connect({ 'x-api-key': 'guess' }))).toBe(4403);
  }
  expect(await init(connect(), { 'x-api-key': 'guess' })).toBe(1013);
  expect(await init(connect({ 'x-api-key': 'guess' }))).toBe(1013);
  expect(await init(connect())).toBe(4403);
  expect(await init(connect({ 'x-api-key': keys.reader }))).toBe('ack');
});
