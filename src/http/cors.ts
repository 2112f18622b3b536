import type { IncomingMessage, ServerResponse } from 'node:http';

const METHODS = 'GET, POST, OPTIONS';
/** The response headers that a page can read. */
const EXPOSED = 'retry-after, www-authenticate';
/** How long a browser caches the response to a preflight. */
const MAX_AGE_SECONDS = '600';

/** Sets the CORS headers. Returns whether the request was a preflight, to which it has responded. */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Allows pages of the given origins to call the API; no others. They may send any header, because clients, tracing and
 * error reporting add headers of their own, and the gateway ignores headers that it does not know. It does not send
 * `access-control-allow-credentials`, because callers send their credentials in headers, not in cookies.
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
    const asked = headers['access-control-request-headers'];
    response.writeHead(204, {
      vary: 'origin, access-control-request-headers',
      'access-control-allow-methods': METHODS,
      ...(asked !== undefined && { 'access-control-allow-headers': asked }),
      'access-control-max-age': MAX_AGE_SECONDS,
    });
    response.end();
    return true;
  };
}
