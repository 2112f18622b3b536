import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Caller, RequestContext } from '../auth/caller.ts';
import type { EventReceiver } from '../events/receive.ts';
import type { AuthenticateRequest } from './authenticate-request.ts';
import type { Cors } from './cors.ts';
import { setProtectiveHeaders, varyByCaller } from './headers.ts';
import type { Overload } from './overload.ts';
import { acceptedTypes, respondWithError } from './respond.ts';
import type { UnreadBytes } from './unread.ts';

/** The maximum size of a request's body: ten times a request with a hundred ids and a long query. */
const MAX_BODY_BYTES = 100 * 1024;
/** The maximum size of an event callback, which may carry a job's whole result. */
const MAX_EVENT_BYTES = 1024 * 1024;
/** The timeout for the body of an event callback. VOD gives up after the same time. */
const MAX_EVENT_MS = 5_000;

/** The media types of the responses to operations. */
const RESPONSE_TYPES = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  'multipart/mixed',
];

/** Runs the operation of a POST of JSON, and responds. Returns false, and does nothing, if the request has any other form. */
export type PostJSON = (
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  caller: Caller | undefined,
) => boolean;

export interface HttpRoutes {
  readonly postJSON: PostJSON;
  /** Handles every other request that the listener does not handle itself. */
  readonly graphql: (request: IncomingMessage, response: ServerResponse, context: RequestContext) => void;
  readonly authenticateRequest: AuthenticateRequest;
  readonly receiveEvent: EventReceiver;
  /** Whether the gateway can serve requests now. */
  readonly isReady: () => Promise<boolean>;
  /** The metrics in Prometheus' text format. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
  /** Counts the GraphQL requests. */
  readonly overload: Overload;
  readonly unread: UnreadBytes;
  readonly cors: Cors;
  /** Responds to requests for the page of GraphiQL, and returns false for all others. Absent if it is off. */
  readonly page?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
}

/**
 * The gateway over HTTP. It serves `/health`, `/ready`, `/metrics` and `/callbacks/vod`; GraphQL serves all other paths.
 *
 * It reads and limits the bodies of GraphQL requests. Yoga would read them through web streams, which takes a third of a
 * request's CPU time (`node bench/profile.ts`).
 */
export function httpListener(routes: HttpRoutes): RequestListener {
  const { postJSON, graphql, authenticateRequest, receiveEvent, isReady, metrics, overload, unread } = routes;
  const { cors, page } = routes;
  return (request, response) => {
    const path = request.url?.split('?', 1)[0];
    setProtectiveHeaders(response);
    if (path === '/health') {
      response.writeHead(200).end();
    } else if (path === '/ready') {
      void isReady().then((ready) => response.writeHead(ready ? 200 : 503).end());
    } else if (path === '/metrics') {
      void metrics().then(({ contentType, body }) => {
        unread.end(response.writeHead(200, { 'content-type': contentType }), body);
      });
    } else if (path === '/callbacks/vod') {
      receive(request, response, receiveEvent);
    } else if (!path?.startsWith('/')) {
      reject(request, response, 400, 'target: expected a path; got something else');
    } else if (!isHost(request.headers.host)) {
      reject(
        request,
        response,
        400,
        'host: expected a name or an address, with or without a port; got something else',
      );
    } else {
      // The path is not checked: Yoga decides which paths exist, and all of them need authentication.
      if (cors(request, response) || page?.(request, response)) return;
      varyByCaller(response);
      if (request.method === 'OPTIONS') {
        // Anybody can send this request. `Connection: close` saves waiting for its body.
        response.setHeader('connection', 'close');
        response.setHeader('allow', 'GET, POST');
        response.writeHead(204).end();
        return;
      }
      if (!overload.admit(request, response)) return;
      unread.watch(response);
      const context = authenticateRequest(request, response);
      if (context instanceof Promise) void context.then((known) => known && serve(request, response, known));
      else serve(request, response, context);
    }
  };

  function serve(request: IncomingMessage, response: ServerResponse, context: RequestContext): void {
    if (request.method === 'GET' || request.method === 'HEAD') {
      const name = parameterWithoutJSON(request.url ?? '');
      if (name) reject(request, response, 400, `${name}: expected JSON; got something else`);
      else if (overload.start(request, response, context.caller)) graphql(request, response, context);
    } else if (!acceptsResponse(request.headers)) {
      // Checked before the operation runs: otherwise VOD would charge for a submission whose response is lost.
      const message = `accept: expected one of ${RESPONSE_TYPES.join(', ')}; got none of them`;
      reject(request, response, 406, message);
    } else if (overload.awaitBody(request, response, context.caller)) {
      takeBody(request, response, (body) => {
        if (!overload.start(request, response, context.caller)) return;
        if (postJSON(request, response, body, context.caller)) return;
        if (hasThen(body)) {
          reject(request, response, 400, 'body: expected no parameter "then"; got one');
          return;
        }
        // `request.body` is Yoga's interface to frameworks whose middleware has read the body, as Express does. Yoga
        // ignores an empty text and would wait for the stream, which has ended.
        graphql(Object.assign(request, { body: body || ' ' }), response, context);
      });
    }
  }
}

/** Receives an event callback from VOD. */
function receive(request: IncomingMessage, response: ServerResponse, receiver: EventReceiver): void {
  if (request.method !== 'POST') {
    response.writeHead(405, { allow: 'POST' }).end();
    return;
  }
  const refusal = receiver.refusal(request.headers);
  if (refusal) {
    // The body stays unread, so the connection cannot be used again.
    respondWithError(request, response, { ...refusal, headers: { ...refusal.headers, connection: 'close' } });
    return;
  }
  const timeout = setTimeout(() => request.destroy(), MAX_EVENT_MS);
  request.once('close', () => clearTimeout(timeout));
  takeBody(
    request,
    response,
    (body) => {
      clearTimeout(timeout);
      void receiver.receive(body, request.headers).then((error) => {
        if (error) respondWithError(request, response, error);
        else response.writeHead(200).end();
      });
    },
    MAX_EVENT_BYTES,
  );
}

/** Reads the body as UTF-8. Responds with 413 as soon as the body is longer than `maxBytes`. */
function takeBody(
  request: IncomingMessage,
  response: ServerResponse,
  take: (body: string) => void,
  maxBytes = MAX_BODY_BYTES,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const rejectLength = () => {
    // The rest of the body stays unread, so the connection cannot be used again.
    response.setHeader('connection', 'close');
    reject(request, response, 413, `body: expected at most ${maxBytes} bytes; got more`);
  };
  if (Number(request.headers['content-length']) > maxBytes) {
    rejectLength();
    return;
  }
  const onData = (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes <= maxBytes) return;
    request.off('data', onData).off('end', onEnd);
    rejectLength();
  };
  const onEnd = () => take(Buffer.concat(chunks).toString());
  request.on('data', onData).on('end', onEnd);
}

/** Whether `Accept` includes one of the media types of responses. */
function acceptsResponse({ accept }: IncomingHttpHeaders): boolean {
  return acceptedTypes(accept).some(
    (type) => type === '*/*' || type === 'application/*' || RESPONSE_TYPES.includes(type),
  );
}

/** The first parameter of a GET that must be JSON but is not. */
function parameterWithoutJSON(url: string): string | undefined {
  const at = url.indexOf('?');
  if (at < 0) return undefined;
  const parameters = new URLSearchParams(url.slice(at));
  return ['variables', 'extensions'].find((name) => {
    try {
      JSON.parse(parameters.get(name) || '{}');
      return false;
    } catch {
      return true;
    }
  });
}

/** The last host that was valid. Most requests have the same one. */
let latestHost: string | undefined;

/** Whether `Host` can be part of a URL. Yoga responds to all other hosts with the stack trace of its error. */
function isHost(host: string | undefined): boolean {
  if (host === latestHost || host === undefined) return true;
  const isValid = /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}/`);
  if (isValid) latestHost = host;
  return isValid;
}

/** Whether the body has a `then` parameter: Yoga would wait for the parameters as for a promise. */
function hasThen(body: string): boolean {
  // Most bodies are not parsed a second time.
  if (!/then|\\u/i.test(body)) return false;
  try {
    return Object.hasOwn(Object(JSON.parse(body)), 'then');
  } catch {
    // Yoga responds to invalid JSON.
    return false;
  }
}

function reject(request: IncomingMessage, response: ServerResponse, status: number, message: string): void {
  respondWithError(request, response, { status, code: 'BAD_USER_INPUT', message });
}
