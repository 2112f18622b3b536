import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { onTestFinished } from 'vitest';
import type { App } from '../../src/app.ts';
import type { WatchFile } from '../../src/config/watched-files.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/server.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open.ts';
import type { Log } from '../../src/observability/log.ts';
import type { Tracing } from '../../src/observability/tracing/tracing.ts';
import { collectedLog, keepSecret } from './collected-logs.ts';
import { ManualClock } from './manual-clock.ts';
import { createTestApp, type TestAppConfig } from './test-app.ts';

/** An entry of `errors[]`. */
export interface ResponseError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: string;
    readonly submissionId?: string;
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
  readonly clock: ManualClock;
  /** Executes one operation. */
  query<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Result<Data>>;
  // biome-ignore lint/suspicious/noExplicitAny: a test that writes its query knows the type of the response
  query(document: string, variables?: object): Promise<Result<any>>;
  /** The job ids of each lookup of AI jobs and image jobs that VOD received, in order. */
  readonly lookups: readonly (readonly string[])[];
}

export interface RunningGatewayOptions extends TestAppConfig {
  readonly emulator?: EmulatorOptions;
  /** A folder for the ledger, which the test deletes. */
  readonly dataDir?: string;
  readonly log?: Log;
  readonly tracing?: Tracing;
  readonly watchFile?: WatchFile;
}

/** Starts an emulator and a gateway in this process. Both end with the test. */
export async function runningGateway({
  emulator: emulatorOptions,
  dataDir,
  log = collectedLog(),
  tracing,
  watchFile,
  ...config
}: RunningGatewayOptions = {}): Promise<RunningGateway> {
  const clock = ManualClock.skippingRetries();
  const emulator = await startEmulator({
    region: config.region ?? 'cn-shanghai',
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    // The clock stands still during a test, so the documented rate limits would reject its sixth call.
    qps: {},
    ...emulatorOptions,
  });
  for (const secret of [emulator.credentials.accessKeySecret, ...(config.events?.callbackKeys ?? [])]) {
    keepSecret(secret);
  }
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'vod-ai-gateway-'));
  const ledger = await openLedger({ dataDir: folder, clock });
  const app = createTestApp(emulator, { ledger, clock, log, tracing, watchFile }, config);
  onTestFinished(async () => {
    await app.close();
    await ledger.close();
    await emulator.close();
    if (dataDir === undefined) rmSync(folder, { recursive: true });
  });

  return {
    app,
    ledger,
    emulator,
    clock,
    async query(document: TypedDocumentNode<unknown, unknown> | string, variables?: unknown) {
      const query = typeof document === 'string' ? document : print(document);
      const response = await (await app.server()).fetch('http://gateway/graphql', {
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

/** Adds successful jobs to the emulator and returns their ids: `job-0`, `job-1`, … */
export function finishedJobs(emulator: Emulator, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const jobId = `job-${index}`;
    emulator.jobs.addAIJob({ jobId, status: 'success', mediaId: `video-${index}` });
    return jobId;
  });
}
