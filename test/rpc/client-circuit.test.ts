import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CircuitOpenError, ThrottledError, UnavailableError } from '../../src/rpc/errors.ts';
import { failure, read, runningClient, submit } from './running-client.ts';
import { apiError, json, scriptedServer } from './scripted-server.ts';

// The circuit breaker's library knows no clock but the machine's.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

/** No time for a retry: each call is one attempt. */
const once = { timeoutMs: 40 };
const ok = json(200, { RequestId: 'R-ok' });
const down = apiError(503, 'ServiceUnavailable');

describe('an API that is down', () => {
  it('is spared after ten failures in a row, probed later, and back with the first success', async () => {
    let reply = down;
    const { origin, requests } = await scriptedServer([(...call) => reply(...call)]);
    const { client } = runningClient(origin, once);
    for (let call = 0; call < 10; call++)
      expect(await failure(read(client))).toBeInstanceOf(UnavailableError);
    expect(client.isDown).toBe(true);

    const refused = await failure(submit(client));
    expect(refused).toBeInstanceOf(CircuitOpenError);
    expect(refused.mayHaveRun).toBe(false);
    expect(refused.message).toBe('VOD is down: SubmitAIJob was not sent');
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

  it('is no longer told to be down once a call may find it back, though none has', async () => {
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

  it('is not one that throttles', async () => {
    const { origin, requests } = await scriptedServer([apiError(400, 'Throttling.User')]);
    const { client } = runningClient(origin, once);
    const errors = await Promise.all(Array.from({ length: 30 }, () => failure(read(client))));
    expect(errors.filter((error) => error instanceof ThrottledError)).toHaveLength(30);
    expect(client.isDown).toBe(false);
    expect(requests).toHaveLength(30);
  });

  it('is not one that refuses or that cannot be understood', async () => {
    const { origin, requests } = await scriptedServer([apiError(403, 'Forbidden.RAM')]);
    const { client } = runningClient(origin, once);
    for (let call = 0; call < 30; call++) await failure(read(client));
    expect(client.isDown).toBe(false);
    expect(requests).toHaveLength(30);
  });
});

describe('a call whose retries are cut short by the open circuit', () => {
  it('fails for the reason that opened it', async () => {
    const { origin } = await scriptedServer([down]);
    const { client, clock } = runningClient(origin);
    const calls = Array.from({ length: 12 }, () => failure(read(client)));
    await clock.scheduled(12 + 12);
    clock.advance(60);

    const errors = await Promise.all(calls);
    expect(errors.filter((error) => error instanceof UnavailableError)).toHaveLength(errors.length);
  });
});
