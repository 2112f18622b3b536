import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** The most bytes that a request's body may have: a hundred ids and a long query are a tenth of it. */
const MAX_BODY_BYTES = 100 * 1024;

export interface HttpRoutes {
  /** Serves everything that is not served here. */
  readonly graphql: (request: IncomingMessage, response: ServerResponse) => unknown;
  /** Whether requests can be served now. */
  readonly isReady: () => Promise<boolean>;
  /** The numbers of the gateway, as Prometheus reads them. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
}

/**
 * The gateway over HTTP: `/health`, `/ready` and `/metrics` are answered here, the rest is GraphQL's.
 *
 * Bodies are read here, within their bound. The GraphQL server would read and bound them through web streams, which
 * takes a third of the processor time of a whole request (`node bench/profile.ts`).
 */
export function httpListener({ graphql, isReady, metrics }: HttpRoutes): RequestListener {
  return (request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/health') {
      send(response, 200);
    } else if (path === '/ready') {
      void isReady().then((ready) => send(response, ready ? 200 : 503));
    } else if (path === '/metrics') {
      void metrics().then(({ contentType, body }) => send(response, 200, contentType, body));
    } else if (request.method === 'GET' || request.method === 'HEAD') {
      graphql(request, response);
    } else {
      readBody(request, (body) => {
        // Where the request has a body like this, the GraphQL server takes it for the request's own. It would not take
        // an empty one, and wait for the stream that is read already.
        if (body !== undefined) graphql(Object.assign(request, { body: body || ' ' }), response);
        else refuse(response);
      });
    }
  };
}

/** Reads the whole body; `undefined` as soon as it is too long. */
function readBody(request: IncomingMessage, done: (body: string | undefined) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (Number(request.headers['content-length']) > MAX_BODY_BYTES) {
    done(undefined);
    return;
  }
  const onData = (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes <= MAX_BODY_BYTES) return;
    request.off('data', onData).off('end', onEnd);
    done(undefined);
  };
  const onEnd = () => done(Buffer.concat(chunks).toString());
  request.on('data', onData).on('end', onEnd);
}

function refuse(response: ServerResponse): void {
  const message = `body: expected at most ${MAX_BODY_BYTES} bytes; got more`;
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
  // The rest of the body is not read, so nothing else can come over this connection.
  response.setHeader('connection', 'close');
  send(response, 413, 'application/json; charset=utf-8', body);
}

function send(response: ServerResponse, status: number, contentType?: string, body = ''): void {
  if (contentType) response.setHeader('content-type', contentType);
  response.writeHead(status).end(body);
}
