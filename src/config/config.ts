import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describeText } from '../domain/id.ts';
import { isRegion, type Region, regions } from '../domain/region.ts';
import { type AuthConfig, authConfig } from './auth.ts';
import { type ExposureConfig, exposureConfig } from './exposure.ts';
import { type LimitsConfig, limitsConfig } from './limits.ts';
import { ConfigError, type Environment, httpUrl, integer, oneOf } from './values.ts';

/** The gateway's settings, from its environment. `docs` for each: the table in the README. */
export interface Config {
  /** `HOST`: the address to listen on. */
  readonly host: string;
  /** `PORT`: 0 takes any free port. */
  readonly port: number;
  /** `VOD_REGION`: also decides the endpoint and which features are offered. */
  readonly region: Region;
  /** Where jobs are made: the API at an origin, or the emulator inside this process. */
  readonly upstream: { readonly kind: 'api'; readonly origin: string } | { readonly kind: 'emulator' };
  /** `VOD_TIMEOUT_MS`: what one call may take, all its retries included. */
  readonly timeoutMs: number;
  /** `VOD_QPS`: how many calls a second of one action are sent at most; throttling lowers it. */
  readonly callsPerSecond: number;
  /** What is kept of jobs in memory. */
  readonly cache: {
    /** `JOB_CACHE_ENTRIES`: jobs of each kind. */
    readonly maxJobs: number;
    /** `JOB_CACHE_BYTES`: bytes of each kind, by a rough measure. */
    readonly maxBytes: number;
    /** `JOB_FRESHNESS_MS`: for how long an unfinished job is answered from its last reading. */
    readonly freshnessMs: number;
  };
  /** Where submissions and jobs are remembered. */
  readonly ledger: {
    /** `DATABASE_URL`: a Postgres that several gateways share; an embedded file where it is left out. */
    readonly databaseUrl: string | undefined;
    /** `DATA_DIR`: the folder of the embedded one. */
    readonly dataDir: string;
    /** `LEDGER_RETENTION`: what is older is deleted, in milliseconds. */
    readonly retentionMs: number;
  };
  /** What VOD tells by itself, and what is asked of it unasked. */
  readonly events: {
    /** `VOD_CALLBACK_URL`: where VOD calls, exactly as it does so. Submissions ask for it. */
    readonly callbackUrl: string | undefined;
    /** `VOD_CALLBACK_KEYS`: what it signs with; several while a key is being changed, the newest first. */
    readonly callbackKeys: readonly string[];
    /** `VOD_WATCH_PERCENT`: which part of the quota may be used to read jobs that nobody asked for just now. */
    readonly watchShare: number;
  };
  /** Who may call. */
  readonly auth: AuthConfig;
  /** What a caller may ask. */
  readonly limits: LimitsConfig;
  /** What is shown of the API, and to whom. */
  readonly exposure: ExposureConfig;
  readonly tracing: {
    /** `OTEL_EXPORTER_OTLP_ENDPOINT`: where traces are sent; none are made where it is left out. */
    readonly endpoint: string | undefined;
    /** `OTEL_SERVICE_NAME` */
    readonly serviceName: string;
  };
  readonly logLevel: LogLevel;
  /**
   * `DRAIN_DELAY_MS`: for how long new connections are still taken after SIGTERM, while `/ready` says no: balancers need
   * a moment to notice.
   */
  readonly drainDelayMs: number;
}

/** A job's `UserData` has 512 bytes, for this, the submission's id and the submitter's own. */
const MAX_CALLBACK_URL_BYTES = 256;

/** The first is what is taken where nothing is said. */
const logLevels = ['info', 'fatal', 'error', 'warn', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * Reads and validates all settings once. Throws a {@link ConfigError} for the first that cannot be used.
 * The values of credentials are not read here: the vendor's chain does that, each time it needs them.
 */
export function readConfig(env: Environment = process.env): Config {
  const region = env.VOD_REGION || 'cn-shanghai';
  if (!isRegion(region)) {
    throw new ConfigError('VOD_REGION', `a region of VOD (${regions.join(', ')})`, describeText(region));
  }
  const host = env.HOST || '127.0.0.1';
  const where = upstream(env, region);
  return Object.freeze({
    host,
    port: integer(env, 'PORT', 4000, 0, 65_535),
    region,
    upstream: where,
    timeoutMs: integer(env, 'VOD_TIMEOUT_MS', 10_000, 1, 600_000),
    callsPerSecond: integer(env, 'VOD_QPS', 10_000, 1, 100_000),
    cache: Object.freeze({
      maxJobs: integer(env, 'JOB_CACHE_ENTRIES', 10_000, 1, 10_000_000),
      maxBytes: integer(env, 'JOB_CACHE_BYTES', 64 * 1024 * 1024, 1, 2 ** 40),
      freshnessMs: integer(env, 'JOB_FRESHNESS_MS', 0, 0, 60_000),
    }),
    ledger: readLedgerConfig(env),
    events: Object.freeze({
      ...callback(env),
      watchShare: integer(env, 'VOD_WATCH_PERCENT', 50, 1, 100) / 100,
    }),
    auth: authConfig(env, { host, isEmulator: where.kind === 'emulator' }),
    limits: limitsConfig(env),
    exposure: exposureConfig(env),
    tracing: Object.freeze({
      endpoint: httpUrl(env, 'OTEL_EXPORTER_OTLP_ENDPOINT', 'the http(s) URL of an OTLP collector'),
      serviceName: env.OTEL_SERVICE_NAME || 'vod-ai-gateway',
    }),
    logLevel: oneOf(env, 'LOG_LEVEL', logLevels),
    drainDelayMs: integer(env, 'DRAIN_DELAY_MS', 0, 0, 120_000),
  });
}

/** The settings of the ledger alone, for whatever works on it beside the gateway. */
export function readLedgerConfig(env: Environment = process.env): Config['ledger'] {
  return Object.freeze({
    databaseUrl: databaseUrl(env),
    dataDir: env.DATA_DIR || './data',
    retentionMs: retention(env),
  });
}

function upstream(env: Environment, region: Region): Config['upstream'] {
  checkKeyPair(env);
  checkOIDC(env);
  const file = env.ALIBABA_CLOUD_CREDENTIALS_FILE;
  if (file && !existsSync(file)) {
    throw new ConfigError(
      'ALIBABA_CLOUD_CREDENTIALS_FILE',
      'a file of credentials',
      'a path where there is none',
    );
  }
  const endpoint = env.VOD_ENDPOINT;
  if (hasCredentialsSource(env)) {
    return { kind: 'api', origin: endpoint ? origin(endpoint) : `https://vod.${region}.aliyuncs.com` };
  }
  if (!endpoint) return { kind: 'emulator' };
  origin(endpoint);
  throw new ConfigError(
    'ALIBABA_CLOUD_ACCESS_KEY_ID',
    'credentials for the endpoint in VOD_ENDPOINT: this variable and ALIBABA_CLOUD_ACCESS_KEY_SECRET, ' +
      "or another source of the vendor's credential chain",
    'none',
  );
}

function checkKeyPair(env: Environment): void {
  const [id, secret, token] = [
    'ALIBABA_CLOUD_ACCESS_KEY_ID',
    'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
    'ALIBABA_CLOUD_SECURITY_TOKEN',
  ] as const;
  // With half a pair the vendor's chain would go on to its next source and sign as somebody else.
  if (env[id] && !env[secret]) throw new ConfigError(secret, `the secret that belongs to ${id}`, 'nothing');
  if (env[secret] && !env[id]) throw new ConfigError(id, `the id that belongs to ${secret}`, 'nothing');
  if (env[token] && !env[id]) throw new ConfigError(id, `the id that belongs to ${token}`, 'nothing');
}

const oidc = [
  'ALIBABA_CLOUD_ROLE_ARN',
  'ALIBABA_CLOUD_OIDC_PROVIDER_ARN',
  'ALIBABA_CLOUD_OIDC_TOKEN_FILE',
] as const;

function checkOIDC(env: Environment): void {
  const missing = oidc.find((name) => !env[name]);
  if (env.ALIBABA_CLOUD_OIDC_TOKEN_FILE && missing) {
    throw new ConfigError(missing, 'a value to go with ALIBABA_CLOUD_OIDC_TOKEN_FILE', 'nothing');
  }
}

/**
 * Whether the vendor's chain has anything to go by. The instance role of an ECS machine counts only where
 * `ALIBABA_CLOUD_ECS_METADATA` names it: asking the metadata service on every laptop would take seconds to fail.
 */
function hasCredentialsSource(env: Environment): boolean {
  const named = [
    'ALIBABA_CLOUD_ACCESS_KEY_ID',
    'ALIBABA_CLOUD_OIDC_TOKEN_FILE',
    'ALIBABA_CLOUD_CREDENTIALS_FILE',
    'ALIBABA_CLOUD_CREDENTIALS_URI',
    'ALIBABA_CLOUD_ECS_METADATA',
  ].some((name) => env[name]);
  const home = env.HOME || homedir();
  const cliDisabled = env.ALIBABA_CLOUD_CLI_PROFILE_DISABLED?.toLowerCase() === 'true';
  return (
    named ||
    existsSync(join(home, '.alibabacloud', 'credentials')) ||
    (!cliDisabled && existsSync(join(home, '.aliyun', 'config.json')))
  );
}

function origin(endpoint: string): string {
  const expected = 'an http(s) origin such as https://vod.cn-shanghai.aliyuncs.com';
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new ConfigError('VOD_ENDPOINT', expected, 'no such URL');
  if (url.username || url.password || url.pathname !== '/' || url.search || url.hash) {
    throw new ConfigError(
      'VOD_ENDPOINT',
      `${expected}, without credentials, path or query`,
      'more than that',
    );
  }
  return url.origin;
}

function callback(env: Environment): Pick<Config['events'], 'callbackUrl' | 'callbackKeys'> {
  const url = env.VOD_CALLBACK_URL || undefined;
  const keys = env.VOD_CALLBACK_KEYS?.split(',').map((key) => key.trim()) ?? [];
  if (url !== undefined && !(URL.canParse(url) && /^https?:\/\//.test(url))) {
    const expected = 'an http(s) URL that VOD can call, such as https://gateway.example.com/callbacks/vod';
    throw new ConfigError('VOD_CALLBACK_URL', expected, 'no such URL');
  }
  if (url !== undefined && Buffer.byteLength(url) > MAX_CALLBACK_URL_BYTES) {
    const expected = `at most ${MAX_CALLBACK_URL_BYTES} bytes, which fit into what a job carries`;
    throw new ConfigError('VOD_CALLBACK_URL', expected, `${Buffer.byteLength(url)} bytes`);
  }
  if (env.VOD_CALLBACK_KEYS && keys.includes('')) {
    throw new ConfigError('VOD_CALLBACK_KEYS', 'keys joined by commas, none of them empty', 'an empty one');
  }
  if (env.VOD_CALLBACK_KEYS && url === undefined) {
    throw new ConfigError('VOD_CALLBACK_URL', 'the URL that VOD_CALLBACK_KEYS sign', 'nothing');
  }
  return { callbackUrl: url, callbackKeys: env.VOD_CALLBACK_KEYS ? Object.freeze(keys) : [] };
}

function databaseUrl(env: Environment): string | undefined {
  const text = env.DATABASE_URL;
  if (!text) return undefined;
  const expected = 'a URL such as postgres://user:password@host:5432/database';
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) {
    // The URL may hold a password.
    throw new ConfigError('DATABASE_URL', expected, 'another text');
  }
  return text;
}

/** Keys are kept for at least a day, so what they belong to is, too. */
function retention(env: Environment): number {
  const text = env.LEDGER_RETENTION || '180d';
  const match = /^(\d{1,5})d$/.exec(text);
  const days = Number(match?.[1] ?? 0);
  if (days < 1)
    throw new ConfigError('LEDGER_RETENTION', 'a number of days, such as 180d', describeText(text));
  return days * 86_400_000;
}
