import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { AIJobsDocument, SubmitAIJobDocument } from '../../schema/generated/graphql.ts';
import type { App } from '../../src/app.ts';
import { entryOf, keyFile } from '../auth/key-file.ts';
import { streamingAt } from '../graphql/transports/streaming.ts';
import { collected, keepSecret } from '../support/collected-logs.ts';
import { startGateway, upstreamSettings } from '../support/gateway-process.ts';
import { listening } from '../support/listening.ts';
import { runningEmulator } from '../support/running-emulator.ts';
import { finishedJobs, runningGateway } from '../support/running-gateway.ts';

/** Patterns of secrets. A secret that only another process has seen is not among the collected ones. */
const shapes: readonly RegExp[] = [
  /ACS3-HMAC-SHA256/i,
  /\bSignature=/i,
  /[?&](OSSAccessKeyId|auth_key|SecurityToken|access_token)=/i,
  /\bBearer\s+[\w.~+/-]+/i,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\./,
  /\bpostgres(ql)?:\/\/[^\s:@"]*:[^\s@"]+@/i,
  /"(authorization|x-api-key|x-vod-signature|x-acs-security-token|cookie)"/i,
];

/**
 * Runs after all other tests and searches their log lines of all levels. The first two tests use secrets of every kind, so
 * that there is something to search if only this file runs.
 */
describe('no log line has a credential or a signature', () => {
  it('of a gateway with keys, tokens, signatures and faults', async () => {
    let app: App | undefined;
    const origin = await listening(
      (request, response) => app?.listener(request, response),
      (request, socket, head) => app?.upgrade(request, socket, head),
    );
    const keys = { api: 'an-api-key-of-somebody', callback: 'a-key-that-signs-callbacks' };
    for (const key of Object.values(keys)) keepSecret(key);
    const gateway = await runningGateway({
      auth: { kind: 'closed', apiKeysFile: keyFile([entryOf('somebody', keys.api)]).path, jwt: undefined },
      events: { callbackUrl: `${origin}/callbacks/vod`, callbackKeys: [keys.callback] },
      emulator: {
        callback: { key: keys.callback },
        credentials: {
          accessKeyId: 'an-access-key-id',
          accessKeySecret: 'the-secret-of-the-access-key',
          securityToken: 'the-token-of-a-session',
        },
      },
    });
    app = gateway.app;
    const { emulator, clock } = gateway;
    const ids = finishedJobs(emulator, 3);
    const query = (document: object, variables: object, headers: object) =>
      fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ ...document, variables }),
      });
    const lookup = { query: print(AIJobsDocument) };
    const asKey = { authorization: `Bearer ${keys.api}` };

    for (const headers of [asKey, { 'x-api-key': keys.api }]) {
      expect((await query(lookup, { ids }, headers)).status).toBe(200);
    }
    for (const authorization of [
      'Bearer a-key-of-nobody',
      `Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln`,
    ]) {
      expect((await query(lookup, { ids }, { authorization })).status).toBe(401);
    }
    for (const kind of ['throttle', 'html', 'wrongShape', 'reset', 'internalError'] as const) {
      emulator.faults.add({ kind, times: 1 });
      await query(lookup, { ids: [`${kind}-job`] }, asKey);
    }
    const input = { videoId: 'v', types: ['VIDEO_TAG'] };
    await query({ query: print(SubmitAIJobDocument) }, { input }, asKey);
    const subscriber = streamingAt(origin, asKey).over('graphql-ws')(ids);
    await subscriber.end;
    // The job ends, and VOD sends its event.
    clock.advance(4_000);
    await expect
      .poll(async () => (await gateway.app.metrics.text()).body)
      .toMatch(/^vod_events_total\{outcome="job"\} 1$/m);
    const fileUrl = 'https://bucket.example/v.mp4?OSSAccessKeyId=x&Signature=of-a-signed-file-url';
    keepSecret('of-a-signed-file-url');
    for (const signature of ['badly-signed-by-nobody', '']) {
      await fetch(`${origin}/callbacks/vod`, {
        method: 'POST',
        headers: { 'x-vod-signature': signature, 'x-vod-timestamp': String(Math.floor(clock.now() / 1000)) },
        body: JSON.stringify({ EventType: 'FileUploadComplete', FileUrl: fileUrl }),
      });
    }
  });

  it('of a gateway in another process', async () => {
    const emulator = await runningEmulator();
    const gateway = startGateway({ ...upstreamSettings(emulator), LOG_LEVEL: 'trace' });
    const origin = await gateway.origin();
    emulator.faults.add({ kind: 'html', times: 1 });
    await fetch(`${origin}/graphql?access_token=a-token-in-the-url`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: 'session=a-session-of-a-browser' },
      body: JSON.stringify({ query: '{ aiJob(id: "a-job") { status } }' }),
    });
    gateway.signal('SIGINT');
    await gateway.exited;
    expect(gateway.stdout).toContain('"operation":null,"type":"query"');
  });

  it('of any test', () => {
    const { lines, secrets } = collected();

    // Without lines or without secrets, the search below could not fail.
    expect(lines.length).toBeGreaterThan(20);
    expect(secrets).toContain('the-secret-of-the-access-key');
    expect(secrets).toContain('an-api-key-of-somebody');
    expect(secrets).toContain('a-token-in-the-url');
    const signatures = [...secrets].filter((secret) => /^[\da-f]{64}$/.test(secret));
    expect(signatures.length).toBeGreaterThan(5);

    // One search of the whole text for each secret. Line by line, it would take minutes.
    const text = lines.join('\n');
    expect([...secrets].filter((secret) => text.includes(secret))).toEqual([]);
    expect(lines.filter((line) => shapes.some((shape) => shape.test(line)))).toEqual([]);
  });
});
