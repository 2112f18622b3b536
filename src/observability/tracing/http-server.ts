import type { SpanAttributes } from './tracing.ts';

/** The methods that the conventions know. A client can send any other text. */
const METHODS = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'];

/** The paths that can be part of a span's name. A client can send any other path. */
const ROUTES = ['/graphql'];

/**
 * The name and the attributes of an HTTP server's span, as OpenTelemetry's semantic conventions for HTTP define them.
 * `url.query` is left out because it can hold variables. `client.address` and `user_agent.original` are left out because
 * they identify people.
 */
export function httpServerSpan(
  method: string,
  url: URL,
  httpVersion?: string,
): { readonly name: string; readonly attributes: SpanAttributes } {
  const isKnown = METHODS.includes(method);
  const route = ROUTES.find((path) => path === url.pathname);
  return {
    name: [isKnown ? method : 'HTTP', ...(route === undefined ? [] : [route])].join(' '),
    attributes: {
      'http.request.method': isKnown ? method : '_OTHER',
      'http.route': route,
      'network.protocol.version': httpVersion,
      'server.address': url.hostname,
      'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      'url.path': url.pathname,
      'url.scheme': url.protocol.slice(0, -1),
    },
  };
}
