import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Clock } from '../clock.ts';
import type { JwtConfig } from '../config/auth.ts';
import { AuthenticationError, AuthenticationUnavailableError, type Caller, scopes } from './caller.ts';

/** Finds out whom a token is about. */
export type VerifyToken = (token: string) => Promise<Caller>;

export interface TokensOptions extends JwtConfig {
  readonly clock: Clock;
  /** How long keys that were just read are not read again for a token that names another. */
  readonly cooldownMs?: number;
}

/**
 * Signatures that the issuer alone can make. `none` is none, and with a shared secret (`HS…`) whoever can check tokens
 * can make them: the issuer's public key would do as one.
 */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** How far the issuer's clock and ours may be apart. */
const CLOCK_TOLERANCE_S = 5;
/** How long the issuer may take to give its keys. */
const JWKS_TIMEOUT_MS = 3_000;
/** How often keys are read again at most for tokens that name an unknown one: anybody can make those up. */
const JWKS_COOLDOWN_MS = 30_000;
/** For how long keys are taken as the issuer's: one that it has withdrawn is refused after that. */
const JWKS_MAX_AGE_MS = 10 * 60_000;

/** Checks tokens of one issuer: their signature, issuer, audience and times. They have to expire. */
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
      throw new AuthenticationError(wrongToken(error));
    }
  };
}

/** The issuer's keys. Where they cannot be read, that is the error: it says nothing about the token. */
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
      throw new AuthenticationUnavailableError("The issuer's keys are out of reach; try again.", { cause });
    }
  };
}

function callerOf(payload: JWTPayload): Caller {
  const name = payload.sub ?? payload.client_id;
  if (typeof name !== 'string' || name === '') {
    throw new AuthenticationError('token: expected a subject (`sub` or `client_id`)');
  }
  const allowed = [payload.scope, payload.scp, payload.scopes].flatMap(scopeWords);
  return {
    kind: 'token',
    name,
    // Words that mean something elsewhere mean nothing here.
    scopes: new Set(scopes.filter((scope) => allowed.includes(scope))),
    expiresAt: Number(payload.exp) * 1_000,
    revoked: undefined,
  };
}

/** Issuers write scopes as one text with spaces (RFC 8693) or as a list. */
function scopeWords(claim: unknown): readonly unknown[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim : [];
}

/** What is wrong with a token, by the name of its claim alone: never with what it says. */
function wrongToken(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'token: it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `token: expected another \`${error.claim}\``;
  if (error instanceof errors.JWKSNoMatchingKey)
    return "token: expected one that is signed with the issuer's key";
  return 'token: expected a JSON Web Token of the issuer';
}
