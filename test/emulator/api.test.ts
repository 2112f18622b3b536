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
  expect(await codeAfter(99)).toBe('Throttling.User');
  expect(await codeAfter(0, 'GetAIImageJobs')).toBe('ok');
  expect(await codeAfter(1)).toBe('ok');
  expect(await codeAfter(1)).toBe('Throttling.User');
  expect(await codeAfter(899)).toBe('ok');
});

test('the last 10,000 calls are kept', () => {
  const log = new CallLog();
  for (let at = 0; at <= 10_000; at += 1) log.add({ action: 'a', parameters: {}, requestId: '', at });
  expect([log.calls.length, log.calls[0]?.at]).toEqual([10_000, 1]);
});
