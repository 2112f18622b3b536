import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  AIJobDocument,
  AIJobsDocument,
  AITemplatesDocument,
  SubmitAIImageJobDocument,
  SubmitAIJobDocument,
} from '../../schema/generated/graphql.ts';
import { entryOf, keyFile } from '../auth/key-file.ts';
import { startGateway, upstreamSettings } from '../support/gateway-process.ts';
import { runningEmulator } from '../support/running-emulator.ts';
import { execute } from './client.ts';

describe('npm start', () => {
  it('serves the embedded emulator, prints how, and exits with 0 on Ctrl-C', async () => {
    const gateway = startGateway({}, ['npm', '--silent', 'start']);
    const origin = await gateway.origin();

    const submitted = await execute(origin, SubmitAIJobDocument, {
      input: { videoId: 'video-1', types: ['VIDEO_TAG'] },
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
    expect(gateway.stdout).toContain(`GraphiQL   ${origin}/graphql`);
    expect(gateway.stdout).toContain('the embedded emulator (cn-shanghai): no VOD account is configured');
    expect(gateway.stdout).toContain('callers    everybody on this machine\n');
  });
});

describe('a gateway process', () => {
  it('calls another VOD API with a key pair from the environment, which it never writes', async () => {
    const emulator = await runningEmulator();
    const { accessKeyId, accessKeySecret } = emulator.credentials;
    const gateway = startGateway({ ...upstreamSettings(emulator), LOG_LEVEL: 'trace' });
    const origin = await gateway.origin();
    emulator.jobs.addAIJob({ jobId: 'job-0', createdAt: 0 });

    const { data } = await execute(origin, AIJobsDocument, { ids: ['job-0', 'no-such-job'] });

    expect(data.aiJobs.map((job) => job?.status ?? null)).toEqual(['SUCCESS', null]);
    expect(emulator.calls.map(({ outcome }) => outcome)).toEqual(['ok']);

    // Makes the gateway log a failure.
    emulator.faults.add({ kind: 'html', status: 200, times: 1 });
    const refused = await execute(origin, AIJobsDocument, { ids: ['yet-another-job'] });
    expect(refused.errors).toHaveLength(1);

    // Ctrl-C does not wait for a call without a response.
    emulator.faults.add({ kind: 'stall' });
    const cutOff = execute(origin, AIJobsDocument, { ids: ['another-job'] }).catch(() => 'cut off');
    await expect.poll(() => emulator.calls.length).toBe(3);
    gateway.signal('SIGINT');
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    expect(await cutOff).toBe('cut off');
    const written = gateway.stdout + gateway.stderr;
    expect(written).toContain('callers    everybody (AUTH_DISABLED)\n');
    expect(written).toContain('"action":"ListAIJob"');
    for (const secret of [accessKeyId, accessKeySecret, 'Signature', 'JobIds=', 'x-acs']) {
      expect(written).not.toContain(secret);
    }
  });

  it('stops on a signal that arrives right after the banner', async () => {
    const signalAfterBanner = `
      const { stdout } = process;
      const write = stdout.write.bind(stdout);
      stdout.write = (text, ...more) => {
        const isFlushed = write(text, ...more);
        if (String(text).includes('GraphiQL')) process.kill(process.pid, 'SIGTERM');
        return isFlushed;
      };`;
    const gateway = startGateway({
      DRAIN_DELAY_MS: '0',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(signalAfterBanner)}`,
    });

    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    expect(gateway.stdout).toContain('GraphiQL');
  });

  it('authenticates every caller where there are API keys, and prints who is accepted', async () => {
    const { path } = keyFile([entryOf('ci', 'the-key-of-ci')]);
    const gateway = startGateway({
      API_KEYS_FILE: path,
      AUTH_JWKS_URL: 'http://127.0.0.1:9/jwks',
      AUTH_ISSUER: 'https://issuer.example.com',
      AUTH_AUDIENCE: 'vod',
    });
    const origin = await gateway.origin();
    const post = (headers: Record<string, string>) =>
      fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"query":"{ __typename }"}',
      });
    expect((await post({})).status).toBe(401);
    expect((await post({ 'x-api-key': 'the-key-of-ci' })).status).toBe(200);
    gateway.signal('SIGINT');
    // The watcher of the key file keeps no process alive.
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    expect(gateway.stdout).toContain('callers    API keys, tokens of https://issuer.example.com\n');
    expect(gateway.stdout).not.toContain('the-key-of-ci');
  });
});

describe('two gateways on one DATA_DIR', () => {
  it('stops the second one with one line, until the first one has ended, however it ends', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    const env = { ...upstreamSettings(await runningEmulator()), DATA_DIR: dataDir };
    const first = startGateway(env);
    await first.origin();

    const second = startGateway(env);
    expect(await second.exited).toEqual({ code: 1, signal: null });
    expect(second.stderr).toBe(
      `DATA_DIR: expected a folder that no other gateway uses; got ${dataDir}, which one uses\n`,
    );
    first.signal('SIGKILL');
    await first.exited;

    const third = startGateway(env);
    expect((await fetch(`${await third.origin()}/ready`)).status).toBe(200);
  });
});

describe('/ready', () => {
  it('responds 503 once the file of the ledger is deleted', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    const gateway = startGateway({ ...upstreamSettings(await runningEmulator()), DATA_DIR: dataDir });
    const ready = `${await gateway.origin()}/ready`;
    expect((await fetch(ready)).status).toBe(200);

    rmSync(join(dataDir, 'ledger.sqlite'));

    expect((await fetch(ready)).status).toBe(503);
  });
});

describe('a wrong setting', () => {
  // One for each step that reads settings; test/config has all others.
  it.each([
    ['the environment', { PORT: 'http' }, /^PORT: expected a whole number from 0 to 65535; got "http"$/],
    [
      'the address',
      { HOST: '203.0.113.1', AUTH_DISABLED: 'true' },
      /^HOST: expected an address .*; got 203\.0\.113\.1:0, EADDRNOTAVAIL$/,
    ],
    ['a file', { API_KEYS_FILE: '/nowhere/keys.json' }, /^API_KEYS_FILE: expected [^;]+; got ENOENT$/],
    [
      'a manifest',
      { TRUSTED_DOCUMENTS_FILES: '/nowhere/documents.json' },
      /^TRUSTED_DOCUMENTS_FILES, \/nowhere\/documents\.json: expected a readable file; got ENOENT$/,
    ],
  ])('stops the start with one line: %s', async (_, env, line) => {
    const gateway = startGateway(env);

    expect(await gateway.exited).toEqual({ code: 1, signal: null });
    expect(gateway.stderr.trim()).toMatch(line);
    expect(gateway.stdout).toBe('');
  });
});
