import { type App, type AppConfig, type AppDependencies, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Emulator } from '../../src/emulator/server.ts';
import { collectedLog } from './collected-logs.ts';

/** The settings of a gateway whose environment is empty. */
const development = readConfig({});
/** The exposure of a gateway with `NODE_ENV=production` and no other setting. */
export const productionExposure = readConfig({ NODE_ENV: 'production' }).exposure;

/** Settings that differ from those of a test gateway, group by group. */
export interface TestAppConfig
  extends Partial<
    Pick<AppConfig, 'region' | 'timeoutMs' | 'callsPerSecond' | 'cache' | 'auth' | 'trustedProxies'>
  > {
  readonly limits?: Partial<AppConfig['limits']> | undefined;
  readonly exposure?: Partial<AppConfig['exposure']> | undefined;
  readonly events?: Partial<AppConfig['events']> | undefined;
  /** The database that counts the callers' rates. Without it, they are counted in memory. */
  readonly databaseUrl?: string | undefined;
}

/**
 * Wires a gateway that calls an emulator. It is open to everybody, keeps no unfinished jobs in its cache, and may send
 * 1,000 calls a second. Its log is searched for secrets after all tests.
 */
export function createTestApp(
  emulator: Emulator,
  deps: Pick<AppDependencies, 'ledger' | 'clock'> & Partial<AppDependencies>,
  { limits, exposure, events, databaseUrl, ...config }: TestAppConfig = {},
): App {
  return createApp(
    {
      region: 'cn-shanghai',
      auth: { kind: 'open' },
      timeoutMs: 10_000,
      callsPerSecond: 1_000,
      cache: { maxJobs: 1_000, maxBytes: 1_000_000, freshnessMs: 0 },
      trustedProxies: [],
      ...config,
      limits: { ...development.limits, ...limits },
      exposure: { ...development.exposure, ...exposure },
      events: {
        callbackUrl: undefined,
        callbackKeys: [],
        isUnsigned: false,
        watchShare: 0.5,
        settleDelayMs: 0,
        ...events,
      },
      ledger: { retentionMs: 180 * 86_400_000, databaseUrl },
    },
    {
      origin: emulator.origin,
      credentials: async () => emulator.credentials,
      random: () => 0.5,
      log: collectedLog(),
      ...deps,
    },
  );
}
