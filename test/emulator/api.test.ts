import { expect, test } from 'vitest';
import { CallLog } from '../../src/emulator/calls.ts';
import { runningEmulator } from './running-emulator.ts';
import { callV3 } from './signed-call.ts';

test('calls above the limit of an action within 1,000 ms are throttled', async () => {
  const emulator = await runningEmulator({ qps: { ListAIJob: 2 } });
  const codeAfter = async (ms: number, action = 'ListAIJob') => {
    emulator.clock.advance(ms);
    return (await callV3(emulator, action, { JobIds: 'a' })).body.Code ?? 'ok';
  };
  expect(await codeAfter(0)).toBe('ok');
  expect(await codeAfter(900)).toBe('ok');
  expect(await codeAfter(99)).toMatch(/^Throttling/);
  expect(await codeAfter(0, 'GetAIImageJobs')).toBe('ok');
  expect(await codeAfter(1)).toBe('ok');
  expect(await codeAfter(1)).toMatch(/^Throttling/);
  expect(await codeAfter(899)).toBe('ok');
});

test('calls above a limit get HTTP 400 or 503, each with the code that VOD has for it', async () => {
  const emulator = await runningEmulator({ qps: { ListAIJob: 1 } });
  const responses = await Promise.all(
    Array.from({ length: 41 }, () => callV3(emulator, 'ListAIJob', { JobIds: 'a' })),
  );
  const throttled = responses.filter(({ status }) => status !== 200);
  const codes = throttled.map(({ status, body }) => `${status} ${body.Code}`);
  expect(throttled).toHaveLength(40);
  expect(new Set(codes)).toEqual(new Set(['400 Throttling.User', '503 Throttling']));
});

test('the documented limits are on by default', async () => {
  const emulator = await runningEmulator({ qps: undefined });
  const codes = async (action: string, count: number) => {
    const calls = Array.from({ length: count }, () => callV3(emulator, action, { TemplateType: 'AIImage' }));
    return (await Promise.all(calls)).filter(({ status }) => status === 200).length;
  };
  expect(await codes('ListAITemplate', 7)).toBe(5);
  expect(await codes('GetMessageCallback', 12)).toBe(10);
});

test('the last 10,000 calls are kept', () => {
  const log = new CallLog();
  for (let at = 0; at <= 10_000; at += 1) log.add({ action: 'a', parameters: {}, requestId: '', at });
  expect([log.calls.length, log.calls[0]?.at]).toEqual([10_000, 1]);
});
