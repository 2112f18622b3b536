import { describe, expect, it } from 'vitest';
import { checkAccount } from '../../src/account/check-account.ts';
import { systemClock } from '../../src/clock.ts';
import type { EmulatorOptions } from '../../src/emulator/server.ts';
import { runningEmulator } from '../support/running-emulator.ts';

const callbackUrl = 'https://gateway.example.com/callbacks/vod';
const key = 'Abc123-of-the-region';

/** The findings of a gateway that is set up completely, as `verdict subject`, with the texts of those that are not ok. */
async function check(
  emulatorOptions: EmulatorOptions = {},
  options: Partial<Parameters<typeof checkAccount>[0]> = {},
) {
  const emulator = await runningEmulator({ callback: { url: callbackUrl, key }, ...emulatorOptions });
  const findings = await checkAccount({
    origin: emulator.origin,
    credentials: async () => emulator.credentials,
    region: 'cn-shanghai',
    events: { callbackUrl, callbackKeys: [key] },
    timeoutMs: 5_000,
    clock: systemClock,
    ...options,
  });
  return { emulator, findings, wrong: findings.filter(({ verdict }) => verdict === 'wrong') };
}

describe('the check of an account', () => {
  it('finds nothing wrong with an account that is set up, and changes nothing', async () => {
    const { findings, emulator } = await check();
    expect(findings.map(({ verdict, subject }) => [verdict, subject])).toEqual([
      ['ok', 'region'],
      ['ok', 'clock'],
      ['ok', 'ListAIJob'],
      ['ok', 'GetAIImageJobs'],
      ['ok', 'ListAITemplate'],
      ['ok', 'event notification'],
    ]);
    const actions = emulator.calls.map(({ action }) => action).sort();
    expect(actions).toEqual(['GetAIImageJobs', 'GetMessageCallback', 'ListAIJob', 'ListAITemplate']);
  });

  it.each([
    ['off', {}, {}, 'off, so jobs have no events'],
    ['without its key here', { callback: { key } }, { callbackKeys: [] }, 'VOD_CALLBACK_KEYS is not set'],
    ['with another key', { callback: { key: 'other' } }, {}, 'none of VOD_CALLBACK_KEYS'],
    ['without signatures', { callback: {} }, {}, 'Switch callback authentication on'],
  ])('says what to set if notification is %s', async (name, emulatorOptions, events, text) => {
    const isOff = name === 'off';
    const emulator = await runningEmulator(isOff ? {} : emulatorOptions);
    const findings = await checkAccount({
      origin: emulator.origin,
      credentials: async () => emulator.credentials,
      region: 'cn-shanghai',
      events: { callbackUrl, callbackKeys: [key], ...events },
      timeoutMs: 5_000,
      clock: systemClock,
    });
    const wrong = findings.filter(({ verdict }) => verdict === 'wrong');
    expect(wrong).toEqual([
      { subject: 'event notification', verdict: 'wrong', text: expect.stringContaining(text) },
    ]);
    expect(JSON.stringify(findings)).not.toContain(key);
  });

  it('notes, without an error, that no callback URL is set', async () => {
    const { findings, wrong } = await check({}, { events: { callbackUrl: undefined, callbackKeys: [] } });
    expect(wrong).toEqual([]);
    expect(findings.at(-1)).toMatchObject({
      verdict: 'note',
      text: expect.stringContaining('VOD_CALLBACK_URL'),
    });
  });

  it('finds a clock that is wrong', async () => {
    const { wrong } = await check({ now: () => Date.now() + 400_000 });
    expect(wrong).toEqual([
      { subject: 'clock', verdict: 'wrong', text: expect.stringMatching(/^(399|400) s behind VOD's/) },
    ]);
  });

  it('finds credentials that cannot be loaded, and those that VOD rejects, without quoting them', async () => {
    const none = await check({}, { credentials: () => Promise.reject(new Error('secret file')) });
    expect(none.findings).toMatchObject([{ subject: 'credentials', verdict: 'wrong' }]);
    const unknown = { accessKeyId: 'unknown-id', accessKeySecret: 'unknown-secret' };
    const { wrong } = await check({}, { credentials: async () => unknown });
    expect(wrong.map(({ subject }) => subject)).toEqual([
      'ListAIJob',
      'GetAIImageJobs',
      'ListAITemplate',
      'GetMessageCallback',
    ]);
    expect(wrong[0]?.text).toContain('InvalidAccessKeyId.NotFound');
    expect(JSON.stringify([none.findings, wrong])).not.toMatch(/secret/);
  });

  it('finds a region without AI jobs', async () => {
    const { wrong } = await check({ region: 'eu-central-1' }, { region: 'eu-central-1' });
    expect(wrong).toMatchObject([{ subject: 'region', text: expect.stringContaining('VOD_REGION') }]);
  });

  it('finds an endpoint that cannot be reached', async () => {
    const { wrong } = await check({}, { origin: 'http://127.0.0.1:1', timeoutMs: 500 });
    expect(wrong.map(({ subject }) => subject)).toContain('clock');
    expect(wrong.map(({ subject }) => subject)).toContain('ListAIJob');
  });
});
