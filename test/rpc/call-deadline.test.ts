import { getEventListeners, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { CancelledError, RpcError, TimeoutError, UnavailableError } from '../../src/rpc/errors.ts';
import { failure, read, runningClient, submit, TIMEOUT_MS } from './running-client.ts';
import { apiError, json, type Reply, scriptedServer, stall } from './scripted-server.ts';

const ok = json(200, { RequestId: 'R-ok' });
const stallInTheMiddle: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"RequestId":');
};

describe('the deadline', () => {
  it.each([
    ['before its headers', stall],
    ['in the middle of its body', stallInTheMiddle],
  ])('ends a call whose response stalls %s', async (_, reply) => {
    const { origin, received, requests } = await scriptedServer([reply]);
    const { client, clock } = runningClient(origin);
    const call = failure(submit(client));
    await received(1);
    const dropped = once(requests[0]?.socket as NodeJS.EventEmitter, 'close');
    clock.advance(TIMEOUT_MS);
    const error = await call;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({
      message: 'VOD did not respond to SubmitAIJob within 10000 ms',
      mayHaveRun: true,
    });
    await dropped;
    expect(requests).toHaveLength(1);
  });

  it('does not end a call early', async () => {
    let respond = () => {};
    const { origin, received } = await scriptedServer([
      (response, request) => {
        respond = () => ok(response, request);
      },
    ]);
    const { client, clock } = runningClient(origin);
    const call = read(client);
    await received(1);
    clock.advance(TIMEOUT_MS - 1);
    respond();
    await expect(call).resolves.toMatchObject({ requestId: 'R-ok' });
    expect(clock.pending).toBe(0);
  });

  it('includes retries', async () => {
    const { origin, received } = await scriptedServer([apiError(503, 'ServiceUnavailable'), stall]);
    const { client, clock } = runningClient(origin);
    const call = failure(read(client));
    await clock.scheduled(2);
    clock.advance(50);
    await received(2);
    clock.advance(TIMEOUT_MS - 50);
    expect(await call).toBeInstanceOf(TimeoutError);
  });

  it('ends a call that waits for credentials, with nothing sent', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    const { client, clock } = runningClient(origin, { credentials: () => new Promise(() => {}) });
    const call = failure(submit(client));
    await clock.scheduled(1);
    clock.advance(TIMEOUT_MS);
    const error = await call;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error.mayHaveRun).toBe(false);
    expect(requests).toEqual([]);
  });
});

describe("the caller's abort", () => {
  it('ends the call and closes its connection', async () => {
    const { origin, received, requests } = await scriptedServer([stall]);
    const { client, clock } = runningClient(origin);
    const controller = new AbortController();
    const call = failure(read(client, { signal: controller.signal }));
    await received(1);
    const dropped = once(requests[0]?.socket as NodeJS.EventEmitter, 'close');
    controller.abort();
    const error = await call;
    expect(error).toBeInstanceOf(CancelledError);
    expect(error.message).toBe('ListAIJob was cancelled');
    await dropped;
    expect(clock.pending).toBe(0);
  });

  it('reports that a sent submit may have run', async () => {
    const { origin, received } = await scriptedServer([stall]);
    const { client } = runningClient(origin);
    const controller = new AbortController();
    const call = failure(submit(client, { signal: controller.signal }));
    await received(1);
    controller.abort();
    expect(await call).toMatchObject({ name: 'CancelledError', mayHaveRun: true });
  });

  it('after the deadline has no effect', async () => {
    const { origin, received } = await scriptedServer([stall]);
    const { client, clock } = runningClient(origin);
    const controller = new AbortController();
    const call = failure(read(client, { signal: controller.signal }));
    await received(1);
    clock.advance(TIMEOUT_MS);
    controller.abort();
    expect(await call).toBeInstanceOf(TimeoutError);
  });

  it('before the call prevents sending', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    const { client, clock } = runningClient(origin);
    const error = await failure(submit(client, { signal: AbortSignal.abort() }));
    expect(error).toBeInstanceOf(CancelledError);
    expect(error.mayHaveRun).toBe(false);
    expect(requests).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('ends the delay before a retry', async () => {
    const { origin, requests } = await scriptedServer([apiError(400, 'Throttling')]);
    const { client, clock } = runningClient(origin);
    const controller = new AbortController();
    const call = failure(submit(client, { signal: controller.signal }));
    await clock.scheduled(2);
    controller.abort();
    expect(await call).toMatchObject({ name: 'CancelledError', mayHaveRun: false });
    expect(requests).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('does not affect another call', async () => {
    let respond = () => {};
    const { origin, received } = await scriptedServer([
      stall,
      (response, request) => {
        respond = () => ok(response, request);
      },
    ]);
    const { client } = runningClient(origin);
    const controller = new AbortController();
    const aborted = failure(read(client, { signal: controller.signal }));
    await received(1);
    const other = read(client, { signal: new AbortController().signal });
    await received(2);
    controller.abort();
    expect(await aborted).toBeInstanceOf(CancelledError);
    respond();
    await expect(other).resolves.toMatchObject({ requestId: 'R-ok' });
  });

  it('leaves no listeners on a signal that many calls share', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const { origin } = await scriptedServer([apiError(503, 'ServiceUnavailable'), ok]);
    const { client, clock } = runningClient(origin);
    const { signal } = new AbortController();
    const retried = failure(read(client, { signal }));
    await clock.scheduled(2);
    clock.advance(TIMEOUT_MS);
    expect(await retried).toBeInstanceOf(RpcError);
    await Promise.all(Array.from({ length: 100 }, () => read(client, { signal }).catch(() => {})));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(clock.pending).toBe(0);
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

describe('close', () => {
  it('fails a call in progress without a retry', async () => {
    const { origin, received } = await scriptedServer([stall]);
    const { client } = runningClient(origin);
    const call = failure(read(client));
    await received(1);
    await client.close();
    expect(await call).toBeInstanceOf(UnavailableError);
  });

  it('ends the delay before a retry', async () => {
    const { origin } = await scriptedServer([apiError(503, 'ServiceUnavailable')]);
    const { client, clock } = runningClient(origin);
    const call = failure(read(client));
    await clock.scheduled(2);
    await client.close();
    expect(await call).toBeInstanceOf(UnavailableError);
    expect(clock.pending).toBe(0);
  });

  it('fails later calls', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    const { client, clock } = runningClient(origin);
    await client.close();
    expect(await failure(read(client))).toMatchObject({
      message: 'VOD did not process ListAIJob: the client is closed',
      mayHaveRun: false,
    });
    expect(requests).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('can be repeated', async () => {
    const { client } = runningClient('http://127.0.0.1:1');
    await client.close();
    await expect(client.close()).resolves.toBeUndefined();
  });
});
