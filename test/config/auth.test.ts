import { describe, expect, it } from 'vitest';
import { authConfig } from '../../src/config/auth.ts';
import { ConfigError, type Environment } from '../../src/config/values.ts';

const here = { host: '127.0.0.1', isEmulator: true };
const paid = { host: '127.0.0.1', isEmulator: false };
const jwt = {
  AUTH_JWKS_URL: 'https://issuer.example.com/jwks',
  AUTH_ISSUER: 'https://issuer.example.com',
  AUTH_AUDIENCE: 'vod',
};

function thrownBy(env: Environment, where: Parameters<typeof authConfig>[1]): string {
  try {
    authConfig(env, where);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('expected an error');
}

describe('without settings', () => {
  it.each(['127.0.0.1', '127.0.0.53', 'localhost', '::1'])(
    'the emulator is open to this machine, at %s',
    (host) => {
      expect(authConfig({}, { host, isEmulator: true })).toEqual({ kind: 'open' });
    },
  );

  it.each(['0.0.0.0', '::', '10.0.0.1', 'gateway.example.com', '127.example.com', 'localhost.example.com'])(
    'the start is refused at %s, with one line that says what to set',
    (host) => {
      const line = thrownBy({}, { host, isEmulator: true });
      expect(line).toMatch(
        /^API_KEYS_FILE: expected who may call, .*AUTH_JWKS_URL.*AUTH_DISABLED=true.*; got nothing$/,
      );
      expect(line).toContain('since others than this machine can call');
    },
  );

  it('the start is refused where jobs are paid for, on this machine too', () => {
    const line = thrownBy({}, paid);
    expect(line).toMatch(/^API_KEYS_FILE: expected who may call, .*AUTH_DISABLED=true.*; got nothing$/);
    expect(line).toContain('since jobs are paid for');
    expect(line).not.toContain('\n');
  });
});

describe('AUTH_DISABLED', () => {
  it('opens what would not be open', () => {
    for (const where of [paid, { host: '0.0.0.0', isEmulator: true }, { host: '::', isEmulator: false }]) {
      expect(authConfig({ AUTH_DISABLED: 'true' }, where)).toEqual({ kind: 'open' });
    }
  });

  it('opens nothing where it says false, or something else', () => {
    expect(thrownBy({ AUTH_DISABLED: 'false' }, paid)).toContain('API_KEYS_FILE');
    expect(thrownBy({ AUTH_DISABLED: 'yes' }, paid)).toBe('AUTH_DISABLED: expected true or false; got "yes"');
  });

  it('does not go with anything to check', () => {
    for (const env of [{ API_KEYS_FILE: 'keys.json' }, jwt]) {
      expect(thrownBy({ ...env, AUTH_DISABLED: 'true' }, here)).toMatch(/^AUTH_DISABLED: expected false/);
    }
  });
});

describe('what is checked', () => {
  it('is keys, tokens or both, on any address', () => {
    const anywhere = { host: '0.0.0.0', isEmulator: false };
    const tokens = { jwksUrl: jwt.AUTH_JWKS_URL, issuer: jwt.AUTH_ISSUER, audience: jwt.AUTH_AUDIENCE };
    expect(authConfig({ API_KEYS_FILE: 'keys.json' }, anywhere)).toEqual({
      kind: 'closed',
      apiKeysFile: 'keys.json',
      jwt: undefined,
    });
    expect(authConfig(jwt, anywhere)).toEqual({ kind: 'closed', apiKeysFile: undefined, jwt: tokens });
    expect(authConfig({ ...jwt, API_KEYS_FILE: 'keys.json' }, here)).toEqual({
      kind: 'closed',
      apiKeysFile: 'keys.json',
      jwt: tokens,
    });
  });

  it.each(Object.keys(jwt))('wants %s where the other two are set', (name) => {
    expect(thrownBy({ ...jwt, [name]: '' }, here)).toMatch(
      new RegExp(`^${name}: expected a value to go with AUTH_\\w+; got nothing$`),
    );
  });

  it('wants a URL for the keys, and does not repeat what came', () => {
    const line = thrownBy({ ...jwt, AUTH_JWKS_URL: 'ftp://user:password@issuer' }, here);
    expect(line).toBe('AUTH_JWKS_URL: expected the http(s) URL of a JSON Web Key Set; got no such URL');
  });
});
