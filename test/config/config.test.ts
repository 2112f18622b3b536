import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exposureConfig, limitsConfig, readConfig } from '../../src/config/config.ts';
import { ConfigError, type Environment } from '../../src/config/values.ts';

const ID = 'ALIBABA_CLOUD_ACCESS_KEY_ID';
const SECRET = 'ALIBABA_CLOUD_ACCESS_KEY_SECRET';
const keyPair = { [ID]: 'id', [SECRET]: 'secret', SUBMIT_LIMIT_PER_DAY: '0' };

/** A home directory without credentials. */
let HOME: string;
beforeEach(() => {
  HOME = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(() => rmSync(HOME, { recursive: true }));

/** With authentication disabled: auth.test.ts tests its settings. */
const read = (env: Environment = {}) => readConfig({ HOME, AUTH_DISABLED: 'true', ...env });

function errorMessage(env: Environment): string {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('expected a ConfigError');
}

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(read()).toEqual({
      host: '127.0.0.1',
      port: 4000,
      region: 'cn-shanghai',
      upstream: { kind: 'emulator' },
      timeoutMs: 10_000,
      callsPerSecond: undefined,
      cache: { maxJobs: 10_000, maxBytes: 64 * 1024 * 1024, freshnessMs: 0 },
      ledger: { databaseUrl: undefined, dataDir: './data', retentionMs: 180 * 86_400_000 },
      events: {
        callbackUrl: undefined,
        callbackKeys: [],
        isUnsigned: false,
        watchShare: 0.5,
        settleDelayMs: 3_600_000,
      },
      auth: { kind: 'open' },
      trustedProxies: [],
      limits: limitsConfig({}),
      exposure: exposureConfig({}),
      tracing: { endpoint: undefined, serviceName: 'vod-ai-gateway' },
      logLevel: 'info',
      drainDelayMs: 0,
    });
  });

  it('uses the default for an empty variable', () => {
    const names = [
      ...'HOST PORT VOD_REGION VOD_ENDPOINT VOD_TIMEOUT_MS VOD_QPS JOB_CACHE_ENTRIES JOB_CACHE_BYTES'.split(
        ' ',
      ),
      ...'JOB_FRESHNESS_MS DATABASE_URL DATA_DIR LEDGER_RETENTION VOD_CALLBACK_URL VOD_CALLBACK_KEYS VOD_CALLBACK_UNSIGNED TRUSTED_PROXIES VOD_WATCH_PERCENT LOG_LEVEL'.split(
        ' ',
      ),
      ...'AUTH_DISABLED API_KEYS_FILE AUTH_JWKS_URL AUTH_ISSUER AUTH_AUDIENCE'.split(' '),
      ID,
      SECRET,
      'ALIBABA_CLOUD_SECURITY_TOKEN',
    ];
    expect(read(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(read());
  });

  it('reads every variable', () => {
    expect(
      read({
        ...keyPair,
        HOST: '0.0.0.0',
        PORT: '0',
        VOD_REGION: 'cn-beijing',
        VOD_ENDPOINT: 'http://127.0.0.1:8080/',
        VOD_TIMEOUT_MS: '2500',
        VOD_QPS: '50',
        JOB_CACHE_ENTRIES: '7',
        JOB_CACHE_BYTES: '1024',
        JOB_FRESHNESS_MS: '250',
        DATABASE_URL: 'postgres://user:password@127.0.0.1:5432/vod',
        DATA_DIR: '/var/lib/vod-ai-gateway',
        LEDGER_RETENTION: '30d',
        AUTH_DISABLED: '',
        API_KEYS_FILE: '/etc/keys.json',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
        OTEL_SERVICE_NAME: 'vod',
        LOG_LEVEL: 'silent',
        DRAIN_DELAY_MS: '5000',
        TRUSTED_PROXIES: '10.0.0.0/8, fd00::1',
      }),
    ).toEqual({
      host: '0.0.0.0',
      port: 0,
      region: 'cn-beijing',
      upstream: { kind: 'api', origin: 'http://127.0.0.1:8080' },
      timeoutMs: 2500,
      callsPerSecond: 50,
      cache: { maxJobs: 7, maxBytes: 1024, freshnessMs: 250 },
      events: {
        callbackUrl: undefined,
        callbackKeys: [],
        isUnsigned: false,
        watchShare: 0.5,
        settleDelayMs: 3_600_000,
      },
      ledger: {
        databaseUrl: 'postgres://user:password@127.0.0.1:5432/vod',
        dataDir: '/var/lib/vod-ai-gateway',
        retentionMs: 30 * 86_400_000,
      },
      auth: { kind: 'closed', apiKeysFile: '/etc/keys.json', jwt: undefined },
      trustedProxies: ['10.0.0.0/8', 'fd00::1'],
      limits: limitsConfig({}),
      exposure: exposureConfig({}),
      tracing: { endpoint: 'http://127.0.0.1:4318', serviceName: 'vod' },
      logLevel: 'silent',
      drainDelayMs: 5_000,
    });
  });

  it('is frozen', () => {
    expect(Object.isFrozen(read())).toBe(true);
  });
});

describe('a wrong value stops the start with one line', () => {
  it.each([
    ['PORT', '70000', 'a whole number from 0 to 65535', '"70000"'],
    ['PORT', '-1', 'a whole number from 0 to 65535', '"-1"'],
    ['PORT', '80.5', 'a whole number from 0 to 65535', '"80.5"'],
    ['PORT', '0x50', 'a whole number from 0 to 65535', '"0x50"'],
    ['PORT', ' 80', 'a whole number from 0 to 65535', '" 80"'],
    ['PORT', 'http\nx', 'a whole number from 0 to 65535', '"http\\nx"'],
    ['PORT', '9'.repeat(99), 'a whole number from 0 to 65535', '99 characters'],
    ['VOD_TIMEOUT_MS', '0', 'a whole number from 1 to 600000', '"0"'],
    ['VOD_TIMEOUT_MS', '10s', 'a whole number from 1 to 600000', '"10s"'],
    ['VOD_TIMEOUT_MS', '600001', 'a whole number from 1 to 600000', '"600001"'],
    ...['10.0.0.0/33', 'gateway', '10.0.0.1,', '::1/x', '10.0.0.0/8/8'].map((value) => [
      'TRUSTED_PROXIES',
      value,
      'addresses or ranges separated by commas, such as 10.0.0.0/8',
      value === '10.0.0.1,' ? 'an empty text' : JSON.stringify(value),
    ]),
    ['LOG_LEVEL', 'INFO', 'one of info, fatal, error, warn, debug, trace, silent', '"INFO"'],
    ['LOG_LEVEL', 'verbose', 'one of info, fatal, error, warn, debug, trace, silent', '"verbose"'],
  ])('%s=%j', (name, value, expected, received) => {
    expect(errorMessage({ [name]: value })).toBe(`${name}: expected ${expected}; got ${received}`);
  });

  it.each(['shanghai', 'constructor', 'cn-shanghai\n'])('VOD_REGION=%j', (VOD_REGION) => {
    const message = errorMessage({ VOD_REGION });
    expect(message).toMatch(/^VOD_REGION: expected a region of VOD \(cn-shanghai, cn-beijing, .*\); got "/);
    expect(message).not.toContain('\n');
  });
});

describe('events from VOD', () => {
  const VOD_CALLBACK_URL = 'https://gateway.example.com/callbacks/vod';

  it('arrive at a URL, signed with any of the keys', () => {
    const { events } = read({
      VOD_CALLBACK_URL,
      VOD_CALLBACK_KEYS: 'new, old',
      VOD_WATCH_PERCENT: '25',
      VOD_SETTLE_DELAY_MS: '2700000',
    });
    expect(events).toEqual({
      callbackUrl: VOD_CALLBACK_URL,
      callbackKeys: ['new', 'old'],
      isUnsigned: false,
      watchShare: 0.25,
      settleDelayMs: 2_700_000,
    });
  });

  it.each([
    [{ VOD_CALLBACK_URL: 'gateway.example.com' }, 'VOD_CALLBACK_URL: expected an http(s) URL'],
    [{ VOD_CALLBACK_URL: 'ftp://gateway.example.com' }, 'VOD_CALLBACK_URL: expected an http(s) URL'],
    [
      { VOD_CALLBACK_URL: `${VOD_CALLBACK_URL}/${'x'.repeat(256)}` },
      'VOD_CALLBACK_URL: expected at most 256',
    ],
    [
      { VOD_CALLBACK_KEYS: 'key' },
      'VOD_CALLBACK_URL: expected the URL that VOD signs with VOD_CALLBACK_KEYS',
    ],
    [{ VOD_CALLBACK_URL, VOD_CALLBACK_KEYS: 'key,,other' }, 'VOD_CALLBACK_KEYS: expected keys separated'],
    [{ VOD_CALLBACK_URL }, 'VOD_CALLBACK_KEYS: expected the keys that VOD signs events with'],
    [
      { VOD_CALLBACK_URL, VOD_CALLBACK_KEYS: 'key', VOD_CALLBACK_UNSIGNED: 'true' },
      'VOD_CALLBACK_UNSIGNED: expected false, or no VOD_CALLBACK_KEYS',
    ],
    [{ VOD_CALLBACK_URL, VOD_CALLBACK_KEYS: ',' }, 'VOD_CALLBACK_KEYS: expected keys separated'],
    [{ VOD_SETTLE_DELAY_MS: '1000' }, 'VOD_SETTLE_DELAY_MS: expected 0 or at least 2700000; got 1000'],
    [{ VOD_WATCH_PERCENT: '0' }, 'VOD_WATCH_PERCENT: expected a whole number from 1 to 100'],
  ])('are rejected with unusable settings: %j', (env, message) => {
    expect(errorMessage(env)).toContain(message);
    expect(errorMessage(env)).not.toContain('other');
  });
});

describe('exposure', () => {
  it('is complete in development, but not to other sites', () => {
    expect(exposureConfig({})).toEqual({
      introspection: true,
      graphiql: true,
      suggestions: true,
      plainGet: true,
      corsOrigins: [],
      trustedDocumentsOnly: false,
      trustedDocumentsFiles: [],
    });
  });

  it('is minimal in production', () => {
    expect(exposureConfig({ NODE_ENV: 'production' })).toEqual({
      introspection: false,
      graphiql: false,
      suggestions: false,
      plainGet: false,
      corsOrigins: [],
      trustedDocumentsOnly: false,
      trustedDocumentsFiles: [],
    });
  });

  it('follows its variables in every environment', () => {
    const set = { GRAPHQL_INTROSPECTION: 'true', GRAPHIQL: 'true', TRUSTED_DOCUMENTS: 'only' };
    expect(exposureConfig({ NODE_ENV: 'production', ...set })).toMatchObject({
      introspection: true,
      graphiql: true,
      suggestions: false,
      trustedDocumentsOnly: true,
    });
    expect(exposureConfig({ GRAPHQL_INTROSPECTION: 'false' })).toMatchObject({ suggestions: false });
    expect(
      exposureConfig({ TRUSTED_DOCUMENTS_FILES: 'web.json, /apps/b.json' }).trustedDocumentsFiles,
    ).toEqual(['web.json', '/apps/b.json']);
    const CORS_ORIGINS = 'https://a.example.com, http://localhost:3000';
    expect(exposureConfig({ CORS_ORIGINS }).corsOrigins).toEqual([
      'https://a.example.com',
      'http://localhost:3000',
    ]);
  });

  it.each([
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://a.example.com/'],
    ['CORS_ORIGINS', 'null'],
    ['TRUSTED_DOCUMENTS', 'yes'],
    ['TRUSTED_DOCUMENTS_FILES', 'web.json,'],
    ['GRAPHIQL', '1'],
  ])('cannot be set by %s=%s', (name, value) => {
    expect(() => exposureConfig({ [name]: value })).toThrow(new RegExp(`^${name}: expected`));
  });
});

it('limits have defaults and bounds', () => {
  expect(limitsConfig({})).toEqual({
    maxUpstreamCalls: 100,
    maxLedgerReads: 500,
    maxEntities: 1_000,
    maxResponseObjects: 50_000,
    maxResponseBytes: 16 * 1024 * 1024,
    operationsPerMinute: 0,
    submissionsPerMinute: 0,
    submissionsPerDay: 0,
    maxConcurrentRequests: 1_000,
    maxStreams: 10_000,
  });
  expect(() => limitsConfig({ MAX_UPSTREAM_CALLS: '0' })).toThrow(/^MAX_UPSTREAM_CALLS: expected/);
});

it('limits of a caller are on in production', () => {
  const production = { NODE_ENV: 'production' };
  expect(limitsConfig(production)).toMatchObject({ operationsPerMinute: 6_000, submissionsPerMinute: 300 });
  const off = { RATE_LIMIT_PER_MINUTE: '0', SUBMIT_LIMIT_PER_MINUTE: '0' };
  expect(limitsConfig({ ...production, ...off })).toMatchObject({
    operationsPerMinute: 0,
    submissionsPerMinute: 0,
  });
});

it('a VOD account needs a limit of submissions a day, which may be 0 for any number', () => {
  const account = { [ID]: 'id', [SECRET]: 'secret', HOME, AUTH_DISABLED: 'true' };
  expect(() => readConfig(account)).toThrow(
    'SUBMIT_LIMIT_PER_DAY: expected the number of submissions that each caller may make in a day, or 0 for any number, ' +
      'because VOD charges for jobs; got nothing',
  );
  for (const limit of [0, 100]) {
    expect(readConfig({ ...account, SUBMIT_LIMIT_PER_DAY: String(limit) }).limits.submissionsPerDay).toBe(
      limit,
    );
  }
  expect(readConfig({}).limits.submissionsPerDay).toBe(0);
});
