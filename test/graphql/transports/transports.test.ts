import { request as httpRequest } from 'node:http';
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

describe('a single connection of graphql-sse', () => {
  const reserve = async (url: string) => (await fetch(url, { method: 'PUT' })).text();
  const post = (url: string, token: string, payload: object) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-graphql-event-stream-token': token },
      body: JSON.stringify(payload),
    });

  it('is given up where nobody opens it', async () => {
    const gateway = await runningGateway();
    const { url } = await streaming(gateway);
    const token = await reserve(url);
    const payload = { query, variables: { id: 'job' }, extensions: { operationId: '1' } };
    expect((await post(url, token, payload)).status).toBe(202);
    gateway.clock.advance(30_000);
    expect((await post(url, token, payload)).status).toBe(404);
  });

  it('is known by a token from here alone', async () => {
    const { url } = await streaming(await runningGateway());
    for (const token of ['mine', '__proto__', 'constructor']) {
      expect((await post(url, token, { query })).status).toBe(404);
      const headers = { accept: 'text/event-stream', 'x-graphql-event-stream-token': token };
      expect((await fetch(url, { headers })).status).toBe(404);
      expect((await fetch(`${url}?token=${token}`)).status).toBe(404);
    }
    const own = { 'x-graphql-event-stream-token': 'mine' };
    expect(await (await fetch(url, { method: 'PUT', headers: own })).text()).not.toBe('mine');
  });

  it('survives any Host', async () => {
    const { url, origin } = await streaming(await runningGateway());
    const token = await reserve(url);
    for (const host of ['[', 'a:b@c', '', 'x y']) {
      const status = await new Promise((resolve) => {
        const headers = { host, 'content-type': 'application/json', 'x-graphql-event-stream-token': token };
        const request = httpRequest(url, { method: 'POST', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        request.on('error', () => resolve('refused'));
        request.end(JSON.stringify({ query: '{ __typename }', extensions: { operationId: `on ${host}` } }));
      });
      expect([202, 400, 'refused']).toContain(status);
    }
    expect((await fetch(`${origin}/health`)).status).toBe(200);
  });

  it('tells what is wrong with an operation over the stream, as any result, and takes no forms', async () => {
    const { url } = await streaming(await runningGateway());
    const token = await reserve(url);
    const accept = { accept: 'text/event-stream', 'x-graphql-event-stream-token': token };
    const stream = (await fetch(url, { headers: accept })).body?.pipeThrough(new TextDecoderStream());
    const invalid = { query: '{ nothing }', extensions: { operationId: '1' } };
    for (let time = 0; time < 2; time++) {
      expect((await post(url, token, invalid)).status).toBe(202);
      let told = '';
      for await (const text of stream?.values({ preventCancel: true }) ?? []) {
        told += text;
        if (told.includes('event: complete')) break;
      }
      expect(told).toContain('"code":"BAD_USER_INPUT"');
    }
    const headers = { 'content-type': 'text/plain; application/json', 'x-graphql-event-stream-token': token };
    expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify(invalid) })).status).toBe(415);
  });

  it('refuses an id of an operation that is none', async () => {
    const { url } = await streaming(await runningGateway());
    const token = await reserve(url);
    for (const operationId of [{ toString: 1 }, [], true]) {
      const response = await post(url, token, { query: '{ __typename }', extensions: { operationId } });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('"code":"BAD_USER_INPUT"');
    }
  });

  it('answers what is no operation', async () => {
    const { url } = await streaming(await runningGateway());
    const token = await reserve(url);
    expect((await post(url, token, { nothing: 1 })).status).toBe(400);
    expect((await post(url, token, { query })).status).toBe(400);
    const tooLong = { query: `# ${'x'.repeat(100 * 1024)}` };
    expect((await post(url, token, tooLong)).status).toBe(413);
  });
});
