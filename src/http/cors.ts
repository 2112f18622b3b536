import type { IncomingMessage, ServerResponse } from 'node:http';

const METHODS = 'GET, POST, OPTIONS';
/** What clients send: their credentials, and what Apollo's clients tell of themselves. */
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
/** What a page may read beside the body. */
const EXPOSED = 'retry-after, www-authenticate';
/** How long a browser may go by an answer. */
const MAX_AGE_SECONDS = '600';

/** Tells browsers which pages may call; gives whether the request has been answered. */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Lets pages of these sites call, none where there is none. Their credentials are headers that they set themselves,
 * never cookies, so `access-control-allow-credentials` is not sent.
 */
export function createCors(origins: readonly string[]): Cors {
  const allowed = new Set(origins);
  return ({ method, headers }, response) => {
    if (allowed.size === 0) return false;
    // Where there is a cache in between, it must not give the answer of one site to another.
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
