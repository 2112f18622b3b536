import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { AuthenticationError, AuthenticationUnavailableError } from '../../src/auth/caller.ts';
import { tokenVerifier } from '../../src/auth/tokens.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { startIssuer } from './issuer.ts';
import { recordingLog } from './recording-log.ts';

async function verifying(alg?: string) {
  const clock = new ManualClock();
  const issuer = await startIssuer(() => clock.now(), alg);
  const log = recordingLog();
  return { clock, issuer, log, verify: tokenVerifier({ ...issuer, clock, log }) };
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
    [
      'limits that are no object',
      { limits: 5 },
      'token: expected the claim `limits` to be an object with any of operationsPerMinute, submissionsPerMinute, ' +
        'submissionsPerDay, and nothing else',
    ],
    [
      'an invalid limit',
      { limits: { submissionsPerDay: -1 } },
      'token: expected the claim `limits.submissionsPerDay` to be a whole number from 0 to 10000000',
    ],
  ])('with %s is rejected', async (_, claims, message) => {
    const { issuer, verify } = await verifying();
    await expect(verify(await issuer.token(claims))).rejects.toThrow(new AuthenticationError(message));
  });

  it('has the limits of its claim, and is refused and logged if they are invalid', async () => {
    const { issuer, log, verify } = await verifying();
    const limits = { submissionsPerDay: 5, operationsPerMinute: 0 };
    expect((await verify(await issuer.token({ limits }))).limits).toEqual(limits);
    await expect(verify(await issuer.token({ limits: { perDay: 5 } }))).rejects.toThrow('`limits`');
    expect(log.lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('claim `limits`') }]);
  });

  it('is refused if it expires more than a year from now', async () => {
    const { clock, issuer, verify } = await verifying();
    const year = 365 * 24 * 3_600;
    expect((await verify(await issuer.token({ exp: seconds(clock) + year }))).name).toBe('alice');
    const message = 'token: expected an `exp` at most a year from now';
    for (const exp of [seconds(clock) + year + 60, 99_999_999_999_999]) {
      await expect(verify(await issuer.token({ exp }))).rejects.toThrow(new AuthenticationError(message));
    }
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
    const { clock, issuer, verify } = await verifying();
    const old = await issuer.token();
    expect((await verify(old)).name).toBe('alice');
    await issuer.rotate();
    const token = await issuer.token();

    await expect(verify(token)).rejects.toThrow(AuthenticationError);
    expect(issuer.asked).toBe(1);

    clock.advance(31_000);
    expect((await verify(token)).name).toBe('alice');
    expect(issuer.asked).toBe(2);

    // The issuer has withdrawn the old key.
    clock.advance(31_000);
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
    const { clock, issuer, log, verify } = await verifying();
    const token = await issuer.token();
    issuer.answer = answer;
    for (let count = 0; count < 20; count++) {
      await expect(verify(token)).rejects.toThrow(AuthenticationUnavailableError);
    }
    expect(issuer.asked).toBe(1);
    expect(log.lines).toHaveLength(1);
    issuer.answer = undefined;
    clock.advance(5_000);
    expect((await verify(token)).name).toBe('alice');
  });

  it('are read beside the tokens before they are too old', async () => {
    const { clock, issuer, verify } = await verifying();
    const token = await issuer.token();
    await verify(token);
    clock.advance(6 * 60_000);
    const waits: string[] = [];
    await verify(await issuer.token({ exp: seconds(clock) + 60 }), () => waits.push('waited'));
    expect(waits).toEqual([]);
    await expect.poll(() => issuer.asked).toBe(2);
  });

  it('make at most 100 tokens wait, and refuse others at once', async () => {
    const { issuer, verify } = await verifying();
    const released = issuer.hold();
    const junk = await issuer.token({}, { kid: 'made-up' });
    let waiting = 0;
    const tokens = Array.from({ length: 150 }, () => verify(junk, () => waiting++));
    const outcomes = Promise.allSettled(tokens);
    const early = await Promise.allSettled(tokens.slice(100));
    expect(early.every(({ status }) => status === 'rejected')).toBe(true);
    released();
    await outcomes;
    expect([waiting, issuer.asked]).toEqual([100, 1]);
  });

  it('stay cached while the issuer is unreachable', async () => {
    const { issuer, verify } = await verifying();
    const token = await issuer.token();
    await verify(token);
    await issuer.close();
    expect((await verify(token)).name).toBe('alice');
  });
});
