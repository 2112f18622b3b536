import { describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../src/auth/authenticate.ts';
import { AuthenticationError, anybody, type Caller } from '../../src/auth/caller.ts';

function caller(kind: Caller['kind'], name: string): Caller {
  return { kind, name, scopes: new Set(), expiresAt: undefined, revoked: undefined };
}

/** Keys are `key-of-<name>`; a token is whatever looks like one, and is about `alice`. */
function authenticating({ tokens = true, keys = true } = {}) {
  const authenticate = createAuthenticate(
    { kind: 'closed' },
    {
      keys: keys
        ? {
            find: (key) => (key.startsWith('key-of-') ? caller('key', key.slice(7)) : undefined),
            close() {},
          }
        : undefined,
      verifyToken: tokens
        ? async (token) => {
            if (token.endsWith('.bad')) throw new AuthenticationError('bad token');
            return caller('token', 'alice');
          }
        : undefined,
    },
  );
  return (headers: Record<string, string>) => authenticate(new Headers(headers));
}

const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln';

describe('a caller', () => {
  it.each([
    [{ authorization: 'Bearer key-of-ci' }, 'ci'],
    [{ authorization: 'bearer  key-of-ci' }, 'ci'],
    [{ 'x-api-key': 'key-of-ci' }, 'ci'],
    [{ authorization: 'Bearer key-of-ci', 'x-api-key': 'key-of-ci' }, 'ci'],
    [{ authorization: `Bearer ${token}` }, 'alice'],
  ])('is known by %o', async (headers, name) => {
    expect((await authenticating()(headers)).name).toBe(name);
  });

  it.each([
    ['nothing', {}],
    ['nothing in the header', { authorization: '' }],
    ['another scheme', { authorization: `Basic ${btoa('ci:key-of-ci')}` }],
    ['no scheme', { authorization: 'key-of-ci' }],
    ['a scheme alone', { authorization: 'Bearer' }],
    ['two in one', { authorization: 'Bearer key-of-ci key-of-ci' }],
    ['a wrong key', { 'x-api-key': 'ci' }],
    ['a token where a key is expected', { 'x-api-key': token }],
    ['a wrong token', { authorization: `Bearer ${token.replace(/\w+$/, 'bad')}` }],
    ['two keys of two callers', { authorization: 'Bearer key-of-ci', 'x-api-key': 'key-of-app' }],
    ['one key that is right and one that is wrong', { authorization: 'Bearer key-of-ci', 'x-api-key': 'x' }],
    // The token's subject has the key's name.
    ['a token and a key', { authorization: `Bearer ${token}`, 'x-api-key': 'key-of-alice' }],
  ])('is not known by %s', async (_, headers) => {
    await expect(authenticating()(headers)).rejects.toThrow(AuthenticationError);
  });

  it('may have a key that looks like a token where no tokens are taken', async () => {
    const authenticate = createAuthenticate(
      { kind: 'closed' },
      {
        keys: { find: (key) => (key === token ? caller('key', 'odd') : undefined), close() {} },
        verifyToken: undefined,
      },
    );
    expect((await authenticate(new Headers({ authorization: `Bearer ${token}` }))).name).toBe('odd');
  });

  it('is known by no key where none are configured', async () => {
    await expect(authenticating({ keys: false })({ 'x-api-key': 'key-of-ci' })).rejects.toThrow(
      AuthenticationError,
    );
  });

  it('is not told what came', async () => {
    for (const headers of [{ 'x-api-key': 'hunter2' }, { authorization: 'Basic hunter2' }]) {
      const error: unknown = await authenticating()(headers as Record<string, string>).catch(
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(String(error)).not.toContain('hunter2');
    }
  });

  it('is anybody where the gateway is open, whatever it shows', async () => {
    const authenticate = createAuthenticate({ kind: 'open' }, { keys: undefined, verifyToken: undefined });
    for (const headers of [{}, { authorization: 'Bearer nonsense' }, { 'x-api-key': 'nonsense' }]) {
      expect(await authenticate(new Headers(headers as Record<string, string>))).toBe(anybody);
    }
  });
});
