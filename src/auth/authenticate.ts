import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import type { AuthConfig } from '../config/auth.ts';
import type { Log } from '../observability/log.ts';
import { type ApiKeys, watchApiKeys } from './api-keys.ts';
import {
  type Authenticate,
  AuthenticationError,
  anybody,
  type Caller,
  type CallerHeaders,
  callerId,
} from './caller.ts';
import type { TokensOptions, VerifyToken } from './tokens.ts';

export interface Authentication {
  readonly authenticate: Authenticate;
  /** Stops watching the file of API keys. */
  close(): void;
}

/** Creates the configured authentication. Throws a `ConfigError` if the file of API keys is unusable. */
export function openAuthentication(
  config: AuthConfig,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Authentication {
  if (config.kind === 'open') return { authenticate: async () => anybody, close: () => {} };
  const { apiKeysFile: file, jwt } = config;
  const keys = file === undefined ? undefined : watchApiKeys({ file, log });
  const verifyToken = jwt && verifierOf({ ...jwt, clock, log });
  return { authenticate: createAuthenticate({ keys, verifyToken }), close: () => keys?.close() };
}

/** Loads the checks of tokens. A gateway without an issuer does not need them. */
function verifierOf(options: TokensOptions): VerifyToken {
  const verifier = import('./tokens.ts').then(({ tokenVerifier }) => tokenVerifier(options));
  return async (token, onWait) => (await verifier)(token, onWait);
}

/** The configured ways to check credentials. */
export interface CredentialChecks {
  readonly keys: ApiKeys | undefined;
  readonly verifyToken: VerifyToken | undefined;
}

const EXPECTED = 'expected credentials: `Authorization: Bearer …` or `x-api-key: …`';

/** Authenticates by an API key, in either header, or by a token in `Authorization`. */
export function createAuthenticate({ keys, verifyToken }: CredentialChecks): Authenticate {
  const byKey = async (key: string): Promise<Caller> => {
    const caller = keys?.find(key);
    if (!caller) throw new AuthenticationError('credentials: expected a valid API key or token');
    return caller;
  };
  const byBearer = (credential: string, onWait: (() => void) | undefined): Promise<Caller> =>
    verifyToken && looksLikeToken(credential) ? verifyToken(credential, onWait) : byKey(credential);

  return async (headers, onWait) => {
    const authorization = headers.get('authorization');
    const key = headers.get('x-api-key');
    const callers: Promise<Caller>[] = [];
    if (authorization) callers.push(byBearer(bearerOf(authorization), onWait));
    if (key) callers.push(byKey(key));
    return oneCaller(await Promise.all(callers));
  };
}

/**
 * Authenticates a WebSocket connection by the headers of its request and by the payload of its `connection_init`
 * message. Pages in a browser can only set the payload. Rejects as {@link Authenticate} does; if both hold
 * credentials, they must belong to the same caller.
 */
export async function authenticateConnection(
  authenticate: Authenticate,
  request: IncomingMessage,
  payload: Readonly<Record<string, unknown>> | undefined,
): Promise<Caller> {
  const headers = headersOf(request);
  const sources = [headers, payloadHeaders(payload)].filter(hasCredentials);
  return oneCaller(
    await Promise.all((sources.length > 0 ? sources : [headers]).map((source) => authenticate(source))),
  );
}

/** The headers of a Node request. */
export function headersOf({ headers }: IncomingMessage): CallerHeaders {
  return {
    get(name) {
      const value = headers[name];
      return (Array.isArray(value) ? value.join() : value) ?? null;
    },
  };
}

/** The entries of a payload as headers. Like the names of headers, the keys are not case-sensitive. */
function payloadHeaders(payload: Readonly<Record<string, unknown>> = {}): CallerHeaders {
  return {
    get(name) {
      const [, value] = Object.entries(payload).find(([key]) => key.toLowerCase() === name) ?? [];
      return typeof value === 'string' ? value : null;
    },
  };
}

/** Whether there are credentials, valid or not. */
export function hasCredentials(headers: CallerHeaders): boolean {
  return Boolean(headers.get('authorization') || headers.get('x-api-key'));
}

/** The caller that all credentials belong to. Throws if there is none or if they belong to different callers. */
function oneCaller(callers: readonly Caller[]): Caller {
  const [first] = callers;
  if (!first) throw new AuthenticationError(EXPECTED, { areMissing: true });
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

/** Whether the credential has the form of a JWT: three parts in base64url, the first of which is a JSON object. */
function looksLikeToken(credential: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(credential);
}
