import { execFile } from 'node:child_process';
import { expect, it } from 'vitest';
import type { Emulator } from '../../src/emulator/server.ts';
import { runningEmulator } from '../support/running-emulator.ts';

const script = new URL('../../src/account/command-line.ts', import.meta.url).pathname;

function run(env: Record<string, string>): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env: { HOME: '/nonexistent', ...env } }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

const settings = (emulator: Emulator) => ({
  VOD_ENDPOINT: emulator.origin,
  ALIBABA_CLOUD_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: emulator.credentials.accessKeySecret,
  AUTH_DISABLED: 'true',
  VOD_CALLBACK_URL: 'https://gateway.example.com/callbacks/vod',
  VOD_CALLBACK_KEYS: 'Callback1',
  SUBMIT_LIMIT_PER_DAY: '0',
});

it('prints what works and exits with 0, or what to set and exits with 1', async () => {
  const good = await run(settings(await runningEmulator({ callback: { key: 'Callback1' } })));
  expect(good).toMatchObject({ code: 0, stderr: '' });
  expect(good.stdout).toMatch(/^ok {4}region: /m);
  const bad = await run(settings(await runningEmulator()));
  expect(bad).toMatchObject({ code: 1, stderr: '' });
  expect(bad.stdout).toMatch(/^wrong event notification: off/m);
});

it('needs an account', async () => {
  expect(await run({})).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ALIBABA_CLOUD_ACCESS_KEY_ID: expected credentials'),
  });
});
