import { describe, expect, it } from 'vitest';
import type { RpcClient } from '../../src/rpc/client.ts';
import { CircuitOpenError, ThrottledError, UnavailableError } from '../../src/rpc/errors.ts';
import { failure, read, runningClient, submit, TIMEOUT_MS } from './running-client.ts';
import { apiError, json, type Reply, scriptedServer, stall } from './scripted-server.ts';

/** Too short for a retry: each call is one attempt. */
const once = { timeoutMs: 40 };
const ok = json(200, { RequestId: 'R-ok' });
const down = apiError(503, 'ServiceUnavailable');
/** The number of failed calls that opens the circuit. */
const ENOUGH = 25;

async function fail(client: RpcClient, times: number, call = read): Promise<void> {
  for (let time = 0; time < times; time++) {
    expect(await failure(call(client))).toBeInstanceOf(UnavailableError);
  }
}

/** A server with one reply to all requests, which the test replaces. */
async function replyingServer(first: Reply) {
  const state = { reply: first };
  return Object.assign(state, await scriptedServer([(...call) => state.reply(...call)]));
}

describe('the circuit', () => {
  it('opens if most calls fail, probes later, and closes with the first success', async () => {
    const server = await replyingServer(down);
    const { client, clock } = runningClient(server.origin, once);
    await fail(client, ENOUGH);

    const rejected = await failure(read(client));
    expect(rejected).toBeInstanceOf(CircuitOpenError);
    expect(rejected.mayHaveRun).toBe(false);
    expect(rejected.message).toBe('VOD is down: ListAIJob was not sent');
    expect(server.requests).toHaveLength(ENOUGH);

    server.reply = ok;
    clock.advance(1_000);
    await read(client);
    await read(client);
    expect(server.requests).toHaveLength(ENOUGH + 2);
  });

  it('stays open for twice as long after each failed probe, up to 30 seconds', async () => {
    const { origin, requests } = await scriptedServer([down]);
    const { client, clock } = runningClient(origin, once);
    await fail(client, ENOUGH);
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      clock.advance(seconds * 1_000 - 1);
      expect(await failure(read(client))).toBeInstanceOf(CircuitOpenError);
      clock.advance(1);
      expect(await failure(read(client))).toBeInstanceOf(UnavailableError);
    }
    expect(requests).toHaveLength(ENOUGH + 7);
  });

  it('lets one call probe at a time, with its retries', async () => {
    const server = await replyingServer(down);
    const { client, clock } = runningClient(server.origin);
    const failures = Array.from({ length: ENOUGH }, () => failure(read(client)));
    await clock.scheduled(2 * ENOUGH);
    clock.advance(50);
    await clock.scheduled(2 * ENOUGH);
    clock.advance(100);
    await Promise.all(failures);
    const { length } = server.requests;
    clock.advance(1_000);

    const probe = read(client);
    expect(await failure(read(client))).toBeInstanceOf(CircuitOpenError);
    await clock.scheduled(2);
    expect(await failure(read(client))).toBeInstanceOf(CircuitOpenError);
    server.reply = ok;
    clock.advance(50);
    await probe;
    expect(server.requests).toHaveLength(length + 2);
    await read(client);
  });

  it('gives another call the probe if the first one is cancelled', async () => {
    const server = await replyingServer(down);
    const { client, clock } = runningClient(server.origin, once);
    await fail(client, ENOUGH);
    clock.advance(1_000);
    server.reply = stall;
    const leaving = new AbortController();
    const left = failure(read(client, { signal: leaving.signal }));
    await server.received(ENOUGH + 1);
    leaving.abort();
    await left;
    server.reply = ok;
    await read(client);
  });

  it('counts calls, not their retries', async () => {
    const server = await replyingServer(down);
    const { client, clock } = runningClient(server.origin);
    for (let call = 0; call < ENOUGH - 1; call++) {
      const failed = failure(read(client));
      await clock.scheduled(2);
      clock.advance(50);
      await clock.scheduled(2);
      clock.advance(100);
      expect(await failed).toBeInstanceOf(UnavailableError);
    }
    expect(server.requests).toHaveLength(3 * (ENOUGH - 1));
    server.reply = ok;
    await read(client);
  });

  it('stays closed if fewer than half of the calls fail', async () => {
    const server = await replyingServer(ok);
    const { client } = runningClient(server.origin, once);
    for (let call = 0; call < 100; call++) {
      await read(client);
      if (call % 10 === 0) continue;
      server.reply = down;
      await fail(client, 1);
      server.reply = ok;
    }
    await read(client);
  });

  it('forgets calls after ten seconds, whatever happens to the wall clock', async () => {
    const server = await replyingServer(down);
    const { client, clock } = runningClient(server.origin, once);
    await fail(client, ENOUGH - 1);
    clock.setWallClock(-30_000);
    clock.advance(10_000);
    await fail(client, ENOUGH - 1);
    server.reply = ok;
    await read(client);
  });

  it('is separate for each action', async () => {
    const server = await replyingServer(down);
    const { client } = runningClient(server.origin, once);
    await fail(client, ENOUGH);
    server.reply = ok;
    await submit(client);
    expect(await failure(read(client))).toBeInstanceOf(CircuitOpenError);
    expect([...client.circuits()]).toEqual([
      { action: 'ListAIJob', isOpen: true },
      { action: 'SubmitAIJob', isOpen: false },
    ]);
  });

  it('does not count failures of suspect calls', async () => {
    const server = await replyingServer(down);
    const { client } = runningClient(server.origin, once);
    await fail(client, 2 * ENOUGH, () => read(client, { isSuspect: true }));
    server.reply = ok;
    await read(client);
  });

  it('is probed by suspect calls, whose failures do not prolong it', async () => {
    const server = await replyingServer(down);
    const { client, clock } = runningClient(server.origin, once);
    await fail(client, ENOUGH);
    for (let probe = 0; probe < 3; probe++) {
      clock.advance(1_000);
      expect(await failure(read(client, { isSuspect: true }))).toBeInstanceOf(UnavailableError);
    }
    server.reply = ok;
    clock.advance(1_000);
    await read(client, { isSuspect: true });
    await read(client);
  });

  it('stays closed when the API throttles', async () => {
    const { origin, requests } = await scriptedServer([apiError(400, 'Throttling.User')]);
    const { client } = runningClient(origin, once);
    const errors = await Promise.all(Array.from({ length: 60 }, () => failure(read(client))));
    expect(errors.filter((error) => error instanceof ThrottledError)).toHaveLength(60);
    expect(requests).toHaveLength(60);
  });

  it('stays closed when the API rejects calls', async () => {
    const { origin, requests } = await scriptedServer([apiError(403, 'Forbidden.RAM')]);
    const { client } = runningClient(origin, once);
    for (let call = 0; call < 60; call++) await failure(read(client));
    expect(requests).toHaveLength(60);
  });

  it('stays closed if calls cannot be encoded', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    const { client } = runningClient(origin, once);
    for (let call = 0; call < 60; call++) {
      await failure(client.call('ListAIJob', { JobIds: '\ud800' }, { kind: 'read' }));
    }
    await read(client);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['half of the timeout', TIMEOUT_MS / 2, CircuitOpenError],
    ['a moment', TIMEOUT_MS / 2 - 1, undefined],
  ])('counts calls that their callers cancelled after %s without a response', async (_, ms, error) => {
    const server = await replyingServer(stall);
    const { client, clock } = runningClient(server.origin);
    const leaving = new AbortController();
    const calls = Array.from({ length: ENOUGH }, () => failure(read(client, { signal: leaving.signal })));
    await server.received(ENOUGH);
    clock.advance(ms);
    leaving.abort();
    await Promise.all(calls);

    server.reply = ok;
    const next = await read(client).catch((reason: unknown) => reason);
    if (error) expect(next).toBeInstanceOf(error);
    else expect(next).toMatchObject({ requestId: 'R-ok' });
  });
});

describe('a call during whose retries the circuit opens', () => {
  it('fails with the error that opened the circuit', async () => {
    const { origin, requests } = await scriptedServer([down]);
    const { client, clock } = runningClient(origin);
    const call = failure(read(client));
    await clock.scheduled(2);
    // A call that may have run is not retried, so these fail before.
    await fail(client, ENOUGH, () => read(client, { kind: 'submit' }));
    clock.advance(50);
    expect(await call).toBeInstanceOf(UnavailableError);
    expect(requests).toHaveLength(ENOUGH + 1);
  });
});

describe('the API', () => {
  it('is down while no action gets a response, until the next call may probe', async () => {
    const server = await replyingServer(ok);
    const { client, clock } = runningClient(server.origin, once);
    await submit(client);
    server.reply = down;
    await fail(client, ENOUGH);
    expect(client.isDown).toBe(false);

    clock.advance(5_000);
    await fail(client, 1);
    expect(client.isDown).toBe(true);
    clock.advance(29_999);
    expect(client.isDown).toBe(true);
    clock.advance(1);
    expect(client.isDown).toBe(false);
    await fail(client, 1);
    expect(client.isDown).toBe(true);

    server.reply = ok;
    clock.advance(30_000);
    await read(client);
    expect(client.isDown).toBe(false);
    clock.advance(10_000);
    expect(client.isDown).toBe(false);
  });

  it('is not down while another action gets responses', async () => {
    const server = await replyingServer(down);
    const { client, clock } = runningClient(server.origin, once);
    for (let second = 0; second < 30; second++) {
      server.reply = down;
      for (let call = 0; call < 5; call++) await failure(read(client));
      server.reply = apiError(404, 'InvalidVideo.NotFound');
      await failure(submit(client));
      clock.advance(1_000);
      expect(client.isDown).toBe(false);
    }
    expect([...client.circuits()]).toContainEqual({ action: 'ListAIJob', isOpen: true });
  });
});
