import { describe, expect, it } from 'vitest';
import {
  AIJobDocument,
  AIJobsDocument,
  AITemplatesDocument,
  SubmitAIImageJobDocument,
  SubmitAIJobDocument,
} from '../../schema/generated/graphql.ts';
import { startEmulator } from '../../src/emulator/server.ts';
import { entryOf, keyFile } from '../auth/key-file.ts';
import { execute } from './client.ts';
import { listeningOrigin, startGateway } from './gateway-process.ts';

describe('npm start', () => {
  it('serves the embedded emulator, says so, and ends with code 0 on Ctrl-C', {
    timeout: 20_000,
  }, async () => {
    const gateway = startGateway({ PORT: '0' });
    const origin = await listeningOrigin(gateway);

    const submitted = await execute(origin, SubmitAIJobDocument, {
      input: { mediaId: 'video-1', types: ['VIDEO_TAG'] },
    });
    const id = submitted.data.submitAIJob.jobs?.[0]?.id ?? '';
    const followed = await execute(origin, AIJobDocument, { id });
    expect(followed.data.aiJob).toMatchObject({ id, type: 'VIDEO_TAG', status: 'INIT' });

    const templates = await execute(origin, AITemplatesDocument, { type: 'IMAGE' });
    const templateId = templates.data.aiTemplates[0]?.id ?? '';
    const cover = await execute(origin, SubmitAIImageJobDocument, {
      input: { videoId: 'video-1', templateId },
    });
    expect(cover.data.submitAIImageJob.job?.status).toBe('INIT');
    expect((await fetch(`${origin}/health`)).status).toBe(200);
    expect((await fetch(`${origin}/ready`)).status).toBe(200);

    gateway.signal('SIGINT');
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    const stdout = await gateway.stdout;
    expect(stdout).toContain(`GraphiQL   ${origin}/graphql`);
    expect(stdout).toContain('the embedded emulator (cn-shanghai): no VOD account is configured');
  });

  it('serves a VOD API elsewhere with a key pair from the environment', async () => {
    const emulator = await startEmulator();
    const { accessKeyId, accessKeySecret } = emulator.credentials;
    const gateway = startGateway({
      PORT: '0',
      LOG_LEVEL: 'trace',
      VOD_ENDPOINT: emulator.origin,
      ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
      AUTH_DISABLED: 'true',
    });
    try {
      const origin = await listeningOrigin(gateway);
      emulator.jobs.addAIJob({ jobId: 'job-0', createdAt: 0 });

      const { data } = await execute(origin, AIJobsDocument, { ids: ['job-0', 'no-such-job'] });

      expect(data.aiJobs.map((job) => job?.status ?? null)).toEqual(['SUCCESS', null]);
      expect(emulator.calls.map(({ outcome }) => outcome)).toEqual(['ok']);

      // Something to log.
      emulator.faults.add({ kind: 'html', status: 200, times: 1 });
      const refused = await execute(origin, AIJobsDocument, { ids: ['yet-another-job'] });
      expect(refused.errors).toHaveLength(1);

      // A call that never ends does not keep the process.
      emulator.faults.add({ kind: 'stall' });
      const cutOff = execute(origin, AIJobsDocument, { ids: ['another-job'] }).catch(() => 'cut off');
      await expect.poll(() => emulator.calls.length).toBe(3);
      gateway.signal('SIGINT');
      expect(await gateway.exited).toEqual({ code: 0, signal: null });
      await cutOff;
      const written = (await gateway.stdout) + (await gateway.stderr);
      expect(written).toContain('"action":"ListAIJob"');
      for (const secret of [accessKeyId, accessKeySecret, 'Signature', 'JobIds=', 'x-acs']) {
        expect(written).not.toContain(secret);
      }
    } finally {
      await emulator.close();
    }
  });

  it('ends on a signal that arrives right after the banner', async () => {
    const signalAfterBanner = `
      const { stdout } = process;
      const write = stdout.write.bind(stdout);
      stdout.write = (text, ...more) => {
        const isFlushed = write(text, ...more);
        if (String(text).includes('GraphiQL')) process.kill(process.pid, 'SIGTERM');
        return isFlushed;
      };`;
    const gateway = startGateway({
      PORT: '0',
      DRAIN_DELAY_MS: '0',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(signalAfterBanner)}`,
    });

    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    expect(await gateway.stdout).toContain('GraphiQL');
  });

  it('waits for what runs when it is asked to end by SIGTERM', async () => {
    const emulator = await startEmulator();
    const { accessKeyId, accessKeySecret } = emulator.credentials;
    const gateway = startGateway({
      PORT: '0',
      VOD_ENDPOINT: emulator.origin,
      ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
      AUTH_DISABLED: 'true',
    });
    try {
      const origin = await listeningOrigin(gateway);
      emulator.jobs.addAIJob({ jobId: 'job-0', createdAt: 0 });
      emulator.faults.add({ kind: 'latency', ms: 300 });
      const answer = execute(origin, AIJobsDocument, { ids: ['job-0'] });
      await expect.poll(() => emulator.calls.length).toBe(1);

      gateway.signal('SIGTERM');

      expect((await answer).data.aiJobs[0]?.status).toBe('SUCCESS');
      expect(await gateway.exited).toMatchObject({ code: 0 });
    } finally {
      await emulator.close();
    }
  });
});

describe('who may call', () => {
  it('is said at the start, and asked of everybody where there are keys', async () => {
    const { path } = keyFile([entryOf('ci', 'the-key-of-ci')]);
    const gateway = startGateway({
      PORT: '0',
      API_KEYS_FILE: path,
      AUTH_JWKS_URL: 'http://127.0.0.1:9/jwks',
      AUTH_ISSUER: 'https://issuer.example.com',
      AUTH_AUDIENCE: 'vod',
    });
    const origin = await listeningOrigin(gateway);
    const post = (headers: Record<string, string>) =>
      fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"query":"{ __typename }"}',
      });
    expect((await post({})).status).toBe(401);
    expect((await post({ 'x-api-key': 'the-key-of-ci' })).status).toBe(200);
    gateway.signal('SIGINT');
    // Watching the file keeps no process alive.
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    const stdout = await gateway.stdout;
    expect(stdout).toContain('callers    API keys, tokens of https://issuer.example.com\n');
    expect(stdout).not.toContain('the-key-of-ci');
  });

  it.each([
    [{}, 'everybody on this machine'],
    [{ HOST: '0.0.0.0', AUTH_DISABLED: 'true' }, 'everybody (AUTH_DISABLED)'],
  ])('is everybody with %o, and the start says so', { timeout: 20_000 }, async (env, words) => {
    const gateway = startGateway({ PORT: '0', ...(env as Record<string, string>) });
    await listeningOrigin(gateway);
    gateway.signal('SIGINT');
    await gateway.exited;
    expect(await gateway.stdout).toContain(`callers    ${words}\n`);
  });
});

describe('a wrong setting', () => {
  it.each([
    [
      { VOD_REGION: 'cn-shangai' },
      /^VOD_REGION: expected a region of VOD \(cn-shanghai, .*\); got "cn-shangai"$/,
    ],
    [{ PORT: 'http' }, /^PORT: expected a whole number from 0 to 65535; got "http"$/],
    [
      { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id' },
      /^ALIBABA_CLOUD_ACCESS_KEY_SECRET: expected the secret that belongs to ALIBABA_CLOUD_ACCESS_KEY_ID; got nothing$/,
    ],
    [
      { HOST: '203.0.113.1', PORT: '0', AUTH_DISABLED: 'true' },
      /^HOST: expected an address .*; got 203\.0\.113\.1:0, EADDRNOTAVAIL$/,
    ],
    // Nobody has said who may call: where it is paid for, and where others can call.
    [
      { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret' },
      /^API_KEYS_FILE: expected who may call, .* since jobs are paid for .*AUTH_DISABLED=true.*; got nothing$/,
    ],
    [
      { HOST: '0.0.0.0' },
      /^API_KEYS_FILE: expected who may call, .* since others than this machine can call .*; got nothing$/,
    ],
    [
      { API_KEYS_FILE: '/nowhere/keys.json' },
      /^API_KEYS_FILE: expected a file that can be read; got ENOENT$/,
    ],
  ])('stops the start with one clear line: %o', async (env, line) => {
    const gateway = startGateway(env);

    expect(await gateway.exited).toEqual({ code: 1, signal: null });
    expect((await gateway.stderr).trim()).toMatch(line);
    expect(await gateway.stdout).toBe('');
  });
});
