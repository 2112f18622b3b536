import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { runningEmulator, type TestEmulator, until } from './running-emulator.ts';
import { callV3, sendV3 } from './signed-call.ts';

const listing = { JobIds: 'a' };
const submission = { MediaId: 'v' };

describe('a fault that replaces the response', () => {
  test.each([
    ['throttle', 400, 'Throttling.User'],
    ['unavailable', 503, 'ServiceUnavailable'],
    ['internalError', 500, 'InternalError'],
  ] as const)('%s responds with %i %s', async (kind, status, code) => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind });
    const response = await callV3(emulator, 'SubmitAIJob', submission);
    expect([response.status, response.body.Code]).toEqual([status, code]);
    expect(emulator.calls).toMatchObject([{ outcome: code, requestId: response.body.RequestId }]);
    expect(emulator.jobs.submittedAIJobs).toEqual([]);
  });

  test('throttle can have the other status that VOD uses', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'throttle', status: 429 });
    expect((await callV3(emulator, 'ListAIJob', listing)).status).toBe(429);
  });

  test("html is a proxy's page", async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'html', times: 1 });
    emulator.faults.add({ kind: 'html', status: 200 });
    const first = await sendV3(emulator, 'ListAIJob', listing);
    expect([first.status, first.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8']);
    expect(await first.text()).toMatch(/^<html>/);
    const second = await sendV3(emulator, 'ListAIJob', listing);
    expect(second.status).toBe(200);
    await second.text();
    expect(emulator.calls).toMatchObject([{ outcome: 'html' }, { outcome: 'html' }]);
  });

  test('emptyBody is 200 without a body', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'emptyBody' });
    const response = await sendV3(emulator, 'ListAIJob', listing);
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('wrongShape is JSON with the documented keys and values of other types', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'wrongShape' });
    const { status, body } = await callV3(emulator, 'ListAIJob', listing);
    expect(status).toBe(200);
    expect(body).toMatchObject({ AIJobList: { AIJob: 'unexpected' }, AIImageJobList: 'unexpected' });
  });

  test('reset resets the connection and does not run the action', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'reset' });
    await expect(sendV3(emulator, 'SubmitAIJob', submission)).rejects.toMatchObject({
      cause: { code: 'ECONNRESET' },
    });
    expect(emulator.jobs.submittedAIJobs).toEqual([]);
    expect(emulator.calls).toMatchObject([{ outcome: 'reset' }]);
  });

  test('resetAfterRunning resets the connection after it created the jobs', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'resetAfterRunning' });
    await expect(sendV3(emulator, 'SubmitAIJob', submission)).rejects.toMatchObject({
      cause: { code: 'ECONNRESET' },
    });
    expect(emulator.jobs.submittedAIJobs).toHaveLength(2);
    expect(emulator.calls).toMatchObject([{ outcome: 'resetAfterRunning' }]);
  });

  test('resetAfterRunning still returns the errors of the action', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'resetAfterRunning' });
    expect((await callV3(emulator, 'SubmitAIJob', { MediaId: 'missing' })).status).toBe(404);
  });

  test('stall lasts until the client closes the connection', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'stall', times: 1 });
    const client = new AbortController();
    const stalled = sendV3(emulator, 'SubmitAIJob', submission, { signal: client.signal });
    await until(() => emulator.calls[0]?.outcome === 'stall');
    client.abort();
    await expect(stalled).rejects.toThrow(/abort/);
    expect((await callV3(emulator, 'ListAIJob', listing)).status).toBe(200);
    expect(emulator.jobs.submittedAIJobs).toEqual([]);
  });
});

describe('latency', () => {
  test('waits, then responds as usual', async () => {
    const waits: number[] = [];
    const wait = async (ms: number) => {
      waits.push(ms);
    };
    const emulator = await runningEmulator({ wait });
    emulator.faults.add({ kind: 'latency', ms: 300, times: 1 });
    emulator.faults.add({ kind: 'latency' });
    await callV3(emulator, 'ListAIJob', listing);
    const { status } = await callV3(emulator, 'ListAIJob', listing);
    expect([status, waits]).toEqual([200, [1300, 1000]]);
  });

  test('applies before another fault', async () => {
    let waited = 0;
    const emulator = await runningEmulator({
      wait: async (ms) => {
        waited += ms;
      },
    });
    emulator.faults.add({ kind: 'throttle' });
    emulator.faults.add({ kind: 'latency', ms: 5 });
    expect((await callV3(emulator, 'ListAIJob', listing)).body.Code).toBe('Throttling.User');
    expect(waited).toBe(5);
  });

  test('does not run the action for a client that disconnected', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'latency', ms: 3_600_000, times: 1 });
    const client = new AbortController();
    const delayed = sendV3(emulator, 'SubmitAIJob', submission, { signal: client.signal });
    await until(() => emulator.faults.faults.length === 0);
    client.abort();
    await expect(delayed).rejects.toThrow(/abort/);
    await until(() => emulator.calls[0]?.outcome !== 'pending');
    expect(emulator.calls).toMatchObject([{ outcome: 'aborted' }]);
    expect(emulator.jobs.submittedAIJobs).toEqual([]);
  });

  test('does not run the action for a client that disconnected, even if `wait` ignores the signal', async () => {
    const { promise: waited, resolve: endWait } = Promise.withResolvers<void>();
    let closed: AbortSignal | undefined;
    const wait = (_: number, signal: AbortSignal) => {
      closed = signal;
      return waited;
    };
    const emulator = await runningEmulator({ wait });
    emulator.faults.add({ kind: 'latency' });
    const client = new AbortController();
    const delayed = sendV3(emulator, 'SubmitAIJob', submission, { signal: client.signal });
    await until(() => closed !== undefined);
    client.abort();
    await expect(delayed).rejects.toThrow(/abort/);
    await until(() => closed?.aborted === true);
    endWait();
    await until(() => emulator.calls[0]?.outcome !== 'pending');
    expect(emulator.jobs.submittedAIJobs).toEqual([]);
  });
});

describe('a fault applies to', () => {
  const codes = async (emulator: TestEmulator, ...ids: string[]) => {
    const found: unknown[] = [];
    for (const JobIds of ids) found.push((await callV3(emulator, 'ListAIJob', { JobIds })).body.Code ?? 'ok');
    return found;
  };

  test('the calls of its action', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'throttle', action: 'GetAIImageJobs' });
    expect(await codes(emulator, 'a')).toEqual(['ok']);
    expect((await callV3(emulator, 'GetAIImageJobs', listing)).body.Code).toBe('Throttling.User');
  });

  test('the number of calls in `times`, then the next fault applies', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'throttle', times: 2 });
    emulator.faults.add({ kind: 'internalError', times: 1 });
    expect(emulator.faults.faults).toHaveLength(2);
    expect(await codes(emulator, 'a', 'a', 'a', 'a')).toEqual([
      'Throttling.User',
      'Throttling.User',
      'InternalError',
      'ok',
    ]);
    expect(emulator.faults.faults).toEqual([]);
  });

  test('calls with a text in a parameter', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'throttle', when: 'bad' });
    expect(await codes(emulator, 'good', 'good,bad1', 'good')).toEqual(['ok', 'Throttling.User', 'ok']);
  });

  test('calls that match a predicate', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({
      kind: 'throttle',
      when: ({ parameters }) => parameters.JobIds?.split(',').length === 2,
    });
    expect(await codes(emulator, 'a', 'a,b', 'a,b,c')).toEqual(['ok', 'Throttling.User', 'ok']);
  });

  test('a random share of calls', async () => {
    const emulator = await runningEmulator({ random: () => 0.3 });
    emulator.faults.add({ kind: 'throttle', probability: 0.3 });
    expect(await codes(emulator, 'a')).toEqual(['ok']);
    emulator.faults.clear();
    emulator.faults.add({ kind: 'throttle', probability: 0.31 });
    expect(await codes(emulator, 'a')).toEqual(['Throttling.User']);
  });

  test('no call after it is cleared, and no call with a wrong signature', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'throttle', times: 1 });
    const unsigned = await callV3(emulator, 'ListAIJob', listing, { accessKeySecret: 'other' });
    expect(unsigned.body.Code).toBe('SignatureDoesNotMatch');
    expect(emulator.faults.faults).toHaveLength(1);
    emulator.faults.clear();
    expect(await codes(emulator, 'a')).toEqual(['ok']);
  });
});

describe('close', () => {
  test('closes stalled, delayed and idle connections immediately, and can be called twice', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'stall', action: 'ListAIJob' });
    emulator.faults.add({ kind: 'latency', ms: 3_600_000, action: 'GetAIImageJobs' });
    const stalled = sendV3(emulator, 'ListAIJob', listing);
    const delayed = sendV3(emulator, 'GetAIImageJobs', listing);
    const idle = connect(Number(new URL(emulator.origin).port), '127.0.0.1');
    const idleEnded = new Promise((resolve) => idle.once('close', resolve));
    await new Promise((resolve) => idle.once('connect', resolve));
    await until(() => emulator.calls.length === 2);
    // Attached before closing, so that both rejections are handled.
    const ends = Promise.allSettled([stalled, delayed]);
    await emulator.close();
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await idleEnded;
    await emulator.close();
    await expect(sendV3(emulator, 'ListAIJob', listing)).rejects.toThrow();
  });
});
