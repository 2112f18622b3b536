import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AuthenticationError, AuthenticationUnavailableError } from '../../src/auth/caller.ts';
import { tokenVerifier } from '../../src/auth/tokens.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { startIssuer } from './issuer.ts';

async function verifying(alg?: string) {
  const clock = new ManualClock();
  const issuer = await startIssuer(() => clock.now(), alg);
  return { clock, issuer, verify: tokenVerifier({ ...issuer, clock }) };
}

const seconds = (clock: ManualClock) => Math.floor(clock.now() / 1_000);

describe('a token', () => {
  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'])('signed with %s identifies its caller', async (alg) => {
    const { clock, issuer, verify } = await verifying(alg);
    expect(await verify(await issuer.token({ sub: 'bob', scope: 'openid jobs:read' }))).toEqual({
      kind: 'token',
      name: 'bob',
      scopes: new Set(['jobs:read']),
      expiresAt: (seconds(clock) + 3_600) * 1_000,
      revoked: undefined,
    });
  });

  it.each([
    ['scope, a text', { scope: 'jobs:read jobs:submit' }, ['jobs:read', 'jobs:submit']],
    ['scp, a list', { scope: undefined, scp: ['jobs:submit', 'other'] }, ['jobs:submit']],
    ['scp, a text', { scope: undefined, scp: 'jobs:read' }, ['jobs:read']],
    ['scopes, a list', { scope: undefined, scopes: ['jobs:read'] }, ['jobs:read']],
    ['none', { scope: undefined }, []],
    ['similar names', { scope: 'jobs:read-all jobs:*' }, []],
    ['another type', { scope: { 'jobs:read': true } }, []],
  ])('has the scopes of %s', async (_, claims, expected) => {
    const { issuer, verify } = await verifying();
    expect([...(await verify(await issuer.token(claims))).scopes]).toEqual(expected);
  });

  it('identifies the client if it has no subject, and is rejected without both', async () => {
    const { issuer, verify } = await verifying();
    const caller = await verify(await issuer.token({ sub: undefined, client_id: 'service' }));
    expect(caller.name).toBe('service');
    await expect(verify(await issuer.token({ sub: undefined }))).rejects.toThrow(AuthenticationError);
  });

  it.each([
    ['another issuer', { iss: 'https://other.example.com' }, 'token: expected another `iss`'],
    ['no issuer', { iss: undefined }, 'token: expected another `iss`'],
    ['another audience', { aud: 'another-api' }, 'token: expected another `aud`'],
    ['no expiry', { exp: undefined }, 'token: expected another `exp`'],
    [
      'a subject too long for the ledger',
      { sub: 's'.repeat(256) },
      'token: expected a subject of at most 255 characters, without NUL',
    ],
  ])('with %s is rejected', async (_, claims, message) => {
    const { issuer, verify } = await verifying();
    await expect(verify(await issuer.token(claims))).rejects.toThrow(new AuthenticationError(message));
  });

  it('is valid from `nbf` to `exp`, with a tolerance of five seconds', async () => {
    const { clock, issuer, verify } = await verifying();
    const now = seconds(clock);
    const token = await issuer.token({ nbf: now + 60, exp: now + 120 });
    const isValid = () =>
      verify(token).then(
        () => true,
        () => false,
      );
    expect(await isValid()).toBe(false);
    clock.advance(54_000);
    expect(await isValid()).toBe(false);
    clock.advance(1_000);
    expect(await isValid()).toBe(true);
    clock.advance(69_000);
    expect(await isValid()).toBe(true);
    clock.advance(1_000);
    await expect(verify(token)).rejects.toThrow(
      new AuthenticationError('token: expected one that has not expired'),
    );
  });

  it('is rejected without a valid signature of the issuer', async () => {
    const { clock, issuer, verify } = await verifying('RS256');
    const valid = await issuer.token();
    const claims = { iss: issuer.issuer, aud: issuer.audience, sub: 'eve', exp: seconds(clock) + 60 };
    const stranger = await generateKeyPair('RS256', { extractable: true });
    // The issuer's public key as a shared secret.
    const [jwk] = ((await (await fetch(issuer.jwksUrl)).json()) as { keys: [Record<string, string>] }).keys;
    const secret = new TextEncoder().encode(jwk.n);
    const [head = '', payload = '', signature = ''] = valid.split('.');
    const forged = Buffer.from(JSON.stringify({ ...claims, scope: 'jobs:submit' })).toString('base64url');
    for (const token of [
      new UnsecuredJWT(claims).encode(),
      `${Buffer.from('{"alg":"none","kid":"key-0"}').toString('base64url')}.${payload}.`,
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'key-0' }).sign(secret),
      await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key-0' }).sign(stranger.privateKey),
      `${head}.${forged}.${signature}`,
      `${head}.${payload}.`,
      'eyJ.eyJ.e',
    ]) {
      await expect(verify(token)).rejects.toThrow(AuthenticationError);
    }
    expect((await verify(valid)).name).toBe('alice');
  });

  it('is never quoted by an error', async () => {
    const { issuer, verify } = await verifying();
    const token = await issuer.token({ sub: 'the-subject', aud: 'the-audience', iss: 'the-issuer' });
    const error: unknown = await verify(token).catch((reason: unknown) => reason);
    const [, payload = ''] = token.split('.');
    for (const secret of [payload, 'the-subject', 'the-audience', 'the-issuer']) {
      expect(String(error)).not.toContain(secret);
    }
  });
});

describe("the issuer's keys", () => {
  it('are read once for many tokens', async () => {
    const { issuer, verify } = await verifying();
    const token = await issuer.token();
    await Promise.all(Array.from({ length: 50 }, () => verify(token)));
    await verify(token);
    expect(issuer.asked).toBe(1);
  });

  it('are read again for an unknown key, at most once per cooldown', async () => {
    // The cooldown uses the system time.
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { issuer, verify } = await verifying();
    const old = await issuer.token();
    expect((await verify(old)).name).toBe('alice');
    await issuer.rotate();
    const token = await issuer.token();

    await expect(verify(token)).rejects.toThrow(AuthenticationError);
    expect(issuer.asked).toBe(1);

    vi.setSystemTime(Date.now() + 31_000);
    expect((await verify(token)).name).toBe('alice');
    expect(issuer.asked).toBe(2);

    // The issuer has withdrawn the old key.
    vi.setSystemTime(Date.now() + 31_000);
    await expect(verify(old)).rejects.toThrow(AuthenticationError);
    for (let made = 0; made < 20; made++) {
      await expect(verify(await issuer.token({}, { kid: `made-up-${made}` }))).rejects.toThrow(
        AuthenticationError,
      );
    }
    expect(issuer.asked).toBe(3);
  });

  it.each([
    ['responds with 500', { status: 500, body: '' }],
    ['responds without JSON', { status: 200, body: '<html>' }],
    ['responds with another object', { status: 200, body: '{"keys":"none"}' }],
    ['redirects', { status: 302, body: '' }],
  ])('make a token neither valid nor invalid if they cannot be read: the issuer %s', async (_, answer) => {
    const { issuer, verify } = await verifying();
    const token = await issuer.token();
    issuer.answer = answer;
    await expect(verify(token)).rejects.toThrow(AuthenticationUnavailableError);
    issuer.answer = undefined;
    expect((await verify(token)).name).toBe('alice');
  });

  it('stay cached while the issuer is unreachable', async () => {
    const { issuer, verify } = await verifying();
    const token = await issuer.token();
    await verify(token);
    await issuer.close();
    expect((await verify(token)).name).toBe('alice');
  });
});
