import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RequestContext } from '../auth/caller.ts';
import type { EventReceiver } from '../events/receive.ts';
import type { AuthenticateRequest } from './authenticate-request.ts';
import type { Cors } from './cors.ts';
import type { Overload } from './overload.ts';
import type { OpenStreams } from './streams.ts';

/** The most bytes that a request's body may have: a hundred ids and a long query are a tenth of it. */
const MAX_BODY_BYTES = 100 * 1024;
/** The most bytes of an event from VOD, which may carry a job's whole result. */
const MAX_EVENT_BYTES = 1024 * 1024;
/** How long the body of an event may take to come in: VOD has given up by then. */
const MAX_EVENT_MS = 5_000;

/** The kinds of answers to operations. */
const ANSWERS = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  'multipart/mixed',
];
const JSON_TYPE = 'application/json; charset=utf-8';

export interface HttpRoutes {
  /** Serves everything that is not served here. */
  readonly graphql: (request: IncomingMessage, response: ServerResponse, from: RequestContext) => unknown;
  /** In front of all that is GraphQL's. */
  readonly gate: AuthenticateRequest;
  readonly receiveEvent: EventReceiver;
  /** Whether requests can be served now. */
  readonly isReady: () => Promise<boolean>;
  /** The numbers of the gateway, as Prometheus reads them. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
  readonly streams: OpenStreams;
  /** In front of all that is GraphQL's, even of the gate: what is shed is not looked at. */
  readonly overload: Overload;
  readonly cors: Cors;
}

/**
 * The gateway over HTTP: `/health`, `/ready`, `/metrics` and `/callbacks/vod` are answered here, the rest is GraphQL's.
 *
 * Bodies are read here, within their bound. The GraphQL server would read and bound them through web streams, which
 * takes a third of the processor time of a whole request (`node bench/profile.ts`).
 */
export function httpListener(routes: HttpRoutes): RequestListener {
  const { graphql, gate, receiveEvent, isReady, metrics, streams, overload, cors } = routes;
  return (request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/health') {
      send(response, 200);
    } else if (path === '/ready') {
      void isReady().then((ready) => send(response, ready ? 200 : 503));
    } else if (path === '/metrics') {
      void metrics().then(({ contentType, body }) => send(response, 200, contentType, body));
    } else if (path === '/callbacks/vod') {
      takeEvent(request, response, receiveEvent);
    } else if (!path?.startsWith('/')) {
      refuse(response, 400, 'target: expected a path; got something else');
    } else if (!isHost(request.headers.host)) {
      refuse(response, 400, 'host: expected a name or an address, and a port or none; got something else');
    } else {
      // Whatever its path is: which ones are GraphQL's is not for two places to decide.
      if (cors(request, response)) return;
      if (request.method === 'OPTIONS') {
        // Nobody has to show who asks, so nobody's body is waited for.
        response.setHeader('connection', 'close');
        response.setHeader('allow', 'GET, POST');
        send(response, 204);
        return;
      }
      const release = overload.admit(request, response);
      if (!release) return;
      streams.watch(request, response, release);
      const from = gate(request, response);
      if (from instanceof Promise) void from.then((known) => known && serve(request, response, known));
      else serve(request, response, from);
    }
  };

  function serve(request: IncomingMessage, response: ServerResponse, from: RequestContext): void {
    if (request.method === 'GET' || request.method === 'HEAD') {
      const wrong = parametersWithoutJson(request.url ?? '');
      if (wrong) refuse(response, 400, `${wrong}: expected JSON; got something else`);
      else graphql(request, response, from);
    } else if (!takesAnswers(request.headers.accept)) {
      // Before it runs: a submission would be paid for, and nobody told of it.
      refuse(response, 406, `accept: expected one of ${ANSWERS.join(', ')}; got none of them`);
    } else {
      takeBody(request, response, (body) => {
        if (isThenable(body)) return refuse(response, 400, 'body: expected no parameter "then"; got one');
        // Where the request has a body like this, the GraphQL server takes it for the request's own. It would not take
        // an empty one, and wait for the stream that is read already.
        graphql(Object.assign(request, { body: body || ' ' }), response, from);
      });
    }
  }
}

function takeEvent(request: IncomingMessage, response: ServerResponse, receiver: EventReceiver): void {
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    send(response, 405);
    return;
  }
  const refusal = receiver.refusal(request.headers);
  if (refusal) {
    // Unread, the rest of the body would have to be waited for before the connection could be used again.
    response.setHeader('connection', 'close');
    send(response, refusal.status, JSON_TYPE, refusal.body);
    return;
  }
  const tooSlow = setTimeout(() => request.destroy(), MAX_EVENT_MS);
  request.once('close', () => clearTimeout(tooSlow));
  readBody(request, MAX_EVENT_BYTES, (body) => {
    clearTimeout(tooSlow);
    if (body === undefined) refuseLength(response, MAX_EVENT_BYTES);
    else {
      void receiver
        .receive(body)
        .then((answer) => send(response, answer.status, answer.body && JSON_TYPE, answer.body));
    }
  });
}

function takeBody(request: IncomingMessage, response: ServerResponse, take: (body: string) => void): void {
  readBody(request, MAX_BODY_BYTES, (body) => {
    if (body === undefined) refuseLength(response, MAX_BODY_BYTES);
    else take(body);
  });
}

/** Reads the whole body; `undefined` as soon as it is longer than `max` bytes. */
function readBody(request: IncomingMessage, max: number, done: (body: string | undefined) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (Number(request.headers['content-length']) > max) {
    done(undefined);
    return;
  }
  const onData = (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes <= max) return;
    request.off('data', onData).off('end', onEnd);
    done(undefined);
  };
  const onEnd = () => done(Buffer.concat(chunks).toString());
  request.on('data', onData).on('end', onEnd);
}

/** Whether a client takes any kind of answer that there is to an operation. */
function takesAnswers(accept: string | undefined): boolean {
  if (!accept) return true;
  return accept
    .replace(/\s/g, '')
    .toLowerCase()
    .split(',')
    .some((taken) => {
      const [type = '', ...parameters] = taken.split(';');
      const charset = parameters.find((parameter) => parameter.includes('charset='));
      const isText = charset === undefined || charset === 'charset=utf-8';
      return isText && (type === '*/*' || type === 'application/*' || ANSWERS.includes(type));
    });
}

/** The first parameter of a GET that should hold JSON, and does not. */
function parametersWithoutJson(url: string): string | undefined {
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

/** Whether the server can make a URL of it: it would answer others with its own troubles. */
function isHost(host: string | undefined): boolean {
  return host === undefined || (/^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}/`));
}

/** Whether the server would take the parameters for a promise; few bodies have to be looked at more closely. */
function isThenable(body: string): boolean {
  if (!/then|\\u/i.test(body)) return false;
  try {
    return Object.hasOwn(Object(JSON.parse(body)), 'then');
  } catch {
    // No JSON: the server says so.
    return false;
  }
}

function refuseLength(response: ServerResponse, max: number): void {
  // The rest of the body is not read, so nothing else can come over this connection.
  response.setHeader('connection', 'close');
  refuse(response, 413, `body: expected at most ${max} bytes; got more`);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
  send(response, status, JSON_TYPE, body);
}

function send(response: ServerResponse, status: number, contentType?: string, body = ''): void {
  if (contentType) response.setHeader('content-type', contentType);
  response.writeHead(status).end(body);
}
