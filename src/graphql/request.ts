import type { IncomingMessage } from 'node:http';

/** A request of Node's as the server's plugins know them, for transports that Yoga does not speak; without its body. */
export function asRequest({ url, headers }: IncomingMessage, signal: AbortSignal | undefined): Request {
  const fetchHeaders = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2 has names that fetch does not know.
    if (value !== undefined && !name.startsWith(':')) fetchHeaders.set(name, String(value));
  }
  // Whatever its Host says: that need not be one.
  const target = new URL(`http://gateway${url?.startsWith('/') ? url : '/'}`);
  // A signal of its own: a request leaves a listener on it, and a connection has any number of them.
  return new Request(target, { headers: fetchHeaders, ...(signal && { signal: AbortSignal.any([signal]) }) });
}
