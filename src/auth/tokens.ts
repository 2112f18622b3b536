import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Clock } from '../clock.ts';
import type { JwtConfig } from '../config/auth.ts';
import { AuthenticationError, AuthenticationUnavailableError, type Caller, scopes } from './caller.ts';

/** Verifies a JWT and returns its caller. Rejects as `Authenticate` does. */
export type VerifyToken = (token: string) => Promise<Caller>;

export interface TokensOptions extends JwtConfig {
  readonly clock: Clock;
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
/** The timeout of a request for the key set. */
const JWKS_TIMEOUT_MS = 3_000;
/** The default of `cooldownMs`. Anybody can send tokens with unknown key ids. */
const JWKS_COOLDOWN_MS = 30_000;
/** The longest subject that OpenID Connect permits. The ledger has it in an index, whose entries Postgres limits. */
const MAX_NAME_LENGTH = 255;
/** The lifetime of the cached key set. The gateway rejects a withdrawn key after this time. */
const JWKS_MAX_AGE_MS = 10 * 60_000;

/** Verifies tokens of one issuer: signature, issuer, audience and times. Tokens without `exp` are rejected. */
export function tokenVerifier({ jwksUrl, issuer, audience, clock, cooldownMs }: TokensOptions): VerifyToken {
  const keys = issuerKeys(jwksUrl, cooldownMs ?? JWKS_COOLDOWN_MS);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms,
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(clock.now()),
        requiredClaims: ['exp'],
      });
      return callerOf(payload);
    } catch (error) {
      if (error instanceof AuthenticationUnavailableError || error instanceof AuthenticationError)
        throw error;
      throw new AuthenticationError(messageOf(error));
    }
  };
}

/** The issuer's key set. If it cannot be read, the token is neither valid nor invalid, and the caller can retry. */
function issuerKeys(url: string, cooldownDuration: number): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), {
    cooldownDuration,
    timeoutDuration: JWKS_TIMEOUT_MS,
    cacheMaxAge: JWKS_MAX_AGE_MS,
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) {
        throw cause;
      }
      throw new AuthenticationUnavailableError("The issuer's keys cannot be read. Try again later.", {
        cause,
      });
    }
  };
}

function callerOf(payload: JWTPayload): Caller {
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
  };
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
