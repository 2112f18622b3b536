import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  authenticateConnection,
  createAuthenticate,
  openAuthentication,
} from '../../src/auth/authenticate.ts';
import { AuthenticationError, anybody, type Caller } from '../../src/auth/caller.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { recordingLog } from './recording-log.ts';

function caller(kind: Caller['kind'], name: string): Caller {
  return { kind, name, scopes: new Set(), expiresAt: undefined, revoked: undefined };
}

/** Accepts the keys `key-of-<name>`, and every text in the form of a token as one of `alice`. */
function createTestAuthenticate({ tokens = true, keys = true } = {}) {
  return createAuthenticate({
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
  });
}

function authenticating(options?: { tokens?: boolean; keys?: boolean }) {
  const authenticate = createTestAuthenticate(options);
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
  ])('is authenticated by %o', async (headers, name) => {
    expect((await authenticating()(headers)).name).toBe(name);
  });

  it.each([
    ['no credentials', {}],
    ['an empty header', { authorization: '' }],
    ['another scheme', { authorization: `Basic ${btoa('ci:key-of-ci')}` }],
    ['no scheme', { authorization: 'key-of-ci' }],
    ['only a scheme', { authorization: 'Bearer' }],
    ['two keys in one header', { authorization: 'Bearer key-of-ci key-of-ci' }],
    ['a wrong key', { 'x-api-key': 'ci' }],
    ['a token where a key is expected', { 'x-api-key': token }],
    ['a wrong token', { authorization: `Bearer ${token.replace(/\w+$/, 'bad')}` }],
    ['two keys of two callers', { authorization: 'Bearer key-of-ci', 'x-api-key': 'key-of-app' }],
    ['a valid and an invalid key', { authorization: 'Bearer key-of-ci', 'x-api-key': 'x' }],
    // The token's subject has the key's name.
    ['a token and a key', { authorization: `Bearer ${token}`, 'x-api-key': 'key-of-alice' }],
  ])('is rejected with %s', async (_, headers) => {
    await expect(authenticating()(headers)).rejects.toThrow(AuthenticationError);
  });

  it('may have a key in the form of a token if tokens are not configured', async () => {
    const authenticate = createAuthenticate({
      keys: { find: (key) => (key === token ? caller('key', 'odd') : undefined), close() {} },
      verifyToken: undefined,
    });
    expect((await authenticate(new Headers({ authorization: `Bearer ${token}` }))).name).toBe('odd');
  });

  it('cannot use a key if keys are not configured', async () => {
    await expect(authenticating({ keys: false })({ 'x-api-key': 'key-of-ci' })).rejects.toThrow(
      AuthenticationError,
    );
  });

  it('gets no error message that quotes the credentials', async () => {
    for (const headers of [{ 'x-api-key': 'hunter2' }, { authorization: 'Basic hunter2' }]) {
      const error: unknown = await authenticating()(headers as Record<string, string>).catch(
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(String(error)).not.toContain('hunter2');
    }
  });

  it('is `anybody` with any credentials if authentication is disabled', async () => {
    const options = { clock: new ManualClock(), log: recordingLog() };
    const { authenticate } = openAuthentication({ kind: 'open' }, options);
    for (const headers of [{}, { authorization: 'Bearer nonsense' }, { 'x-api-key': 'nonsense' }]) {
      expect(await authenticate(new Headers(headers as Record<string, string>))).toBe(anybody);
    }
  });
});

describe('a WebSocket connection', () => {
  const connecting = (headers: Record<string, string>, payload?: Record<string, unknown>) =>
    authenticateConnection(createTestAuthenticate(), { headers } as unknown as IncomingMessage, payload);
  const key = { 'x-api-key': 'key-of-ci' };

  it('is authenticated by its headers, its payload or both', async () => {
    expect((await connecting(key)).name).toBe('ci');
    expect((await connecting({}, { 'X-API-Key': 'key-of-ci' })).name).toBe('ci');
    expect((await connecting(key, { Authorization: 'Bearer key-of-ci' })).name).toBe('ci');
  });

  it('is rejected without credentials, and with those of two callers', async () => {
    await expect(connecting({}, {})).rejects.toThrow(AuthenticationError);
    await expect(connecting({}, { authorization: 1 })).rejects.toThrow(AuthenticationError);
    await expect(connecting(key, { 'x-api-key': 'key-of-app' })).rejects.toThrow(AuthenticationError);
  });
});
