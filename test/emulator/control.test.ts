import { describe, expect, test } from 'vitest';
import { runningEmulator } from './running-emulator.ts';
import { callV3 } from './signed-call.ts';

async function control(emulator: { origin: string }, method: string, path: string, body?: unknown) {
  const response = await fetch(`${emulator.origin}/_emulator/${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, value: (await response.json()) as unknown };
}

describe('faults', () => {
  test('can be replaced, read and removed', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'reset' });
    const faults = [
      { kind: 'throttle', action: 'ListAIJob', times: 2 },
      { kind: 'latency', ms: 1, when: 'x' },
    ];
    expect(await control(emulator, 'PUT', 'faults', faults)).toEqual({ status: 200, value: faults });

    expect((await callV3(emulator, 'ListAIJob', { JobIds: 'a' })).body.Code).toBe('Throttling.User');
    expect(await control(emulator, 'GET', 'faults')).toMatchObject({
      value: [{ times: 1 }, { kind: 'latency' }],
    });

    expect(await control(emulator, 'DELETE', 'faults')).toEqual({ status: 200, value: [] });
    expect((await callV3(emulator, 'ListAIJob', { JobIds: 'a' })).status).toBe(200);
  });

  test('show a predicate as text', async () => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'reset', when: () => false });
    expect((await control(emulator, 'GET', 'faults')).value).toEqual([
      { kind: 'reset', when: '(a predicate)' },
    ]);
  });

  test.each([
    ['{', /expected JSON/],
    [{ kind: 'throttle' }, /expected array/],
    [[{ kind: 'explode' }], /kind/],
    [[{ kind: 'throttle', action: 'Nothing' }], /action/],
    [[{ kind: 'throttle', probability: 2 }], /probability/],
    [[{ kind: 'throttle', often: 2 }], /often/],
    ['1'.repeat(70_000), /expected 65536 bytes at most/],
  ])('keep their value if the new one is invalid (%#)', async (body, message) => {
    const emulator = await runningEmulator();
    emulator.faults.add({ kind: 'stall', action: 'SubmitAIJob' });
    expect(await control(emulator, 'PUT', 'faults', body)).toEqual({
      status: 400,
      value: { error: expect.stringMatching(message) },
    });
    expect(emulator.faults.faults).toEqual([{ kind: 'stall', action: 'SubmitAIJob' }]);
  });
});

describe('event faults', () => {
  test('can be replaced, read and removed', async () => {
    const emulator = await runningEmulator();
    expect(await control(emulator, 'GET', 'events')).toEqual({ status: 200, value: {} });
    const faults = { lose: 0.1, double: 1, delayMs: 5, reorder: true, forge: 0, early: true };
    expect(await control(emulator, 'PUT', 'events', faults)).toEqual({ status: 200, value: faults });
    expect(emulator.events.faults).toEqual(faults);
    expect(await control(emulator, 'PUT', 'events', { forge: 1 })).toMatchObject({ value: { forge: 1 } });
    expect(emulator.events.faults).toEqual({ forge: 1 });
    expect(await control(emulator, 'DELETE', 'events')).toEqual({ status: 200, value: {} });
    expect(emulator.events.faults).toEqual({});
  });

  test.each([
    [{ lose: 2 }, /lose/],
    [{ delayMs: -1 }, /delayMs/],
    [{ reorder: 'yes' }, /reorder/],
    [{ explode: 1 }, /explode/],
    [[], /expected object/],
  ])('keep their value if the new one is invalid: %j', async (body, message) => {
    const emulator = await runningEmulator();
    emulator.events.faults = { lose: 1 };
    expect(await control(emulator, 'PUT', 'events', body)).toEqual({
      status: 400,
      value: { error: expect.stringMatching(message) },
    });
    expect(emulator.events.faults).toEqual({ lose: 1 });
  });
});

test('the speed can be replaced, read and reset', async () => {
  const emulator = await runningEmulator();
  expect(await control(emulator, 'GET', 'speed')).toEqual({ status: 200, value: 1 });
  expect(await control(emulator, 'PUT', 'speed', 20)).toEqual({ status: 200, value: 20 });
  expect(emulator.speed).toBe(20);
  expect((await control(emulator, 'PUT', 'speed', -1)).status).toBe(400);
  expect(await control(emulator, 'PUT', 'speed', '"Infinity"')).toEqual({ status: 200, value: 'Infinity' });
  expect(emulator.speed).toBe(Number.POSITIVE_INFINITY);
  expect(await control(emulator, 'DELETE', 'speed')).toEqual({ status: 200, value: 1 });
});

test('other paths and methods are rejected, and no request is logged as a call', async () => {
  const emulator = await runningEmulator();
  expect(await control(emulator, 'GET', 'toString')).toMatchObject({ status: 404 });
  expect(await control(emulator, 'POST', 'faults', [])).toMatchObject({ status: 405 });
  expect(emulator.calls).toEqual([]);
});
