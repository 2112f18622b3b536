import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { onTestFinished } from 'vitest';
import { type App, type AppConfig, createApp } from '../../src/app.ts';
import { exposureConfig, limitsConfig } from '../../src/config/config.ts';
import type { Region } from '../../src/domain/region.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/server.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open.ts';
import type { Log } from '../../src/observability/log.ts';
import type { Tracing } from '../../src/observability/tracing/tracing.ts';
import { collectedLog, keepSecret } from './collected-logs.ts';
import { TestClock } from './test-clock.ts';

/** An entry of `errors[]`. */
export interface ResponseError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: string;
    readonly upstream?: {
      readonly action: string;
      readonly code: string | null;
      readonly requestId: string | null;
    };
    readonly problems?: readonly { readonly field: string; readonly message: string }[];
  };
}

export interface Result<Data> {
  readonly data: Data;
  readonly errors?: readonly ResponseError[];
}

export interface RunningGateway {
  readonly app: App;
  readonly ledger: Ledger;
  readonly emulator: Emulator;
  readonly clock: TestClock;
  /** Executes one operation. */
  query<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Result<Data>>;
  // biome-ignore lint/suspicious/noExplicitAny: a test that writes its query by hand knows what comes back
  query(document: string, variables?: object): Promise<Result<any>>;
  /** The job ids of each lookup that reached the API, in order of arrival. */
  readonly lookups: readonly (readonly string[])[];
}

/** As they are where nothing is set. */
export const developmentLimits = limitsConfig({});
export const developmentExposure = exposureConfig({});
/** As it is with `NODE_ENV=production`, where nothing else is set. */
export const productionExposure = exposureConfig({ NODE_ENV: 'production' });

/** A gateway in front of an emulator, in this process; both end with the test. */
export async function runningGateway(
  options: {
    region?: Region;
    timeoutMs?: number;
    emulator?: EmulatorOptions;
    dataDir?: string;
    events?: Partial<AppConfig['events']>;
    log?: Log;
    tracing?: Tracing;
    /** Who may call; everybody unless given. */
    auth?: AppConfig['auth'];
    limits?: Partial<AppConfig['limits']>;
    exposure?: Partial<AppConfig['exposure']>;
    /** Where callers' rates are counted; in memory unless given. */
    databaseUrl?: string;
  } = {},
): Promise<RunningGateway> {
  const clock = new TestClock();
  const region = options.region ?? 'cn-shanghai';
  const emulator = await startEmulator({
    region,
    now: clock.now,
    after: (ms, callback) => clock.after(ms, callback),
    speed: 1,
    ...options.emulator,
  });
  for (const secret of [emulator.credentials.accessKeySecret, ...(options.events?.callbackKeys ?? [])]) {
    keepSecret(secret);
  }
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'vod-ai-gateway-'));
  const ledger = await openLedger({ dataDir, clock });
  const app = createApp(
    {
      region,
      auth: options.auth ?? { kind: 'open' },
      limits: { ...developmentLimits, ...options.limits },
      exposure: { ...developmentExposure, ...options.exposure },
      timeoutMs: options.timeoutMs ?? 10_000,
      callsPerSecond: 1_000,
      cache: { maxJobs: 1_000, maxBytes: 1_000_000, freshnessMs: 0 },
      ledger: { retentionMs: 180 * 86_400_000, databaseUrl: options.databaseUrl },
      events: { callbackUrl: undefined, callbackKeys: [], watchShare: 0.5, ...options.events },
    },
    {
      origin: emulator.origin,
      credentials: async () => emulator.credentials,
      ledger,
      clock,
      random: () => 0.5,
      log: options.log ?? collectedLog(),
      tracing: options.tracing,
    },
  );
  onTestFinished(async () => {
    await app.close();
    await ledger.close();
    await emulator.close();
    if (!options.dataDir) rmSync(dataDir, { recursive: true });
  });

  return {
    app,
    ledger,
    emulator,
    clock,
    async query(document: TypedDocumentNode<unknown, unknown> | string, variables?: unknown) {
      const query = typeof document === 'string' ? document : print(document);
      const response = await app.server.fetch('http://gateway/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    },
    get lookups() {
      return emulator.calls.flatMap(({ parameters: { JobIds } }) => (JobIds ? [JobIds.split(',')] : []));
    },
  };
}

/** Puts jobs into the emulator that have succeeded, and gives their ids: `job-0`, `job-1`, … */
export function finishedJobs(emulator: Emulator, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const jobId = `job-${index}`;
    emulator.jobs.addAIJob({ jobId, status: 'success', mediaId: `video-${index}` });
    return jobId;
  });
}
