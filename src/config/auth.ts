import { isIPv4 } from 'node:net';
import { ConfigError, type Environment, flag, httpUrl } from './values.ts';

/** How callers authenticate. */
export type AuthConfig =
  /** Authentication is disabled: every caller has every scope. */
  | { readonly kind: 'open' }
  | {
      readonly kind: 'closed';
      /** `API_KEYS_FILE`: the path of a JSON file with API keys, which is read again when it changes. */
      readonly apiKeysFile: string | undefined;
      readonly jwt: JwtConfig | undefined;
    };

/** JSON Web Tokens of one issuer. */
export interface JwtConfig {
  /** `AUTH_JWKS_URL`: the URL of the issuer's key set. */
  readonly jwksUrl: string;
  /** `AUTH_ISSUER`: the required `iss` claim. */
  readonly issuer: string;
  /** `AUTH_AUDIENCE`: the required value in the `aud` claim. */
  readonly audience: string;
}

/**
 * Reads how callers authenticate. Without any setting, authentication is disabled only if jobs cost nothing (the
 * emulator) and only this machine can connect. In all other cases the operator must set `AUTH_DISABLED=true`.
 */
export function authConfig(
  env: Environment,
  { host, isEmulator }: { readonly host: string; readonly isEmulator: boolean },
): AuthConfig {
  const apiKeysFile = env.API_KEYS_FILE || undefined;
  const jwt = jwtConfig(env);
  const isDisabled = flag(env, 'AUTH_DISABLED', false);
  if (apiKeysFile !== undefined || jwt !== undefined) {
    if (isDisabled) {
      throw new ConfigError('AUTH_DISABLED', 'false, or no API_KEYS_FILE and no AUTH_JWKS_URL', 'true');
    }
    return Object.freeze({ kind: 'closed', apiKeysFile, jwt });
  }
  if (isDisabled || (isEmulator && isLoopback(host))) return Object.freeze({ kind: 'open' });
  throw new ConfigError(
    'API_KEYS_FILE',
    'a file of API keys in this variable, or an issuer of tokens in AUTH_JWKS_URL, AUTH_ISSUER and AUTH_AUDIENCE, ' +
      `because ${isEmulator ? 'other machines can connect' : 'VOD charges for jobs'} ` +
      '(AUTH_DISABLED=true gives every caller every permission)',
    'nothing',
  );
}

function jwtConfig(env: Environment): JwtConfig | undefined {
  const names = ['AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE'] as const;
  const set = names.find((name) => env[name]);
  if (set === undefined) return undefined;
  const missing = names.find((name) => !env[name]);
  if (missing) throw new ConfigError(missing, `a value to go with ${set}`, 'nothing');
  const { AUTH_ISSUER: issuer = '', AUTH_AUDIENCE: audience = '' } = env;
  const jwksUrl = httpUrl(env, 'AUTH_JWKS_URL', 'the http(s) URL of a JSON Web Key Set') ?? '';
  return Object.freeze({ jwksUrl, issuer, audience });
}

/** Whether only this machine can connect to the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
