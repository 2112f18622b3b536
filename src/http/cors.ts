import type { IncomingMessage, ServerResponse } from 'node:http';

const METHODS = 'GET, POST, OPTIONS';
/** The request headers of GraphQL clients: credentials, CSRF prevention, Apollo Client's own and trace context. */
const HEADERS = [
  'accept',
  'authorization',
  'content-type',
  'x-api-key',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'x-graphql-yoga-csrf',
  'traceparent',
  'tracestate',
].join(', ');
/** The response headers that a page can read. */
const EXPOSED = 'retry-after, www-authenticate';
/** How long a browser caches the response to a preflight. */
const MAX_AGE_SECONDS = '600';

/** Sets the CORS headers. Returns whether the request was a preflight, to which it has responded. */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Allows pages of the given origins to call the API; no others. It does not send `access-control-allow-credentials`,
 * because callers send their credentials in headers, not in cookies.
 */
export function createCors(origins: readonly string[]): Cors {
  const allowed = new Set(origins);
  return ({ method, headers }, response) => {
    if (allowed.size === 0) return false;
    // A cache must not serve the response for one origin to another.
    response.setHeader('vary', 'origin');
    const { origin } = headers;
    if (origin === undefined || !allowed.has(origin)) return false;
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', EXPOSED);
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false;
    response.writeHead(204, {
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': HEADERS,
      'access-control-max-age': MAX_AGE_SECONDS,
    });
    response.end();
    return true;
  };
}
