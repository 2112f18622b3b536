import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { AIJobDocument } from '../../../schema/generated/graphql.ts';
import { anybody, type Caller } from '../../../src/auth/caller.ts';
import { WrongCredentials } from '../../../src/auth/wrong-credentials.ts';
import { OperationRecords } from '../../../src/graphql/plugins/records.ts';
import { createWebSocketTransport } from '../../../src/graphql/transports/web-socket.ts';
import { clientAddresses } from '../../../src/http/client-address.ts';
import { Overload } from '../../../src/http/overload.ts';
import { UnreadBytes } from '../../../src/http/unread.ts';
import { Metrics } from '../../../src/observability/metrics/metrics.ts';
import { collectedLog } from '../../support/collected-logs.ts';
import { listening } from '../../support/listening.ts';
import { finishedJobs, runningGateway } from '../../support/running-gateway.ts';
import { streaming } from './streaming.ts';

const query = print(AIJobDocument);

/** `open`, or the status or close code that the connection is rejected with. */
function opened(url: string, headers: Record<string, string>, protocol = 'graphql-transport-ws') {
  const socket = new WebSocket(url.replace('http', 'ws'), protocol, { headers });
  return new Promise<string>((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)));
    socket.on('close', (code) => resolve(String(code)));
    socket.on('error', () => {});
  }).finally(() => socket.terminate());
}

describe('graphql-ws', () => {
  it('accepts programs and the gateway’s own pages, and rejects pages of other sites', async () => {
    const { origin, url } = await streaming(await runningGateway());
    expect(await opened(url, {})).toBe('open');
    expect(await opened(url, { origin })).toBe('open');
    expect(await opened(url, { origin: 'https://evil.example.com' })).toBe('403');
    expect(await opened(url, { origin: 'null' })).toBe('403');
    expect(await opened(url, { origin: `${origin}.evil.example.com` })).toBe('403');
  });

  it('survives clients that reset a rejected connection', async () => {
    const { origin, url } = await streaming(await runningGateway());
    const { hostname, port } = new URL(origin);
    for (let index = 0; index < 200; index++) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      socket.write('GET /x HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n', () =>
        socket.resetAndDestroy(),
      );
    }
    expect(await opened(url, {})).toBe('open');
  });

  it('closes a connection with 4400 after a message that the protocol does not allow', async () => {
    const { url } = await streaming(await runningGateway());
    for (const message of ['{"type":"connection_ack"}', '{}', 'x']) {
      const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
      const code = await new Promise((resolve) => {
        socket.on('open', () => socket.send(message));
        socket.on('close', resolve);
      });
      expect(code).toBe(4400);
    }
  });

  it('answers a ping without its payload', async () => {
    const { url } = await streaming(await runningGateway());
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    const pong = await new Promise((resolve) => {
      socket.on('open', () => socket.send(JSON.stringify({ type: 'ping', payload: { long: 'text' } })));
      socket.on('message', (text) => resolve(String(text)));
    });
    socket.terminate();
    expect(pong).toBe('{"type":"pong"}');
  });

  it('rejects other paths and the deprecated subprotocol graphql-ws', async () => {
    const { url } = await streaming(await runningGateway());
    expect(await opened(`${url}/elsewhere`, {})).toBe('404');
    expect(await opened(url, {}, 'graphql-ws')).not.toBe('open');
  });

  it('runs queries and returns the codes of errors', async () => {
    const gateway = await runningGateway();
    const { url } = await streaming(gateway);
    const [id = ''] = finishedJobs(gateway.emulator, 1);
    const answer = (payload: object) => firstAnswer(url, payload);
    expect(await answer({ query, variables: { id } })).toMatchObject({
      type: 'next',
      payload: { data: { aiJob: { id, status: 'SUCCESS' } } },
    });
    const badInput = [{ extensions: { code: 'BAD_USER_INPUT' } }];
    expect(await answer({ query: '{ nothing }' })).toMatchObject({ type: 'error', payload: badInput });
    expect(await answer({ query: '{' })).toMatchObject({ type: 'error', payload: badInput });
    expect(await answer({ query, variables: { id: [1] } })).toMatchObject({ payload: { errors: badInput } });
    expect(await answer({ query, variables: { id: 'a,b' } })).toMatchObject({
      payload: { errors: badInput },
    });
    expect(await answer({ query: 'query A { __typename } query B { __typename }' })).toMatchObject({
      type: 'error',
      payload: badInput,
    });
  });

  it('rejects a message over 100 KiB, the limit of a request body', async () => {
    const { url } = await streaming(await runningGateway());
    expect(await firstAnswer(url, { query: `# ${'x'.repeat(100 * 1024)}\n${query}` })).toBe(1009);
  });
});

it('does not count a connection that is closed while it is being authenticated', async () => {
  const { app, clock } = await runningGateway();
  const authentication = Promise.withResolvers<Caller>();
  const started = Promise.withResolvers<void>();
  const transport = createWebSocketTransport({
    server: app.engine,
    authenticate: () => {
      started.resolve();
      return authentication.promise;
    },
    clock,
    log: collectedLog(),
    operations: new OperationRecords({ log: collectedLog(), observer: new Metrics().operations }),
    overload: new Overload({ maxRequests: 1, maxStreams: 1, onShed: () => {} }),
    unread: new UnreadBytes({ clock, heapLimit: 0, onClosed: () => {} }),
    allowedOrigins: [],
    addresses: clientAddresses([]),
    wrongCredentials: new WrongCredentials(() => clock.monotonic()),
  });
  const closed = Promise.withResolvers<void>();
  const origin = await listening(app.listener, (request, socket, head) => {
    socket.once('close', closed.resolve);
    transport.upgrade(request, socket, head);
  });
  const client = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  client.on('open', () => client.send('{"type":"connection_init"}'));
  await started.promise;
  client.terminate();
  await closed.promise;
  await setImmediate();

  authentication.resolve(anybody);
  await setImmediate();

  expect(transport.size).toBe(0);
});

/** The first message for an operation, or the code that the connection is closed with. */
function firstAnswer(url: string, payload: object): Promise<unknown> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  return new Promise<unknown>((resolve) => {
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
    socket.on('close', resolve);
    socket.on('error', () => {});
    socket.on('message', (text) => {
      const message = JSON.parse(String(text)) as { type: string };
      if (message.type === 'connection_ack')
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
      else resolve(message);
    });
  }).finally(() => socket.terminate());
}
