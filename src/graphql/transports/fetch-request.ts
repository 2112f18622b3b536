import type { IncomingMessage } from 'node:http';

const addresses = new WeakMap<Request, string | undefined>();

/** A request of Node's as the server's plugins know them, for transports that Yoga does not speak; without its body. */
export function asRequest(
  { url, headers, socket }: IncomingMessage,
  signal: AbortSignal | undefined,
): Request {
  const fetchHeaders = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2 has names that fetch does not know.
    if (value !== undefined && !name.startsWith(':')) fetchHeaders.set(name, String(value));
  }
  // Whatever its Host says: that need not be one.
  const target = new URL(`http://gateway${url?.startsWith('/') ? url : '/'}`);
  // Mutations are refused to a GET, which a link can make somebody's browser send. These transports send messages.
  const init = { method: 'POST', headers: fetchHeaders };
  // A signal of its own: a request leaves a listener on it, and a connection has any number of them.
  const request = new Request(target, { ...init, ...(signal && { signal: AbortSignal.any([signal]) }) });
  addresses.set(request, socket.remoteAddress);
  return request;
}

/** Where such a request comes from. */
export function remoteAddress(request: Request): string | undefined {
  return addresses.get(request);
}
