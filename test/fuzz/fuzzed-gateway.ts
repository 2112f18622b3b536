import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scopes } from '../../src/auth/caller.ts';
import { systemClock } from '../../src/clock.ts';
import { limitsConfig } from '../../src/config/config.ts';
import { type Emulator, startEmulator } from '../../src/emulator/server.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { createLog } from '../../src/observability/log.ts';
import { listenOnLoopback } from '../support/listening.ts';
import { type ResponseBudget, responseBudget } from '../support/response-budget.ts';
import { createTestApp, productionExposure } from '../support/test-app.ts';
import { leaksIn } from './answers.ts';
import { knownIds } from './hostile-values.ts';
import { UpstreamWatch } from './upstream-watch.ts';
import { Wire } from './wire.ts';

/** `closed` is production with API keys. */
export const profiles = ['development', 'production', 'closed'] as const;
export type Profile = (typeof profiles)[number];

/** Limits that random operations exceed more often than the defaults, which the other profiles have. */
const lowLimits = limitsConfig({
  MAX_RESPONSE_OBJECTS: '1000',
  MAX_RESPONSE_BYTES: '65536',
  MAX_ENTITIES: '50',
  MAX_LEDGER_READS: '20',
  MAX_UPSTREAM_CALLS: '10',
});
const lowBudget: ResponseBudget = { ...responseBudget, objects: 1_000, bytes: 65_536 };

/** The API key of the `closed` profile. */
export const apiKey = 'an-api-key-that-nobody-but-its-owner-knows';
export const callbackKey = 'the-key-that-callbacks-are-signed-with';

/** A listening gateway, and everything that shows the effects of a request. */
export interface FuzzedGateway {
  readonly profile: Profile;
  readonly wire: Wire;
  readonly origin: string;
  /** The URL that VOD calls. */
  readonly callbackUrl: string;
  /** Texts that no response and no log line may have. */
  readonly secrets: readonly string[];
  /** The GraphiQL page, if the profile has one. */
  readonly page: string | undefined;
  readonly upstream: UpstreamWatch;
  readonly budget: ResponseBudget;
  readonly emulator: Emulator;
  /** Returns the uncaught errors, and the errors in the log, since the last call. */
  failures(): string[];
  close(): Promise<void>;
}

export async function startFuzzedGateway(profile: Profile): Promise<FuzzedGateway> {
  const home = await mkdtemp(join(tmpdir(), 'fuzzed-gateway-'));
  const failures: string[] = [];
  const uncaught = (error: unknown) => {
    failures.push(`uncaught: ${error instanceof Error ? error.stack : String(error)}`);
  };
  const warned = (warning: Error) => {
    if (warning.name === 'MaxListenersExceededWarning') failures.push(warning.message);
  };
  process.on('uncaughtException', uncaught).on('unhandledRejection', uncaught).on('warning', warned);

  // The callback URL must be known before the gateway is created.
  const server = createServer({ keepAliveTimeout: 65_000 });
  const port = await listenOnLoopback(server);
  const origin = `http://127.0.0.1:${port}`;
  const callbackUrl = `${origin}/callbacks/vod`;
  const emulator = await startEmulator({
    qps: {},
    speed: Number.POSITIVE_INFINITY,
    callback: { key: callbackKey },
  });
  for (const [index, jobId] of knownIds.ai.entries()) {
    const type = index % 3 === 2 ? 'AIMediaDNA' : 'AIVideoTag';
    const videoId = index === 7 ? 'video-that-fails' : `video-${index}`;
    emulator.jobs.addAIJob({ jobId, type, mediaId: videoId, createdAt: Date.now() - 3_600_000 });
  }
  for (const [index, jobId] of knownIds.image.entries()) {
    emulator.jobs.addAIImageJob({ jobId, videoId: `video-${index}`, createdAt: Date.now() - 3_600_000 });
  }
  const { accessKeyId, accessKeySecret } = emulator.credentials;
  const secrets = [accessKeyId, accessKeySecret, apiKey, callbackKey, home];
  const log = createLog('info', {
    write(line) {
      // Operators may see the access key's id.
      if (secrets.slice(1, 4).some((secret) => line.includes(secret)))
        failures.push(`logged a secret: ${line}`);
      if (/"level":[56]0/.test(line)) failures.push(`logged ${line}`);
    },
  });
  const apiKeysFile = join(home, 'keys.json');
  const sha256 = createHash('sha256').update(apiKey).digest('hex');
  await writeFile(apiKeysFile, JSON.stringify([{ name: 'caller', sha256, scopes }]));

  const limits = profile === 'production' ? lowLimits : limitsConfig({});
  const ledger = await openLedger({ dataDir: home });
  const app = createTestApp(
    emulator,
    { ledger, clock: systemClock, random: Math.random, log },
    {
      auth: profile === 'closed' ? { kind: 'closed', apiKeysFile, jwt: undefined } : { kind: 'open' },
      callsPerSecond: 10_000,
      limits,
      ...(profile !== 'development' && {
        exposure: productionExposure,
        events: { callbackUrl, callbackKeys: [callbackKey] },
      }),
    },
  );
  server.on('request', app.listener).on('upgrade', app.upgrade);
  const wire = new Wire(port);
  const response = await fetch(`${origin}/graphql`, { headers: { accept: 'text/html' } });
  const text = await response.text();
  const page = response.headers.get('content-type')?.startsWith('text/html') ? text : undefined;
  if (page) failures.push(...leaksIn(page, secrets).filter((leak) => leak === 'tells a secret'));
  await submitSome(origin);

  return {
    profile,
    wire,
    origin,
    callbackUrl,
    secrets,
    page,
    upstream: new UpstreamWatch(emulator, limits.maxUpstreamCalls),
    budget: profile === 'production' ? lowBudget : responseBudget,
    emulator,
    failures: () => failures.splice(0),
    async close() {
      wire.close();
      app.endStreams();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
      await ledger.close();
      await emulator.close();
      await rm(home, { recursive: true });
      process.off('uncaughtException', uncaught).off('unhandledRejection', uncaught).off('warning', warned);
    },
  };
}

/** Submits jobs of a known video, so that its pages have entries. */
async function submitSome(origin: string): Promise<void> {
  const both =
    'submitAIJob(input: { videoId: "video-1" }) { jobs { id } } ' +
    'submitAIImageJob(input: { videoId: "video-1", templateId: "template" }) { job { id } }';
  const submit = async () => {
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', 'x-api-key': apiKey },
      body: JSON.stringify({ query: `mutation { ${both} }` }),
    });
    const { errors } = (await response.json()) as { errors?: unknown };
    if (errors) throw new Error(`could not submit: ${JSON.stringify(errors)}`);
  };
  await Promise.all(Array.from({ length: 30 }, submit));
}
