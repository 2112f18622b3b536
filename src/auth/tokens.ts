import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../clock.ts';
import type { JwtConfig } from '../config/auth.ts';
import type { Log } from '../observability/log.ts';
import { AuthenticationError, AuthenticationUnavailableError, type Caller, scopes } from './caller.ts';
import { type CallerLimits, callerLimitsShape } from './caller-limits.ts';
import { issuerKeys } from './issuer-keys.ts';

/** Verifies a JWT and returns its caller. Rejects, and calls `onWait`, as `Authenticate` does. */
export type VerifyToken = (token: string, onWait?: () => void) => Promise<Caller>;

export interface TokensOptions extends JwtConfig {
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  /** The minimum time between two reads of the key set for tokens with an unknown `kid`, in milliseconds. */
  readonly cooldownMs?: number;
}

/**
 * The asymmetric algorithms. `none` is unsigned, and `HS…` uses a shared secret: with it, a client could sign a token
 * with the issuer's public key.
 */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** The tolerated difference between the issuer's clock and the gateway's. */
const CLOCK_TOLERANCE_S = 5;
/** The default of `cooldownMs`. Anybody can send tokens with unknown key ids. */
const JWKS_COOLDOWN_MS = 30_000;
/** The longest subject that OpenID Connect permits. The ledger has it in an index, whose entries Postgres limits. */
const MAX_NAME_LENGTH = 255;
/** The longest time until `exp`. A token cannot be revoked, so one that never expires could never be taken back. */
const MAX_LIFETIME_S = 365 * 24 * 60 * 60;

/**
 * Verifies tokens of one issuer: signature, issuer, audience and times. Tokens without `exp`, or whose `exp` is more than a
 * year away, are rejected.
 */
export function tokenVerifier(options: TokensOptions): VerifyToken {
  const { jwksUrl: url, issuer, audience, clock, log, cooldownMs = JWKS_COOLDOWN_MS } = options;
  const keyOf = issuerKeys({ url, cooldownMs, clock, log });
  return async (token, onWait) => {
    try {
      const { payload } = await jwtVerify(token, (header, input) => keyOf(header, input, onWait), {
        issuer,
        audience,
        algorithms,
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(clock.now()),
        requiredClaims: ['exp'],
      });
      checkLifetime(payload, clock);
      return callerOf(payload, log);
    } catch (error) {
      if (error instanceof AuthenticationUnavailableError || error instanceof AuthenticationError)
        throw error;
      throw new AuthenticationError(messageOf(error));
    }
  };
}

function checkLifetime({ exp = 0 }: JWTPayload, clock: Clock): void {
  if (exp <= clock.now() / 1_000 + MAX_LIFETIME_S + CLOCK_TOLERANCE_S) return;
  throw new AuthenticationError('token: expected an `exp` at most a year from now');
}

function callerOf(payload: JWTPayload, log: Pick<Log, 'warn'>): Caller {
  const name = payload.sub ?? payload.client_id;
  if (typeof name !== 'string' || name === '') {
    throw new AuthenticationError('token: expected a subject (`sub` or `client_id`)');
  }
  if (name.length > MAX_NAME_LENGTH || name.includes('\0')) {
    throw new AuthenticationError(
      `token: expected a subject of at most ${MAX_NAME_LENGTH} characters, without NUL`,
    );
  }
  const granted = [payload.scope, payload.scp, payload.scopes].flatMap(scopeNames);
  return {
    kind: 'token',
    name,
    // Scopes of other services are ignored.
    scopes: new Set(scopes.filter((scope) => granted.includes(scope))),
    expiresAt: Number(payload.exp) * 1_000,
    revoked: undefined,
    limits: limitsOf(payload, log),
  };
}

/** The caller's own limits. A token whose limits cannot be read is invalid: the gateway's may be higher than intended. */
function limitsOf({ limits }: JWTPayload, log: Pick<Log, 'warn'>): CallerLimits | undefined {
  if (limits === undefined) return undefined;
  const { data, error } = callerLimitsShape.safeParse(limits);
  if (data) return data;
  const [issue] = error.issues;
  const claim = ['limits', ...(issue?.path ?? [])].join('.');
  const message = `token: expected the claim \`${claim}\` to be ${issue?.message ?? 'an object'}`;
  // The issuer has signed the token, so its operator has to correct the claim.
  log.warn({ claim }, message);
  throw new AuthenticationError(message);
}

/** Some issuers send scopes as one text with spaces (RFC 8693), others as a list. */
function scopeNames(claim: unknown): readonly unknown[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim : [];
}

/** The message for an invalid token. It names the claim but never quotes its value. */
function messageOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'token: expected one that has not expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `token: expected another \`${error.claim}\``;
  if (error instanceof errors.JWKSNoMatchingKey) return "token: expected one signed with the issuer's key";
  return 'token: expected a JSON Web Token of the issuer';
}
