import { describe, expect, it } from 'vitest';
import { authConfig } from '../../src/config/auth.ts';
import { ConfigError, type Environment } from '../../src/config/values.ts';

const free = { host: '127.0.0.1', isEmulator: true };
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
    'the emulator needs no authentication at %s',
    (host) => {
      expect(authConfig({}, { host, isEmulator: true })).toEqual({ kind: 'open' });
    },
  );

  it.each(['0.0.0.0', '::', '10.0.0.1', 'gateway.example.com', '127.example.com', 'localhost.example.com'])(
    'the start fails at %s, with one line that names the variables',
    (host) => {
      const line = thrownBy({}, { host, isEmulator: true });
      expect(line).toMatch(
        /^API_KEYS_FILE: expected a file of API keys .*AUTH_JWKS_URL.*AUTH_DISABLED=true.*; got nothing$/,
      );
      expect(line).toContain('because other machines can connect');
    },
  );

  it('the start fails on a loopback address if VOD charges for jobs', () => {
    const line = thrownBy({}, paid);
    expect(line).toMatch(/^API_KEYS_FILE: expected a file of API keys .*AUTH_DISABLED=true.*; got nothing$/);
    expect(line).toContain('because VOD charges for jobs');
    expect(line).not.toContain('\n');
  });
});

describe('AUTH_DISABLED', () => {
  it('disables authentication for VOD and for other machines', () => {
    for (const where of [paid, { host: '0.0.0.0', isEmulator: true }, { host: '::', isEmulator: false }]) {
      expect(authConfig({ AUTH_DISABLED: 'true' }, where)).toEqual({ kind: 'open' });
    }
  });

  it('changes nothing with `false`, and accepts no other value', () => {
    expect(thrownBy({ AUTH_DISABLED: 'false' }, paid)).toContain('API_KEYS_FILE');
    expect(thrownBy({ AUTH_DISABLED: 'yes' }, paid)).toBe('AUTH_DISABLED: expected true or false; got "yes"');
  });

  it('cannot be combined with keys or tokens', () => {
    for (const env of [{ API_KEYS_FILE: 'keys.json' }, jwt]) {
      expect(thrownBy({ ...env, AUTH_DISABLED: 'true' }, free)).toMatch(/^AUTH_DISABLED: expected false/);
    }
  });
});

describe('credentials', () => {
  it('can be keys, tokens or both, on every address', () => {
    const anywhere = { host: '0.0.0.0', isEmulator: false };
    const tokens = { jwksUrl: jwt.AUTH_JWKS_URL, issuer: jwt.AUTH_ISSUER, audience: jwt.AUTH_AUDIENCE };
    expect(authConfig({ API_KEYS_FILE: 'keys.json' }, anywhere)).toEqual({
      kind: 'closed',
      apiKeysFile: 'keys.json',
      jwt: undefined,
    });
    expect(authConfig(jwt, anywhere)).toEqual({ kind: 'closed', apiKeysFile: undefined, jwt: tokens });
    expect(authConfig({ ...jwt, API_KEYS_FILE: 'keys.json' }, free)).toEqual({
      kind: 'closed',
      apiKeysFile: 'keys.json',
      jwt: tokens,
    });
  });

  it.each(Object.keys(jwt))('for tokens need %s if the other two are set', (name) => {
    expect(thrownBy({ ...jwt, [name]: '' }, free)).toMatch(
      new RegExp(`^${name}: expected a value to go with AUTH_\\w+; got nothing$`),
    );
  });

  it('for tokens need the URL of a key set; the error does not quote it', () => {
    const line = thrownBy({ ...jwt, AUTH_JWKS_URL: 'ftp://user:password@issuer' }, free);
    expect(line).toBe('AUTH_JWKS_URL: expected the http(s) URL of a JSON Web Key Set; got no such URL');
  });
});
