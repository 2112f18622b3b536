import type { IncomingMessage, ServerResponse } from 'node:http';
import { headersOf } from '../auth/authenticate.ts';
import {
  type Authenticate,
  AuthenticationError,
  AuthenticationUnavailableError,
  anybody,
  type RequestContext,
} from '../auth/caller.ts';
import type { WrongCredentials } from '../auth/wrong-credentials.ts';
import type { ClientAddresses } from './client-address.ts';
import { type HttpError, respondWithError, unexpectedError } from './respond.ts';

/**
 * Authenticates a request. If that fails, it sends the error and returns or resolves with `undefined`. It never rejects.
 * If authentication is disabled, it returns a value instead of a promise.
 */
export type AuthenticateRequest = (
  request: IncomingMessage,
  response: ServerResponse,
) => RequestContext | Promise<RequestContext | undefined>;

export interface AuthenticateRequestOptions {
  readonly authenticate: Authenticate;
  /** Whether authentication is disabled. */
  readonly isOpen: boolean;
  /** Called if the request has to wait for the token issuer. */
  readonly onWait: (response: ServerResponse) => void;
  /** Called for each request with missing or invalid credentials. */
  readonly onUnauthenticated: () => void;
  /** Called for each request with valid credentials. */
  readonly onAuthenticated: (request: IncomingMessage) => void;
  readonly addresses: Pick<ClientAddresses, 'of'>;
  /** Limits the wrong credentials of each address. */
  readonly wrongCredentials: WrongCredentials;
}

/**
 * Authenticates every GraphQL request over HTTP, before its body is read. Preflights pass without credentials, since a
 * browser cannot send any with them. They execute no operation.
 */
export function createAuthenticateRequest({
  authenticate,
  isOpen,
  onWait,
  onUnauthenticated,
  onAuthenticated,
  addresses,
  wrongCredentials,
}: AuthenticateRequestOptions): AuthenticateRequest {
  if (isOpen) {
    return (request) => {
      onAuthenticated(request);
      return { caller: anybody };
    };
  }
  return async (request, response) => {
    try {
      const caller = await authenticate(headersOf(request), () => onWait(response));
      onAuthenticated(request);
      return { caller };
    } catch (error) {
      if (request.method === 'OPTIONS') return {};
      if (error instanceof AuthenticationError) onUnauthenticated();
      const isWrong = error instanceof AuthenticationError && !error.areMissing;
      const waitMs = isWrong ? wrongCredentials.count(addresses.of(request)) : undefined;
      respondWithError(request, response, waitMs === undefined ? httpErrorOf(error) : tooManyError(waitMs));
      return undefined;
    }
  };
}

function tooManyError(waitMs: number): HttpError {
  return {
    status: 429,
    code: 'RATE_LIMITED',
    message: 'credentials: expected at most ten wrong ones a minute from one address; got one more',
    extensions: { retryAfterMs: waitMs },
    headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
  };
}

function httpErrorOf(error: unknown): HttpError {
  if (error instanceof AuthenticationError) {
    const headers = { 'www-authenticate': 'Bearer' };
    return { status: 401, code: 'UNAUTHENTICATED', message: error.message, headers };
  }
  if (error instanceof AuthenticationUnavailableError) {
    const headers = { 'retry-after': String(error.retryAfterSeconds) };
    return { status: 503, code: 'AUTHENTICATION_UNAVAILABLE', message: error.message, headers };
  }
  return unexpectedError;
}
