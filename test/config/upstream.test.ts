import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { upstreamConfig } from '../../src/config/upstream.ts';
import { ConfigError, type Environment } from '../../src/config/values.ts';
import type { Region } from '../../src/domain/region.ts';

const ID = 'ALIBABA_CLOUD_ACCESS_KEY_ID';
const SECRET = 'ALIBABA_CLOUD_ACCESS_KEY_SECRET';
const TOKEN = 'ALIBABA_CLOUD_SECURITY_TOKEN';
const keyPair = { [ID]: 'id', [SECRET]: 'secret' };

/** A home directory without credentials. */
let HOME: string;
beforeEach(() => {
  HOME = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(() => rmSync(HOME, { recursive: true }));

const upstream = (env: Environment = {}, region: Region = 'cn-shanghai') =>
  upstreamConfig({ HOME, ...env }, region);

function errorMessage(env: Environment): string {
  try {
    upstream(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('expected a ConfigError');
}

describe('the upstream', () => {
  const shanghai = { kind: 'api', origin: 'https://vod.cn-shanghai.aliyuncs.com' };

  it('is the API of the region if a key pair is set', () => {
    expect(upstream(keyPair)).toEqual(shanghai);
    expect(upstream({ ...keyPair, [TOKEN]: 'token' })).toEqual(shanghai);
    expect(upstream(keyPair, 'ap-southeast-1')).toEqual({
      kind: 'api',
      origin: 'https://vod.ap-southeast-1.aliyuncs.com',
    });
  });

  it.each([
    ['https://vod.aliyuncs.com', 'https://vod.aliyuncs.com'],
    ['https://vod.aliyuncs.com:443/', 'https://vod.aliyuncs.com'],
    ['HTTP://LOCALHOST:8080', 'http://localhost:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('is at the endpoint %s if it is set', (VOD_ENDPOINT, origin) => {
    expect(upstream({ ...keyPair, VOD_ENDPOINT })).toEqual({ kind: 'api', origin });
  });

  it.each(['ALIBABA_CLOUD_CREDENTIALS_URI', 'ALIBABA_CLOUD_ECS_METADATA'])(
    'is the API if %s names a source of credentials',
    (name) => {
      expect(upstream({ [name]: 'something' })).toEqual(shanghai);
    },
  );

  it('is the API if a file of credentials is named, and the file must exist', () => {
    const file = join(HOME, 'credentials');
    expect(() => upstream({ ALIBABA_CLOUD_CREDENTIALS_FILE: file })).toThrow(
      'ALIBABA_CLOUD_CREDENTIALS_FILE: expected an existing file; got a path without a file',
    );
    writeFileSync(file, '');
    expect(upstream({ ALIBABA_CLOUD_CREDENTIALS_FILE: file })).toEqual(shanghai);
  });

  it('is the API if a role is assumed with OIDC, which needs all three variables', () => {
    const role = {
      ALIBABA_CLOUD_ROLE_ARN: 'arn',
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'arn',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token',
    };
    expect(upstream(role)).toEqual(shanghai);
    expect(() => upstream({ ...role, ALIBABA_CLOUD_ROLE_ARN: '' })).toThrow(
      'ALIBABA_CLOUD_ROLE_ARN: expected a value to go with ALIBABA_CLOUD_OIDC_TOKEN_FILE; got nothing',
    );
  });

  it('is the emulator if a profile is named but no file exists', () => {
    expect(upstream({ ALIBABA_CLOUD_PROFILE: 'dev' })).toEqual({ kind: 'emulator' });
  });

  it.each([
    ['.alibabacloud', 'credentials'],
    ['.aliyun', 'config.json'],
  ])('is the API if the home directory has %s/%s', (directory, file) => {
    mkdirSync(join(HOME, directory));
    expect(upstream()).toEqual({ kind: 'emulator' });
    writeFileSync(join(HOME, directory, file), '');
    expect(upstream()).toEqual(shanghai);
    expect(upstream({ VOD_ENDPOINT: 'http://127.0.0.1:8080' })).toEqual({
      kind: 'api',
      origin: 'http://127.0.0.1:8080',
    });
  });

  it('is the emulator if the only file is disabled for the chain', () => {
    mkdirSync(join(HOME, '.aliyun'));
    writeFileSync(join(HOME, '.aliyun', 'config.json'), '{}');
    expect(upstream({ ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'True' })).toEqual({ kind: 'emulator' });
  });
});

describe('a wrong value stops the start with one line', () => {
  it.each([
    ['vod.cn-shanghai.aliyuncs.com', 'no such URL'],
    ['ftp://vod.cn-shanghai.aliyuncs.com', 'no such URL'],
    ['http://', 'no such URL'],
    ['https://vod.cn-shanghai.aliyuncs.com/path', 'more than an origin'],
    ['https://vod.cn-shanghai.aliyuncs.com/?Action=x', 'more than an origin'],
    ['https://vod.cn-shanghai.aliyuncs.com/#x', 'more than an origin'],
    ['https://user:hidden@vod.cn-shanghai.aliyuncs.com', 'more than an origin'],
  ])('VOD_ENDPOINT=%s, with credentials and without', (VOD_ENDPOINT, received) => {
    for (const env of [{ VOD_ENDPOINT }, { VOD_ENDPOINT, ...keyPair }]) {
      const message = errorMessage(env);
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
    const message = errorMessage(env);
    expect(message.startsWith(`${missing}: expected the `)).toBe(true);
    expect(message).toContain(given);
    for (const value of Object.values(env).filter(Boolean)) expect(message).not.toContain(value);
  });

  it('half a pair, even with another source', () => {
    expect(errorMessage({ [ID]: 'id', ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1/' })).toMatch(
      `${SECRET}: `,
    );
  });

  it('an endpoint without credentials for it', () => {
    const message = errorMessage({ VOD_ENDPOINT: 'http://127.0.0.1:8080' });
    expect(message).toMatch(
      new RegExp(`^${ID}: expected credentials for the endpoint in VOD_ENDPOINT.*; got none$`),
    );
    expect(message).not.toContain('\n');
  });
});
