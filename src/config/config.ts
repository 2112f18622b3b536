import { describeText } from '../domain/id.ts';
import { isRegion, type Region, regions } from '../domain/region.ts';
import { type AuthConfig, authConfig } from './auth.ts';
import { trustedProxies } from './proxies.ts';
import { settleDelay } from './settle-delay.ts';
import { type UpstreamConfig, upstreamConfig } from './upstream.ts';
import { ConfigError, type Environment, flag, httpUrl, integer, list, oneOf } from './values.ts';

/** The gateway's settings, read from the environment. `docs/operations.md` describes them for operators. */
export interface Config {
  /** `HOST`: the address to listen on. */
  readonly host: string;
  /** `PORT`: the port to listen on; 0 selects a free port. */
  readonly port: number;
  /** `VOD_REGION`: the VOD region. It decides the endpoint and the available features. */
  readonly region: Region;
  readonly upstream: UpstreamConfig;
  /** `VOD_TIMEOUT_MS`: the timeout of one VOD call with all its retries, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * `VOD_QPS`: the maximum number of calls per second and action. Throttling lowers the rate below it. If unset, each
   * action starts at its documented rate, and success raises it.
   */
  readonly callsPerSecond: number | undefined;
  /** The in-memory cache of jobs. */
  readonly cache: {
    /** `JOB_CACHE_ENTRIES`: the maximum number of jobs of each kind. */
    readonly maxJobs: number;
    /** `JOB_CACHE_BYTES`: the approximate maximum size of each kind, in bytes. */
    readonly maxBytes: number;
    /** `JOB_FRESHNESS_MS`: how long an unfinished job is served from the cache, in milliseconds. */
    readonly freshnessMs: number;
  };
  /** The database of submissions and jobs. */
  readonly ledger: {
    /** `DATABASE_URL`: a Postgres that several gateways share; an embedded SQLite file if unset. */
    readonly databaseUrl: string | undefined;
    /** `DATA_DIR`: the folder of the SQLite file. */
    readonly dataDir: string;
    /** `LEDGER_RETENTION`: the age at which records are deleted, in milliseconds. */
    readonly retentionMs: number;
  };
  /** Event callbacks from VOD, and the polling of jobs that runs beside them. */
  readonly events: {
    /** `VOD_CALLBACK_URL`: the URL that VOD calls. Submissions request callbacks to it. */
    readonly callbackUrl: string | undefined;
    /** `VOD_CALLBACK_KEYS`: the keys that sign callbacks, newest first. Two keys are valid during a key rotation. */
    readonly callbackKeys: readonly string[];
    /** `VOD_CALLBACK_UNSIGNED`: whether events are accepted without a signature. Then anybody can send them. */
    readonly isUnsigned: boolean;
    /** `VOD_WATCH_PERCENT`: the share of the quota that polling may use, from 0.01 to 1. */
    readonly watchShare: number;
    /**
     * `VOD_SETTLE_DELAY_MS`: the time between two listings of a video's jobs that settle a submission whose response was
     * lost, in milliseconds; 0 means that none is settled.
     */
    readonly settleDelayMs: number;
  };
  readonly auth: AuthConfig;
  /** `TRUSTED_PROXIES`: the addresses and ranges of the proxies whose `X-Forwarded-For` names the client. */
  readonly trustedProxies: readonly string[];
  readonly limits: LimitsConfig;
  readonly exposure: ExposureConfig;
  readonly tracing: {
    /** `OTEL_EXPORTER_OTLP_ENDPOINT`: the URL of the OTLP collector; tracing is off if unset. */
    readonly endpoint: string | undefined;
    /** `OTEL_SERVICE_NAME`: the service name in traces. */
    readonly serviceName: string;
  };
  /** `LOG_LEVEL`: the lowest level that is logged. */
  readonly logLevel: LogLevel;
  /**
   * `DRAIN_DELAY_MS`: how long the gateway still accepts connections after SIGTERM while `/ready` responds 503, in
   * milliseconds. Load balancers need this time to stop sending requests.
   */
  readonly drainDelayMs: number;
}

/** The limits for callers. */
export interface LimitsConfig {
  /** `MAX_UPSTREAM_CALLS`: the maximum number of VOD calls of one operation. */
  readonly maxUpstreamCalls: number;
  /** `MAX_LEDGER_READS`: the maximum number of pages and counts that one operation reads from the ledger. */
  readonly maxLedgerReads: number;
  /** `MAX_ENTITIES`: the maximum number of entity references that one operation resolves. */
  readonly maxEntities: number;
  /** `MAX_RESPONSE_OBJECTS`: the maximum number of objects in one response. */
  readonly maxResponseObjects: number;
  /** `MAX_RESPONSE_BYTES`: the maximum size of one response, in bytes of JSON. */
  readonly maxResponseBytes: number;
  /** `RATE_LIMIT_PER_MINUTE`: the maximum number of operations per caller and minute; 0 means no limit. */
  readonly operationsPerMinute: number;
  /** `SUBMIT_LIMIT_PER_MINUTE`: the maximum number of submissions per caller and minute; 0 means no limit. */
  readonly submissionsPerMinute: number;
  /** `SUBMIT_LIMIT_PER_DAY`: the maximum number of submissions per caller and UTC day; 0 means no limit. */
  readonly submissionsPerDay: number;
  /** `MAX_CONCURRENT_REQUESTS`: further requests are rejected with 503. Streams do not count. */
  readonly maxConcurrentRequests: number;
  /** `MAX_STREAMS`: the maximum number of event streams and WebSockets. */
  readonly maxStreams: number;
}

/** The parts of the API that clients and browsers can see. */
export interface ExposureConfig {
  /** `GRAPHQL_INTROSPECTION`: whether clients can query the schema; off in production by default. */
  readonly introspection: boolean;
  /** `GRAPHIQL`: whether browsers get GraphiQL; off in production by default. */
  readonly graphiql: boolean;
  /** Whether errors suggest names that are similar to a wrong one; on with introspection, except in production. */
  readonly suggestions: boolean;
  /** Whether a GET without a header that triggers a preflight is served, such as a typed URL; off in production. */
  readonly plainGet: boolean;
  /** `CORS_ORIGINS`: the origins of the pages that may call the API, separated by commas. */
  readonly corsOrigins: readonly string[];
  /** `TRUSTED_DOCUMENTS`: whether only trusted documents are served (`only`). */
  readonly trustedDocumentsOnly: boolean;
  /** `TRUSTED_DOCUMENTS_FILES`: the paths of manifests of other repositories, separated by commas. */
  readonly trustedDocumentsFiles: readonly string[];
}

/** The default level comes first. */
const logLevels = ['info', 'fatal', 'error', 'warn', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A job's `UserData` is limited to 512 bytes. It holds this URL, the submission's id and the caller's own data. */
const MAX_CALLBACK_URL_BYTES = 256;

/** The largest limit of a caller's operations or submissions. */
export const MAX_RATE = 10_000_000;

/** Reads and validates all settings. Throws a {@link ConfigError} for the first unusable one. */
export function readConfig(env: Environment = process.env): Config {
  const region = env.VOD_REGION || 'cn-shanghai';
  if (!isRegion(region)) {
    throw new ConfigError('VOD_REGION', `a region of VOD (${regions.join(', ')})`, describeText(region));
  }
  const host = env.HOST || '127.0.0.1';
  const upstream = upstreamConfig(env, region);
  return Object.freeze({
    host,
    port: integer(env, 'PORT', 4000, 0, 65_535),
    region,
    upstream,
    timeoutMs: integer(env, 'VOD_TIMEOUT_MS', 10_000, 1, 600_000),
    callsPerSecond: env.VOD_QPS ? integer(env, 'VOD_QPS', 0, 1, 100_000) : undefined,
    cache: Object.freeze({
      maxJobs: integer(env, 'JOB_CACHE_ENTRIES', 10_000, 1, 10_000_000),
      maxBytes: integer(env, 'JOB_CACHE_BYTES', 64 * 1024 * 1024, 1, 2 ** 40),
      freshnessMs: integer(env, 'JOB_FRESHNESS_MS', 0, 0, 60_000),
    }),
    ledger: readLedgerConfig(env),
    events: Object.freeze({
      ...callbackConfig(env),
      watchShare: integer(env, 'VOD_WATCH_PERCENT', 50, 1, 100) / 100,
      settleDelayMs: settleDelay(env),
    }),
    auth: authConfig(env, { host, isEmulator: upstream.kind === 'emulator' }),
    trustedProxies: trustedProxies(env),
    limits: limitsConfig(env, { hasAccount: upstream.kind === 'api' }),
    exposure: exposureConfig(env),
    tracing: Object.freeze({
      endpoint: httpUrl(env, 'OTEL_EXPORTER_OTLP_ENDPOINT', 'the http(s) URL of an OTLP collector'),
      serviceName: env.OTEL_SERVICE_NAME || 'vod-ai-gateway',
    }),
    logLevel: oneOf(env, 'LOG_LEVEL', logLevels),
    drainDelayMs: integer(env, 'DRAIN_DELAY_MS', 0, 0, 120_000),
  });
}

/** Reads only the ledger's settings, for the `ledger` command. */
export function readLedgerConfig(env: Environment = process.env): Config['ledger'] {
  return Object.freeze({
    databaseUrl: databaseUrl(env),
    dataDir: env.DATA_DIR || './data',
    retentionMs: retention(env),
  });
}

function databaseUrl(env: Environment): string | undefined {
  const text = env.DATABASE_URL;
  if (!text) return undefined;
  const expected = 'a URL such as postgres://user:password@host:5432/database';
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) {
    // The error does not quote the value, which may hold a password.
    throw new ConfigError('DATABASE_URL', expected, 'another text');
  }
  return text;
}

/** At least one day: idempotency keys are kept for a day, and so are the submissions they belong to. */
function retention(env: Environment): number {
  const text = env.LEDGER_RETENTION || '180d';
  const match = /^(\d{1,5})d$/.exec(text);
  const days = Number(match?.[1] ?? 0);
  if (days < 1) {
    throw new ConfigError('LEDGER_RETENTION', 'a number of days, such as 180d', describeText(text));
  }
  return days * 86_400_000;
}

function callbackConfig(env: Environment): Omit<Config['events'], 'watchShare' | 'settleDelayMs'> {
  const callbackUrl = httpUrl(
    env,
    'VOD_CALLBACK_URL',
    'an http(s) URL that VOD can call, such as https://gateway.example.com/callbacks/vod',
  );
  const callbackKeys = list(env, 'VOD_CALLBACK_KEYS');
  const bytes = Buffer.byteLength(callbackUrl ?? '');
  if (bytes > MAX_CALLBACK_URL_BYTES) {
    const expected = `at most ${MAX_CALLBACK_URL_BYTES} bytes, which fit into a job's user data`;
    throw new ConfigError('VOD_CALLBACK_URL', expected, `${bytes} bytes`);
  }
  if (callbackKeys.includes('')) {
    throw new ConfigError('VOD_CALLBACK_KEYS', 'keys separated by commas', 'an empty key');
  }
  if (callbackKeys.length > 0 && callbackUrl === undefined) {
    throw new ConfigError('VOD_CALLBACK_URL', 'the URL that VOD signs with VOD_CALLBACK_KEYS', 'nothing');
  }
  const isUnsigned = flag(env, 'VOD_CALLBACK_UNSIGNED', false);
  if (isUnsigned && callbackKeys.length > 0) {
    throw new ConfigError('VOD_CALLBACK_UNSIGNED', 'false, or no VOD_CALLBACK_KEYS', 'true');
  }
  if (callbackUrl !== undefined && callbackKeys.length === 0 && !isUnsigned) {
    const expected =
      'the keys that VOD signs events with, because anybody can call VOD_CALLBACK_URL ' +
      '(VOD_CALLBACK_UNSIGNED=true accepts unsigned events)';
    throw new ConfigError('VOD_CALLBACK_KEYS', expected, 'nothing');
  }
  return { callbackUrl, callbackKeys, isUnsigned };
}

/** @param hasAccount whether jobs run in a VOD account, where they cost money: then somebody has to decide how many */
export function limitsConfig(env: Environment, { hasAccount = false } = {}): LimitsConfig {
  const isProduction = env.NODE_ENV === 'production';
  if (hasAccount && !env.SUBMIT_LIMIT_PER_DAY) {
    const expected =
      'the number of submissions that each caller may make in a day, or 0 for any number, because VOD charges for jobs';
    throw new ConfigError('SUBMIT_LIMIT_PER_DAY', expected, 'nothing');
  }
  return Object.freeze({
    maxUpstreamCalls: integer(env, 'MAX_UPSTREAM_CALLS', 100, 1, 10_000),
    maxLedgerReads: integer(env, 'MAX_LEDGER_READS', 500, 1, 100_000),
    maxEntities: integer(env, 'MAX_ENTITIES', 1_000, 1, 100_000),
    maxResponseObjects: integer(env, 'MAX_RESPONSE_OBJECTS', 50_000, 1, 10_000_000),
    maxResponseBytes: integer(env, 'MAX_RESPONSE_BYTES', 16 * 1024 * 1024, 1_024, 256 * 1024 * 1024),
    operationsPerMinute: integer(env, 'RATE_LIMIT_PER_MINUTE', isProduction ? 6_000 : 0, 0, MAX_RATE),
    submissionsPerMinute: integer(env, 'SUBMIT_LIMIT_PER_MINUTE', isProduction ? 300 : 0, 0, MAX_RATE),
    submissionsPerDay: integer(env, 'SUBMIT_LIMIT_PER_DAY', 0, 0, MAX_RATE),
    maxConcurrentRequests: integer(env, 'MAX_CONCURRENT_REQUESTS', 1_000, 1, 1_000_000),
    maxStreams: integer(env, 'MAX_STREAMS', 10_000, 1, 1_000_000),
  });
}

export function exposureConfig(env: Environment): ExposureConfig {
  const isProduction = env.NODE_ENV === 'production';
  const introspection = flag(env, 'GRAPHQL_INTROSPECTION', !isProduction);
  return Object.freeze({
    introspection,
    graphiql: flag(env, 'GRAPHIQL', !isProduction),
    suggestions: introspection && !isProduction,
    plainGet: !isProduction,
    corsOrigins: corsOrigins(env),
    trustedDocumentsOnly: oneOf(env, 'TRUSTED_DOCUMENTS', ['off', 'only']) === 'only',
    trustedDocumentsFiles: paths(env, 'TRUSTED_DOCUMENTS_FILES'),
  });
}

function paths(env: Environment, name: string): readonly string[] {
  const files = list(env, name);
  if (files.includes('')) throw new ConfigError(name, 'paths separated by commas', 'an empty path');
  return files;
}

function corsOrigins(env: Environment): readonly string[] {
  const origins = list(env, 'CORS_ORIGINS');
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      const expected = 'origins separated by commas, such as https://app.example.com';
      throw new ConfigError('CORS_ORIGINS', expected, describeText(origin));
    }
  }
  return origins;
}
