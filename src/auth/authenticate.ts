import type { AuthConfig } from '../config/auth.ts';
import type { ApiKeys } from './api-keys.ts';
import {
  type Authenticate,
  AuthenticationError,
  anybody,
  type Caller,
  type CallerHeaders,
  callerId,
} from './caller.ts';
import type { VerifyToken } from './tokens.ts';

/** What credentials are checked with; what is not configured is not there. */
export interface CredentialChecks {
  readonly keys: ApiKeys | undefined;
  readonly verifyToken: VerifyToken | undefined;
}

const EXPECTED = 'expected credentials: `Authorization: Bearer …` or `x-api-key: …`';

/**
 * How callers are told apart: by an API key, in either header, or by a token. Everybody is {@link anybody} where the
 * gateway is open, whatever they show.
 */
export function createAuthenticate(
  { kind }: Pick<AuthConfig, 'kind'>,
  { keys, verifyToken }: CredentialChecks,
): Authenticate {
  if (kind === 'open') return async () => anybody;

  const byKey = async (key: string): Promise<Caller> => {
    const caller = keys?.find(key);
    if (!caller) throw new AuthenticationError('credentials: expected a key or a token that is valid here');
    return caller;
  };
  const byBearer = (credential: string): Promise<Caller> =>
    verifyToken && looksLikeToken(credential) ? verifyToken(credential) : byKey(credential);

  return async (headers) => {
    const authorization = headers.get('authorization');
    const key = headers.get('x-api-key');
    const found: Promise<Caller>[] = [];
    if (authorization) found.push(byBearer(bearerOf(authorization)));
    if (key) found.push(byKey(key));
    return oneCaller(await Promise.all(found));
  };
}

/** Whether there is anything to tell a caller by. */
export function showsCredentials(headers: CallerHeaders): boolean {
  return Boolean(headers.get('authorization') || headers.get('x-api-key'));
}

/** The caller that all of these are; throws where they are none, or not the same: then somebody has mixed them up. */
export function oneCaller(callers: readonly Caller[]): Caller {
  const [first] = callers;
  if (!first) throw new AuthenticationError(EXPECTED);
  if (callers.some((other) => callerId(other) !== callerId(first))) {
    throw new AuthenticationError('credentials: expected those of one caller; got those of two');
  }
  return first;
}

function bearerOf(authorization: string): string {
  const credential = /^bearer +(\S+)\s*$/i.exec(authorization)?.[1];
  if (!credential) throw new AuthenticationError(EXPECTED);
  return credential;
}

/** Three parts of base64url, of which the first one is a JSON object. */
function looksLikeToken(credential: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(credential);
}
