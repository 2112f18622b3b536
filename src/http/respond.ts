import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** An error that the gateway responds with before GraphQL runs. */
export interface HttpError {
  readonly status: number;
  /** `extensions.code`: one of the error codes of the API. */
  readonly code:
    | 'BAD_USER_INPUT'
    | 'UNAUTHENTICATED'
    | 'FORBIDDEN'
    | 'AUTHENTICATION_UNAVAILABLE'
    | 'OVERLOADED'
    | 'RATE_LIMITED'
    | 'LEDGER_UNAVAILABLE'
    | 'INTERNAL_SERVER_ERROR';
  readonly message: string;
  /** Further extensions. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: OutgoingHttpHeaders;
}

/** The error of a request that failed for a reason that clients do not see. */
export const unexpectedError: HttpError = {
  status: 500,
  code: 'INTERNAL_SERVER_ERROR',
  message: 'Unexpected error.',
};

export const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** The last result of {@link acceptedTypes}. Most requests have the same `Accept` as the one before. */
let latest = { accept: '*/*', types: ['*/*'] };

/** The media types that a client accepts, in its order. Responses are in UTF-8, so types with other charsets are left out. */
export function acceptedTypes(header: string | undefined): readonly string[] {
  const accept = header || '*/*';
  if (accept !== latest.accept) latest = { accept, types: typesOf(accept) };
  return latest.types;
}

function typesOf(accept: string): string[] {
  const accepted = accept.replace(/\s/g, '').toLowerCase().split(',');
  return accepted
    .map((entry) => entry.split(';'))
    .filter(
      (parts) => (parts.find((part) => part.includes('charset=')) ?? 'charset=utf-8') === 'charset=utf-8',
    )
    .map(([type = '']) => type);
}

/** Responds as GraphQL over HTTP does to a failed request: one entry in `errors`, in the media type of `Accept`. */
export function respondWithError(
  { headers: { accept } }: IncomingMessage,
  response: ServerResponse,
  { status, code, message, extensions, headers }: HttpError,
): void {
  const type = accept?.includes(GRAPHQL_RESPONSE) ? GRAPHQL_RESPONSE : 'application/json';
  response
    .writeHead(status, { ...headers, 'content-type': `${type}; charset=utf-8` })
    .end(JSON.stringify({ errors: [{ message, extensions: { code, ...extensions } }] }));
}

/**
 * Rejects a request to upgrade to WebSocket and closes the connection. `status` is the status line without the
 * version, such as `404 Not Found`. The response always has `connection` and `content-length`; `headers` adds more.
 */
export function refuseUpgrade(socket: Duplex, status: string, headers: Record<string, string> = {}): void {
  // After `upgrade`, Node no longer handles the socket's errors. An unhandled one would end the process.
  socket.on('error', () => socket.destroy());
  // Node's sockets are half open: without this, a client could keep the rejected connection forever.
  socket.once('finish', () => socket.destroy());
  const fields = { ...headers, connection: 'close', 'content-length': '0' };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`);
}
