import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { exposureConfig } from '../../src/config/exposure.ts';
import { limitsConfig } from '../../src/config/limits.ts';
import { ConfigError, type Environment } from '../../src/config/values.ts';

const ID = 'ALIBABA_CLOUD_ACCESS_KEY_ID';
const SECRET = 'ALIBABA_CLOUD_ACCESS_KEY_SECRET';
const TOKEN = 'ALIBABA_CLOUD_SECURITY_TOKEN';
const keyPair = { [ID]: 'id', [SECRET]: 'secret' };

/** A home directory without any file of credentials. */
let HOME: string;
beforeEach(() => {
  HOME = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(() => rmSync(HOME, { recursive: true }));

/** Who may call is another matter: test/config/auth.test.ts. */
const read = (env: Environment = {}) => readConfig({ HOME, AUTH_DISABLED: 'true', ...env });

/** The message that the start fails with. */
function refusal(env: Environment): string {
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
      callsPerSecond: 10_000,
      cache: { maxJobs: 10_000, maxBytes: 64 * 1024 * 1024, freshnessMs: 0 },
      ledger: { databaseUrl: undefined, dataDir: './data', retentionMs: 180 * 86_400_000 },
      events: { callbackUrl: undefined, callbackKeys: [], watchShare: 0.5 },
      auth: { kind: 'open' },
      limits: limitsConfig({}),
      exposure: exposureConfig({}),
      tracing: { endpoint: undefined, serviceName: 'vod-ai-gateway' },
      logLevel: 'info',
      drainDelayMs: 0,
    });
  });

  it('takes an empty variable for none', () => {
    const names = [
      ...'HOST PORT VOD_REGION VOD_ENDPOINT VOD_TIMEOUT_MS VOD_QPS JOB_CACHE_ENTRIES JOB_CACHE_BYTES'.split(
        ' ',
      ),
      ...'JOB_FRESHNESS_MS DATABASE_URL DATA_DIR LEDGER_RETENTION VOD_CALLBACK_URL VOD_CALLBACK_KEYS VOD_WATCH_PERCENT LOG_LEVEL'.split(
        ' ',
      ),
      ...'AUTH_DISABLED API_KEYS_FILE AUTH_JWKS_URL AUTH_ISSUER AUTH_AUDIENCE'.split(' '),
      ...[ID, SECRET, TOKEN],
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
      }),
    ).toEqual({
      host: '0.0.0.0',
      port: 0,
      region: 'cn-beijing',
      upstream: { kind: 'api', origin: 'http://127.0.0.1:8080' },
      timeoutMs: 2500,
      callsPerSecond: 50,
      cache: { maxJobs: 7, maxBytes: 1024, freshnessMs: 250 },
      events: { callbackUrl: undefined, callbackKeys: [], watchShare: 0.5 },
      ledger: {
        databaseUrl: 'postgres://user:password@127.0.0.1:5432/vod',
        dataDir: '/var/lib/vod-ai-gateway',
        retentionMs: 30 * 86_400_000,
      },
      auth: { kind: 'closed', apiKeysFile: '/etc/keys.json', jwt: undefined },
      limits: limitsConfig({}),
      exposure: exposureConfig({}),
      tracing: { endpoint: 'http://127.0.0.1:4318', serviceName: 'vod' },
      logLevel: 'silent',
      drainDelayMs: 5_000,
    });
  });

  it('does not change', () => {
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
    ['LOG_LEVEL', 'INFO', 'one of info, fatal, error, warn, debug, trace, silent', '"INFO"'],
    ['LOG_LEVEL', 'verbose', 'one of info, fatal, error, warn, debug, trace, silent', '"verbose"'],
  ])('%s=%j', (name, value, expected, received) => {
    expect(refusal({ [name]: value })).toBe(`${name}: expected ${expected}; got ${received}`);
  });

  it.each(['shanghai', 'constructor', 'cn-shanghai\n'])('VOD_REGION=%j', (VOD_REGION) => {
    const message = refusal({ VOD_REGION });
    expect(message).toMatch(/^VOD_REGION: expected a region of VOD \(cn-shanghai, cn-beijing, .*\); got "/);
    expect(message).not.toContain('\n');
  });

  it.each([
    ['vod.cn-shanghai.aliyuncs.com', 'no such URL'],
    ['ftp://vod.cn-shanghai.aliyuncs.com', 'no such URL'],
    ['http://', 'no such URL'],
    ['https://vod.cn-shanghai.aliyuncs.com/path', 'more than that'],
    ['https://vod.cn-shanghai.aliyuncs.com/?Action=x', 'more than that'],
    ['https://vod.cn-shanghai.aliyuncs.com/#x', 'more than that'],
    ['https://user:hidden@vod.cn-shanghai.aliyuncs.com', 'more than that'],
  ])('VOD_ENDPOINT=%s, with credentials and without', (VOD_ENDPOINT, received) => {
    for (const env of [{ VOD_ENDPOINT }, { VOD_ENDPOINT, ...keyPair }]) {
      const message = refusal(env);
      expect(message).toMatch(/^VOD_ENDPOINT: expected an http\(s\) origin such as .*; got /);
      expect(message).toContain(received);
      expect(message).not.toContain('hidden');
      expect(message).not.toContain('\n');
    }
  });

  it.each([
    [{ [ID]: 'the-id' }, SECRET, ID],
    [{ [SECRET]: 'the-secret' }, ID, SECRET],
    [{ [TOKEN]: 'the-token' }, ID, TOKEN],
    [{ [ID]: 'the-id', [TOKEN]: 'the-token' }, SECRET, ID],
    [{ [ID]: 'the-id', [SECRET]: '' }, SECRET, ID],
  ])('half a set of credentials: %j', (env, missing, given) => {
    const message = refusal(env);
    expect(message.startsWith(`${missing}: expected the `)).toBe(true);
    expect(message).toContain(given);
    for (const value of Object.values(env).filter(Boolean)) expect(message).not.toContain(value);
  });

  it('half a pair, even where another source would do', () => {
    expect(refusal({ [ID]: 'id', ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1/' })).toMatch(
      `${SECRET}: `,
    );
  });

  it('an endpoint without credentials for it', () => {
    const message = refusal({ VOD_ENDPOINT: 'http://127.0.0.1:8080' });
    expect(message).toMatch(
      new RegExp(`^${ID}: expected credentials for the endpoint in VOD_ENDPOINT.*; got none$`),
    );
    expect(message).not.toContain('\n');
  });
});

describe('the upstream', () => {
  const shanghai = { kind: 'api', origin: 'https://vod.cn-shanghai.aliyuncs.com' };

  it('is the API of the region where there are credentials', () => {
    expect(read(keyPair).upstream).toEqual(shanghai);
    expect(read({ ...keyPair, [TOKEN]: 'token' }).upstream).toEqual(shanghai);
    expect(read({ ...keyPair, VOD_REGION: 'ap-southeast-1' }).upstream).toEqual({
      kind: 'api',
      origin: 'https://vod.ap-southeast-1.aliyuncs.com',
    });
  });

  it.each([
    ['https://vod.aliyuncs.com', 'https://vod.aliyuncs.com'],
    ['https://vod.aliyuncs.com:443/', 'https://vod.aliyuncs.com'],
    ['HTTP://LOCALHOST:8080', 'http://localhost:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('is at the endpoint %s where one is set', (VOD_ENDPOINT, origin) => {
    expect(read({ ...keyPair, VOD_ENDPOINT }).upstream).toEqual({ kind: 'api', origin });
  });

  it.each(['ALIBABA_CLOUD_CREDENTIALS_URI', 'ALIBABA_CLOUD_ECS_METADATA'])(
    'is the API where %s names a source of credentials',
    (name) => {
      expect(read({ [name]: 'something' }).upstream).toEqual(shanghai);
    },
  );

  it('is the API where a file of credentials is named, which has to be there', () => {
    const file = join(HOME, 'credentials');
    expect(() => read({ ALIBABA_CLOUD_CREDENTIALS_FILE: file })).toThrow(
      'ALIBABA_CLOUD_CREDENTIALS_FILE: expected a file of credentials; got a path where there is none',
    );
    writeFileSync(file, '');
    expect(read({ ALIBABA_CLOUD_CREDENTIALS_FILE: file }).upstream).toEqual(shanghai);
  });

  it('is the API where a role is taken by OIDC, which wants all three variables', () => {
    const role = {
      ALIBABA_CLOUD_ROLE_ARN: 'arn',
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'arn',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token',
    };
    expect(read(role).upstream).toEqual(shanghai);
    expect(() => read({ ...role, ALIBABA_CLOUD_ROLE_ARN: '' })).toThrow(
      'ALIBABA_CLOUD_ROLE_ARN: expected a value to go with ALIBABA_CLOUD_OIDC_TOKEN_FILE; got nothing',
    );
  });

  it('is the emulator where a profile is named, but no file holds it', () => {
    expect(read({ ALIBABA_CLOUD_PROFILE: 'dev' }).upstream).toEqual({ kind: 'emulator' });
  });

  it.each([
    ['.alibabacloud', 'credentials'],
    ['.aliyun', 'config.json'],
  ])('is the API where the home directory has %s/%s', (directory, file) => {
    mkdirSync(join(HOME, directory));
    expect(read().upstream).toEqual({ kind: 'emulator' });
    writeFileSync(join(HOME, directory, file), '');
    expect(read().upstream).toEqual(shanghai);
    expect(read({ VOD_ENDPOINT: 'http://127.0.0.1:8080' }).upstream).toEqual({
      kind: 'api',
      origin: 'http://127.0.0.1:8080',
    });
  });

  it('is the emulator where the only file is one that the chain is told not to read', () => {
    mkdirSync(join(HOME, '.aliyun'));
    writeFileSync(join(HOME, '.aliyun', 'config.json'), '{}');
    expect(read({ ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'True' }).upstream).toEqual({ kind: 'emulator' });
  });
});

describe('events from VOD', () => {
  const VOD_CALLBACK_URL = 'https://gateway.example.com/callbacks/vod';

  it('come to a URL, signed with any of the keys', () => {
    const { events } = read({ VOD_CALLBACK_URL, VOD_CALLBACK_KEYS: 'new, old', VOD_WATCH_PERCENT: '25' });
    expect(events).toEqual({
      callbackUrl: VOD_CALLBACK_URL,
      callbackKeys: ['new', 'old'],
      watchShare: 0.25,
    });
  });

  it.each([
    [{ VOD_CALLBACK_URL: 'gateway.example.com' }, 'VOD_CALLBACK_URL: expected an http(s) URL'],
    [{ VOD_CALLBACK_URL: 'ftp://gateway.example.com' }, 'VOD_CALLBACK_URL: expected an http(s) URL'],
    [
      { VOD_CALLBACK_URL: `${VOD_CALLBACK_URL}/${'x'.repeat(256)}` },
      'VOD_CALLBACK_URL: expected at most 256',
    ],
    [{ VOD_CALLBACK_KEYS: 'key' }, 'VOD_CALLBACK_URL: expected the URL that VOD_CALLBACK_KEYS sign'],
    [{ VOD_CALLBACK_URL, VOD_CALLBACK_KEYS: 'key,,other' }, 'VOD_CALLBACK_KEYS: expected keys joined'],
    [{ VOD_CALLBACK_URL, VOD_CALLBACK_KEYS: ',' }, 'VOD_CALLBACK_KEYS: expected keys joined'],
    [{ VOD_WATCH_PERCENT: '0' }, 'VOD_WATCH_PERCENT: expected a whole number from 1 to 100'],
  ])('are refused where they cannot be taken: %j', (env, message) => {
    expect(refusal(env)).toContain(message);
    expect(refusal(env)).not.toContain('other');
  });
});
