import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Authenticate,
  AuthenticationError,
  AuthenticationUnavailableError,
  anybody,
  type CallerHeaders,
  type RequestContext,
} from '../auth/caller.ts';

/** Lets a request in, or answers it: then it gives `undefined`. Never rejects; where all may call, it answers at once. */
export type AuthenticateRequest = (
  request: IncomingMessage,
  response: ServerResponse,
) => RequestContext | Promise<RequestContext | undefined>;

export interface AuthenticateRequestOptions {
  readonly authenticate: Authenticate;
  /** Whether everybody may do everything. */
  readonly isOpen: boolean;
  /** Whether browsers are shown a page. */
  readonly hasPage: boolean;
  /** Told of each request that does not show who sent it. */
  readonly onUnauthenticated: () => void;
}

/**
 * The door of everything that speaks GraphQL over HTTP. Who calls is found out before anything else of the request is
 * read. Two kinds of requests need nobody: those of browsers for the page, since these cannot show anything, and their
 * preflights. Neither runs an operation.
 */
export function createAuthenticateRequest({
  authenticate,
  isOpen,
  hasPage,
  onUnauthenticated,
}: AuthenticateRequestOptions): AuthenticateRequest {
  if (isOpen) return () => ({ caller: anybody });
  return async (request, response) => {
    try {
      return { caller: await authenticate(headersOf(request)) };
    } catch (error) {
      if (request.method === 'OPTIONS' || (hasPage && asksForPage(request))) return {};
      if (error instanceof AuthenticationError) onUnauthenticated();
      refuse(request, response, error);
      return undefined;
    }
  };
}

/** The headers of a request of Node's. */
export function headersOf({ headers }: IncomingMessage): CallerHeaders {
  return {
    get(name) {
      const value = headers[name];
      return (Array.isArray(value) ? value.join() : value) ?? null;
    },
  };
}

function asksForPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true;
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const { status, code, message } = answerTo(error);
  if (error instanceof AuthenticationUnavailableError) {
    response.setHeader('retry-after', error.retryAfterSeconds);
  }
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  const graphql = 'application/graphql-response+json';
  const type = request.headers.accept?.includes(graphql) ? graphql : 'application/json';
  response.setHeader('content-type', `${type}; charset=utf-8`);
  response.writeHead(status).end(JSON.stringify({ errors: [{ message, extensions: { code } }] }));
}

function answerTo(error: unknown) {
  if (error instanceof AuthenticationError) {
    return { status: 401, code: 'UNAUTHENTICATED', message: error.message };
  }
  if (error instanceof AuthenticationUnavailableError) {
    return { status: 503, code: 'AUTHENTICATION_UNAVAILABLE', message: error.message };
  }
  return { status: 500, code: 'INTERNAL_SERVER_ERROR', message: 'Unexpected error.' };
}
