import { connect } from 'node:net';
import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { AIJobDocument } from '../../../schema/generated/graphql.ts';
import { finishedJobs, runningGateway } from '../../support/running-gateway.ts';
import { streaming } from './streaming.ts';

const query = print(AIJobDocument);

/** How a WebSocket from a page ends, or opens. */
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
  it('is spoken with programs and with the gateway’s own pages, not with those of other sites', async () => {
    const { origin, url } = await streaming(await runningGateway());
    expect(await opened(url, {})).toBe('open');
    expect(await opened(url, { origin })).toBe('open');
    expect(await opened(url, { origin: 'https://evil.example.com' })).toBe('403');
    expect(await opened(url, { origin: 'null' })).toBe('403');
    expect(await opened(url, { origin: `${origin}.evil.example.com` })).toBe('403');
  });

  it('survives clients that reset a connection that is refused', async () => {
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

  it('closes a connection over which something else is spoken, as the protocol wants it', async () => {
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

  it('answers a ping without what came with it', async () => {
    const { url } = await streaming(await runningGateway());
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    const pong = await new Promise((resolve) => {
      socket.on('open', () => socket.send(JSON.stringify({ type: 'ping', payload: { long: 'text' } })));
      socket.on('message', (text) => resolve(String(text)));
    });
    socket.terminate();
    expect(pong).toBe('{"type":"pong"}');
  });

  it('is spoken at its own path, and is not mistaken for its predecessor', async () => {
    const { url } = await streaming(await runningGateway());
    expect(await opened(`${url}/elsewhere`, {})).toBe('404');
    expect(await opened(url, {}, 'graphql-ws')).not.toBe('open');
  });

  it('runs queries, and gives errors their codes', async () => {
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

  it('takes no message that is longer than a request’s body may be', async () => {
    const { url } = await streaming(await runningGateway());
    expect(await firstAnswer(url, { query: `# ${'x'.repeat(100 * 1024)}\n${query}` })).toBe(1009);
  });
});

/** What comes back first for one operation: a message, or the code that the connection is closed with. */
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
