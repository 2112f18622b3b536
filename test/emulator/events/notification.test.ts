import { describe, expect, test } from 'vitest';
import { runningEmulator, type TestEmulator, until } from '../running-emulator.ts';
import { callV3, submitted } from '../signed-call.ts';
import { eventReceiver, userDataTo } from './event-receiver.ts';

const set = (emulator: TestEmulator, parameters: Record<string, string>) =>
  callV3(emulator, 'SetMessageCallback', { CallbackType: 'HTTP', ...parameters });

const settings = async (emulator: TestEmulator) =>
  (await callV3(emulator, 'GetMessageCallback', {})).body.MessageCallback;

describe("a region's event notification", () => {
  test('is off until it is switched on: not even a job with its own URL has an event', async () => {
    const receiver = await eventReceiver();
    const emulator = await runningEmulator({ speed: Number.POSITIVE_INFINITY });
    const UserData = userDataTo(receiver.url);
    expect(await settings(emulator)).toEqual({});
    await submitted(emulator, { MediaId: 'before', UserData });
    expect(emulator.events.sent).toEqual([]);

    await set(emulator, {
      CallbackURL: 'http://127.0.0.1:1/',
      EventTypeList: 'FileUploadComplete,AIComplete',
    });
    await submitted(emulator, { MediaId: 'after', UserData });
    await until(() => emulator.events.sent[0]?.outcome === 'delivered');
    expect(receiver.received).toMatchObject([{ event: { MediaId: 'after' } }]);
  });

  test('counts when the job becomes final, not when it is submitted', async () => {
    const receiver = await eventReceiver();
    const emulator = await runningEmulator();
    await submitted(emulator, { MediaId: 'v', UserData: userDataTo(receiver.url) });
    await set(emulator, { CallbackURL: 'http://127.0.0.1:1/', EventTypeList: 'ALL' });
    emulator.clock.advance(4000);
    await until(() => emulator.events.sent[0]?.outcome === 'delivered');
    expect(receiver.received).toHaveLength(1);
  });

  test.each([
    ['without AIComplete', { CallbackURL: 'http://127.0.0.1:1/', EventTypeList: 'TranscodeComplete' }],
    ['without event types', { CallbackURL: 'http://127.0.0.1:1/' }],
    ['with a queue', { CallbackType: 'MNS', MnsEndpoint: 'e', MnsQueueName: 'q', EventTypeList: 'ALL' }],
  ])('sends no events %s', async (_, parameters) => {
    const { url } = await eventReceiver();
    const emulator = await runningEmulator({ callback: { url }, speed: Number.POSITIVE_INFINITY });
    expect((await set(emulator, parameters)).status).toBe(200);
    await submitted(emulator, { MediaId: 'v', UserData: userDataTo(url) });
    expect(emulator.events.sent).toEqual([]);
  });

  test('is returned as it was set', async () => {
    const emulator = await runningEmulator();
    const parameters = {
      CallbackType: 'HTTP',
      CallbackURL: 'http://127.0.0.1:1/',
      AuthSwitch: 'on',
      AuthKey: 'Abc123',
      EventTypeList: 'AIComplete',
    };
    await set(emulator, parameters);
    expect(await settings(emulator)).toEqual({ AppId: 'app-1000000', ...parameters });
  });

  test.each([
    [{ CallbackURL: '' }, 'MissingCallbackURL'],
    [{ CallbackURL: 'here' }, 'InvalidParameter'],
    [{ CallbackURL: `http://a/${'x'.repeat(256)}` }, 'InvalidParameter'],
    [{ CallbackType: 'MNS' }, 'MissingMnsEndpoint'],
    [{ CallbackType: 'SMTP' }, 'InvalidParameter'],
    [{ CallbackURL: 'http://a', AuthSwitch: 'on' }, 'MissingAuthKey'],
    [{ CallbackURL: 'http://a', AuthSwitch: 'on', AuthKey: 'weak' }, 'InvalidParameter'],
    [{ CallbackURL: 'http://a', AuthSwitch: 'maybe' }, 'InvalidParameter'],
  ])('rejects %o', async (parameters, code) => {
    const emulator = await runningEmulator();
    expect((await set(emulator, parameters)).body.Code).toBe(code);
    expect(await settings(emulator)).toEqual({});
  });
});
