import { isIPv4 } from 'node:net';
import { ConfigError, type Environment, flag, httpUrl } from './values.ts';

/** Who may call. */
export type AuthConfig =
  /** Everybody may do everything. */
  | { readonly kind: 'open' }
  | {
      readonly kind: 'closed';
      /** `API_KEYS_FILE`: JSON, `[{"name", "sha256": "<hex>", "scopes": ["jobs:read"]}]`; read again when it changes. */
      readonly apiKeysFile: string | undefined;
      readonly jwt: JwtConfig | undefined;
    };

/** JWTs from one issuer. */
export interface JwtConfig {
  /** `AUTH_JWKS_URL`: the issuer's keys. */
  readonly jwksUrl: string;
  /** `AUTH_ISSUER`: `iss` of every token. */
  readonly issuer: string;
  /** `AUTH_AUDIENCE`: in `aud` of every token. */
  readonly audience: string;
}

/**
 * Reads who may call. Without any setting the gateway is open to this machine where nothing can be paid for; anywhere
 * else that has to be said in so many words (`AUTH_DISABLED`).
 */
export function authConfig(
  env: Environment,
  { host, isEmulator }: { readonly host: string; readonly isEmulator: boolean },
): AuthConfig {
  const apiKeysFile = env.API_KEYS_FILE || undefined;
  const jwt = jwtConfig(env);
  const isDisabled = flag(env, 'AUTH_DISABLED', false);
  if (apiKeysFile !== undefined || jwt !== undefined) {
    if (isDisabled)
      throw new ConfigError('AUTH_DISABLED', 'false, or neither keys nor tokens to check', 'true');
    return Object.freeze({ kind: 'closed', apiKeysFile, jwt });
  }
  if (isDisabled || (isEmulator && isLoopback(host))) return Object.freeze({ kind: 'open' });
  throw new ConfigError(
    'API_KEYS_FILE',
    'who may call, in this variable or in AUTH_JWKS_URL, AUTH_ISSUER and AUTH_AUDIENCE, ' +
      `${isEmulator ? 'since others than this machine can call' : 'since jobs are paid for'} ` +
      '(AUTH_DISABLED=true lets everybody do everything)',
    'nothing',
  );
}

function jwtConfig(env: Environment): JwtConfig | undefined {
  const names = ['AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE'] as const;
  const missing = names.find((name) => !env[name]);
  if (names.every((name) => !env[name])) return undefined;
  if (missing) {
    throw new ConfigError(missing, `a value to go with ${names.find((name) => env[name])}`, 'nothing');
  }
  const [, issuer, audience] = names.map((name) => env[name] ?? '');
  const jwksUrl = httpUrl(env, 'AUTH_JWKS_URL', 'the http(s) URL of a JSON Web Key Set') ?? '';
  return Object.freeze({ jwksUrl, issuer: issuer ?? '', audience: audience ?? '' });
}

/** Whether nobody but this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
