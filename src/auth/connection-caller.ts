import type { IncomingMessage } from 'node:http';
import { headersOf } from '../http/authenticate-request.ts';
import { oneCaller, showsCredentials } from './authenticate.ts';
import type { Authenticate, Caller, CallerHeaders } from './caller.ts';

/**
 * Who opens a WebSocket: by the headers of its request, or by the payload of the first message, which is all that a
 * page in a browser can choose. Rejects as {@link Authenticate} does; where both show something, it is the same caller.
 */
export async function connectionCaller(
  authenticate: Authenticate,
  request: IncomingMessage,
  payload: Readonly<Record<string, unknown>> | undefined,
): Promise<Caller> {
  const headers = headersOf(request);
  const shown = [headers, payloadHeaders(payload)].filter(showsCredentials);
  return oneCaller(await Promise.all((shown.length > 0 ? shown : [headers]).map(authenticate)));
}

/** A payload's values as headers; their names in upper or lower case, as headers are written. */
function payloadHeaders(payload: Readonly<Record<string, unknown>> = {}): CallerHeaders {
  return {
    get(name) {
      const [, value] = Object.entries(payload).find(([key]) => key.toLowerCase() === name) ?? [];
      return typeof value === 'string' ? value : null;
    },
  };
}
