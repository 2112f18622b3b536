import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CircuitOpenError, ThrottledError, UnavailableError } from '../../src/rpc/errors.ts';
import { failure, read, runningClient, submit } from './running-client.ts';
import { apiError, json, scriptedServer } from './scripted-server.ts';

// cockatiel has no injected clock.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

/** Too short for a retry: each call is one attempt. */
const once = { timeoutMs: 40 };
const ok = json(200, { RequestId: 'R-ok' });
const down = apiError(503, 'ServiceUnavailable');

describe('the circuit', () => {
  it('opens after ten consecutive failures, probes later, and closes with the first success', async () => {
    let reply = down;
    const { origin, requests } = await scriptedServer([(...call) => reply(...call)]);
    const { client } = runningClient(origin, once);
    for (let call = 0; call < 10; call++)
      expect(await failure(read(client))).toBeInstanceOf(UnavailableError);
    expect(client.isDown).toBe(true);

    const rejected = await failure(submit(client));
    expect(rejected).toBeInstanceOf(CircuitOpenError);
    expect(rejected.mayHaveRun).toBe(false);
    expect(rejected.message).toBe('VOD is down: SubmitAIJob was not sent');
    expect(requests).toHaveLength(10);

    vi.setSystemTime(Date.now() + 60_000);
    expect(await failure(read(client))).toBeInstanceOf(UnavailableError);
    expect(await failure(read(client))).toBeInstanceOf(CircuitOpenError);
    expect(requests).toHaveLength(11);

    reply = ok;
    vi.setSystemTime(Date.now() + 60_000);
    await read(client);
    await submit(client);
    expect(client.isDown).toBe(false);
    expect(requests).toHaveLength(13);
  });

  it('no longer counts as open once the next call may probe', async () => {
    const { origin } = await scriptedServer([down]);
    const { client } = runningClient(origin, once);
    for (let call = 0; call < 10; call++) await failure(read(client));
    expect(client.isDown).toBe(true);

    vi.setSystemTime(Date.now() + 29_999);
    expect(client.isDown).toBe(true);
    vi.setSystemTime(Date.now() + 1);
    expect(client.isDown).toBe(false);

    await failure(read(client));
    expect(client.isDown).toBe(true);
  });

  it('stays closed when the API throttles', async () => {
    const { origin, requests } = await scriptedServer([apiError(400, 'Throttling.User')]);
    const { client } = runningClient(origin, once);
    const errors = await Promise.all(Array.from({ length: 30 }, () => failure(read(client))));
    expect(errors.filter((error) => error instanceof ThrottledError)).toHaveLength(30);
    expect(client.isDown).toBe(false);
    expect(requests).toHaveLength(30);
  });

  it('stays closed when the API rejects calls', async () => {
    const { origin, requests } = await scriptedServer([apiError(403, 'Forbidden.RAM')]);
    const { client } = runningClient(origin, once);
    for (let call = 0; call < 30; call++) await failure(read(client));
    expect(client.isDown).toBe(false);
    expect(requests).toHaveLength(30);
  });
});

describe('a call during whose retries the circuit opens', () => {
  it('fails with the error that opened the circuit', async () => {
    const { origin } = await scriptedServer([down]);
    const { client, clock } = runningClient(origin);
    const calls = Array.from({ length: 12 }, () => failure(read(client)));
    await clock.scheduled(12 + 12);
    clock.advance(60);

    const errors = await Promise.all(calls);
    expect(errors.filter((error) => error instanceof UnavailableError)).toHaveLength(errors.length);
  });
});
