import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { closedGateway, entriesOf, keys } from '../../support/closed-gateway.ts';
import { streaming } from './streaming.ts';

const query = '{ aiJob(id: "job") { status } }';

async function closed(options?: Parameters<typeof closedGateway>[0]) {
  const gateway = await closedGateway(options);
  gateway.emulator.jobs.addAIJob({ jobId: 'job', createdAt: 0 });
  return { ...gateway, lookups: gateway.lookups, ...(await streaming(gateway)) };
}

/** A WebSocket to the gateway. `next` returns its messages in order, and finally the code that it is closed with. */
function connection(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', { headers });
  onTestFinished(() => socket.terminate());
  const came: unknown[] = [];
  let waiting = Promise.withResolvers<void>();
  const take = (what: unknown) => {
    came.push(what);
    waiting.resolve();
    waiting = Promise.withResolvers();
  };
  socket.on('message', (text) => take(JSON.parse(String(text))));
  socket.on('close', take);
  const opened = new Promise((resolve) => socket.on('open', resolve));
  return {
    async send(message: object) {
      await opened;
      socket.send(JSON.stringify(message));
    },
    async next(): Promise<unknown> {
      while (came.length === 0) await waiting.promise;
      return came.shift();
    },
  };
}

/** The type of the first message, or the code that the connection is closed with. */
async function welcome(url: string, payload?: object, headers?: Record<string, string>) {
  const { send, next } = connection(url, headers);
  await send({ type: 'connection_init', ...(payload && { payload }) });
  const answer = await next();
  return typeof answer === 'number' ? answer : (answer as { type: string }).type;
}

describe('graphql-ws', () => {
  it('authenticates by the headers of the connection or by its first message', async () => {
    const { url, issuer } = await closed();
    const authorization = `Bearer ${await issuer.token()}`;
    const ack = 'connection_ack';
    expect(await welcome(url, {}, { authorization })).toBe(ack);
    expect(await welcome(url, undefined, { 'x-api-key': keys.reader })).toBe(ack);
    expect(await welcome(url, { authorization })).toBe(ack);
    expect(await welcome(url, { Authorization: `Bearer ${keys.reader}` })).toBe(ack);
    expect(await welcome(url, { 'x-api-key': keys.reader })).toBe(ack);
    expect(await welcome(url, { 'X-API-Key': keys.reader }, { 'x-api-key': keys.reader })).toBe(ack);
  });

  it('is closed with 4403 without valid credentials', async () => {
    const { url } = await closed();
    expect(await welcome(url)).toBe(4403);
    expect(await welcome(url, { authorization: 'Bearer wrong' })).toBe(4403);
    expect(await welcome(url, { 'x-api-key': [keys.reader] })).toBe(4403);
    expect(await welcome(url, {}, { 'x-api-key': 'wrong' })).toBe(4403);
    // Headers and first message must belong to the same caller.
    expect(await welcome(url, { 'x-api-key': keys.reader }, { 'x-api-key': keys.all })).toBe(4403);
    expect(await welcome(url, { 'x-api-key': keys.reader }, { 'x-api-key': 'wrong' })).toBe(4403);
    expect(await welcome(url, { 'x-api-key': 'wrong' }, { 'x-api-key': keys.reader })).toBe(4403);
  });

  it('is closed with 1013 if the issuer is unavailable, so that clients retry', async () => {
    const { url, issuer } = await closed();
    issuer.answer = { status: 503, body: '' };
    expect(await welcome(url, { authorization: `Bearer ${await issuer.token()}` })).toBe(1013);
  });

  it('runs no operation before the connection is authenticated', async () => {
    const { url, emulator } = await closed();
    const { send, next } = connection(url);
    await send({ id: '1', type: 'subscribe', payload: { query } });
    expect(await next()).toBe(4401);
    expect(emulator.calls).toEqual([]);
  });

  it('applies the scopes of its caller to each operation', async () => {
    const { url } = await closed();
    const { send, next } = connection(url, { 'x-api-key': keys.submitter });
    await send({ type: 'connection_init' });
    await next();
    await send({ id: '1', type: 'subscribe', payload: { query } });
    expect(await next()).toMatchObject({
      type: 'next',
      payload: { data: { aiJob: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    });
  });

  it('is closed with 4403 when its token expires, although it is idle', async () => {
    const { url, issuer, clock } = await closed();
    const { send, next } = connection(url);
    await send({ type: 'connection_init', payload: { authorization: `Bearer ${await issuer.token()}` } });
    await next();
    await send({ id: '1', type: 'subscribe', payload: { query } });
    expect(await next()).toMatchObject({ type: 'next', payload: { data: { aiJob: { status: 'SUCCESS' } } } });
    expect(await next()).toMatchObject({ type: 'complete' });

    clock.advance(3_600_000);

    expect(await next()).toBe(4403);
  });

  it('is closed with 4403 when its key is revoked, idle or after its subscriptions have ended', async () => {
    const { url, file, emulator, clock } = await closed();
    emulator.jobs.addAIJob({ jobId: 'running', createdAt: clock.now() });
    const [idle, following, other] = [connection(url), connection(url), connection(url)];
    for (const { send } of [idle, following]) {
      await send({ type: 'connection_init', payload: { 'x-api-key': keys.reader } });
    }
    await other.send({ type: 'connection_init', payload: { 'x-api-key': keys.all } });
    for (const { next } of [idle, following, other])
      expect(await next()).toMatchObject({ type: 'connection_ack' });
    const subscription = 'subscription { aiJobUpdated(ids: ["running"]) { id } }';
    await following.send({ id: '1', type: 'subscribe', payload: { query: subscription } });
    expect(await following.next()).toMatchObject({ type: 'next' });

    file.write(entriesOf(['all']));

    expect(await idle.next()).toBe(4403);
    expect(await following.next()).toMatchObject({
      payload: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
    expect(await following.next()).toMatchObject({ type: 'complete' });
    expect(await following.next()).toBe(4403);
    await other.send({ id: '1', type: 'subscribe', payload: { query } });
    expect(await other.next()).toMatchObject({ type: 'next' });
  });

  it('finishes running operations when its token has expired, and rejects new ones', async () => {
    const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const wait = () => {
      begun.resolve();
      return released.promise;
    };
    const { url, issuer, clock, emulator } = await closed({ timeoutMs: 7_200_000, emulator: { wait } });
    emulator.faults.add({ kind: 'latency', times: 1 });
    const { send, next } = connection(url);
    await send({ type: 'connection_init', payload: { authorization: `Bearer ${await issuer.token()}` } });
    await next();
    const mutation =
      'mutation { submitAIJob(input: { videoId: "v", types: [VIDEO_TAG] }) { jobs { type } } }';
    await send({ id: '1', type: 'subscribe', payload: { query: mutation } });
    await begun.promise;
    clock.advance(3_600_000);
    await send({ id: '2', type: 'subscribe', payload: { query } });
    expect(await next()).toMatchObject({
      id: '2',
      type: 'error',
      payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    released.resolve();
    expect(await next()).toMatchObject({
      id: '1',
      type: 'next',
      payload: { data: { submitAIJob: { jobs: [{ type: 'VIDEO_TAG' }] } } },
    });
    expect(await next()).toMatchObject({ id: '1', type: 'complete' });
    expect(await next()).toBe(4403);
  });
});
