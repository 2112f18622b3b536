import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import {
  createHandler,
  type Handler,
  type ResponseInit,
  TOKEN_HEADER_KEY,
  TOKEN_QUERY_KEY,
} from 'graphql-sse';
import { anybody, type Caller, callerId, onExpiry } from '../../auth/caller.ts';
import type { Clock } from '../../clock.ts';
import type { OpenStreams } from '../../http/streams.ts';
import type { Log } from '../../observability/log.ts';
import type { ErrorCode } from '../errors.ts';
import type { OperationRecords } from '../plugins/records.ts';
import type { GraphQLServer } from '../server.ts';
import { asRequest } from './fetch-request.ts';
import { isPrepared, type PreparedOperation, prepareOperation } from './operation.ts';

/** A stream that was reserved has to be opened within this time. */
const RESERVATION_MS = 30_000;
/** How long a stream whose caller is valid no more stays open, so that its operations' errors get out. */
const LAST_WORDS_MS = 1_000;
/** The most streams that are reserved and not open. */
const MAX_RESERVATIONS = 10_000;
/** The most of one caller: beyond these, the oldest of them gives way. */
const MAX_OWN_RESERVATIONS = 100;
/** The most operations that are running over one stream, or whose results its client has not taken yet. */
const MAX_OPERATIONS = 100;

export interface EventStreamTransport {
  /** Whether a request is one of this protocol: it reserves a stream, or it names one. */
  handles(request: IncomingMessage): boolean;
  /** Answers such a request of this caller; `body` as it came. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse, body: string, caller: Caller): Promise<void>;
}

/** Who sends a request, as the library hands it on. */
interface Sender {
  readonly caller: Caller;
}

/** A stream of one client, over which the results of all its operations come. */
interface Stream {
  /** Who has reserved it, by `callerId`: to anybody else it does not exist. */
  readonly owner: string;
  /** Ends its operations. */
  readonly ending: AbortController;
  isOpen: boolean;
  /** Operations that have begun, and those whose end its client has been told. */
  begun: number;
  told: number;
  /** Queries and mutations that are running: a submission has to be told even where the gateway goes away. */
  owing: number;
  cancelExpiry: () => void;
}

/**
 * GraphQL over server-sent events in single connection mode, by the protocol of graphql-sse: `PUT` reserves a stream,
 * `GET` opens it, `POST` starts an operation whose results come over it, `DELETE` ends one. (The other mode, a stream
 * for each operation, is what Yoga serves.)
 */
export function createEventStreamTransport(
  server: GraphQLServer,
  clock: Clock,
  log: Log,
  open: OpenStreams,
  operations: OperationRecords,
  /** The most streams that may be reserved or open. */
  maxStreams: number,
): EventStreamTransport {
  const streams = new Map<string, Stream>();
  /** By the contexts of their operations. */
  const streamOf = new WeakMap<object, Stream>();
  const handler: Handler<IncomingMessage, Sender> = createHandler<IncomingMessage, Sender>({
    authenticate: ({ method, raw, context: { caller } }) => {
      if (method !== 'PUT') return tokenOf(raw) ?? '';
      return reserve(caller) ?? refusal(503, 'too many streams', 'OVERLOADED');
    },
    async onSubscribe({ raw, context: { caller } }, params) {
      const stream = streams.get(tokenOf(raw) ?? '');
      if (stream) stream.begun++;
      const request = asRequest(raw, stream?.ending.signal);
      const record = operations.begin(request, 'sse', params.operationName);
      const prepared = await prepareOperation(server, params, request, record, caller);
      // With `data`, so that it is taken for a result, told over the stream.
      if (!isPrepared(prepared)) return { data: null, errors: prepared };
      if (stream) streamOf.set(prepared.contextValue as object, stream);
      // The library's own context, which it wants none of, has the type of ours.
      return { ...prepared, contextValue: prepared.contextValue as undefined };
    },
    // Validated when it was prepared, with the server's own rules.
    validate: () => [],
    async execute(args) {
      const stream = streamOf.get(args.contextValue ?? {});
      if (stream) stream.owing++;
      try {
        return (await (args as PreparedOperation).rootValue.execute(args)) as ExecutionResult;
      } finally {
        // Told in this turn of the event loop.
        if (stream) setImmediate(() => stream.owing--);
      }
    },
    subscribe: (args) => (args as PreparedOperation).rootValue.subscribe(args),
  });

  function reserve(caller: Caller): string | undefined {
    const reserved = [...streams].filter(([, { isOpen }]) => !isOpen);
    const own = reserved.filter(([, { owner }]) => owner === callerId(caller));
    if (streams.size - reserved.length >= maxStreams || reserved.length >= MAX_RESERVATIONS) return undefined;
    const [oldest] = own;
    if (oldest && own.length >= MAX_OWN_RESERVATIONS) void expire(oldest[0]);
    const token = randomUUID();
    streams.set(token, {
      owner: callerId(caller),
      ending: new AbortController(),
      isOpen: false,
      begun: 0,
      told: 0,
      owing: 0,
      cancelExpiry: clock.after(RESERVATION_MS, () => void expire(token)),
    });
    return token;
  }

  /** The library forgets a stream only once it has been open. */
  async function expire(token: string): Promise<void> {
    const headers = { [TOKEN_HEADER_KEY]: token, accept: 'text/event-stream' };
    const raw = { headers, url: '/' } as unknown as IncomingMessage;
    const get = (name: string) => headers[name as keyof typeof headers];
    forget(token);
    // Whose it was matters no more: that is seen to before the library is asked.
    const context = { caller: anybody };
    const [body] = await handler({ method: 'GET', url: '/', headers: { get }, body: null, raw, context });
    if (body && typeof body !== 'string') await body.return();
  }

  function forget(token: string): void {
    const stream = streams.get(token);
    streams.delete(token);
    stream?.cancelExpiry();
    stream?.ending.abort();
  }

  /** Writes a stream as fast as its client reads it. */
  async function stream(
    response: ServerResponse,
    messages: AsyncGenerator<string>,
    token: string | undefined,
  ) {
    const known = streams.get(token ?? '');
    if (known) {
      known.isOpen = true;
      known.cancelExpiry();
      open.keepWhile(response, () => known.owing > 0);
    }
    response.once('close', () => {
      if (token !== undefined) forget(token);
      void messages.return(undefined);
    });
    for await (const message of messages) {
      if (response.writableEnded || response.destroyed) break;
      if (!response.write(message)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      if (known && message.startsWith('event: complete')) known.told++;
    }
    response.end();
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
    caller: Caller,
  ): Promise<void> {
    const token = tokenOf(request);
    const known = request.method === 'PUT' ? undefined : streams.get(token ?? '');
    // Only tokens from here are taken further, from those that they were given to, and no more than a client can take.
    if (request.method !== 'PUT' && known?.owner !== callerId(caller)) {
      return write(response, ...refusal(404, 'Stream not found'));
    }
    if (request.method === 'POST') {
      if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
        return write(response, ...refusal(415, 'content-type: expected application/json'));
      }
      if (!hasReadableOperationId(body)) {
        return write(
          response,
          ...refusal(400, 'extensions.operationId: expected a text; got something else'),
        );
      }
      if (known && known.begun - known.told >= MAX_OPERATIONS) {
        const message = `expected at most ${MAX_OPERATIONS} operations at once over one stream; got one more`;
        return write(response, ...refusal(429, message));
      }
    }
    const [content, init] = await handler({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: { get: (name) => headerOf(request, name) },
      body: () => body,
      raw: request,
      context: { caller },
    });
    if (content === null || typeof content === 'string') return write(response, withCodes(content), init);
    let stopWaiting = onExpiry(caller, clock, () => {
      stopWaiting = clock.after(LAST_WORDS_MS, () => response.end());
    });
    response.once('close', () => stopWaiting());
    response.writeHead(init.status, init.statusText, init.headers);
    await stream(response, content, token);
  }

  return {
    handles: (request) =>
      request.method === 'PUT' || request.method === 'DELETE' || tokenOf(request) !== undefined,

    async handle(request, response, body, caller) {
      try {
        await answer(request, response, body, caller);
      } catch (error) {
        log.error({ error: String(error) }, 'a request over an event stream could not be handled');
        if (response.headersSent) response.destroy();
        else write(response, ...refusal(500, 'Internal server error', 'INTERNAL_SERVER_ERROR'));
      }
    },
  };
}

/** The library makes a text of it, whatever it is. What is no JSON the library refuses itself. */
function hasReadableOperationId(body: string): boolean {
  try {
    const { operationId } = Object(Object(JSON.parse(body)).extensions) as { readonly operationId?: unknown };
    return operationId === undefined || typeof operationId === 'string' || typeof operationId === 'number';
  } catch {
    return true;
  }
}

/** The library's own errors, with the code that all errors have. */
function withCodes(content: string | null): string | null {
  if (!content?.startsWith('{"errors"')) return content;
  const { errors } = JSON.parse(content) as { errors: readonly { readonly message: string }[] };
  const code: ErrorCode = 'BAD_USER_INPUT';
  return JSON.stringify({ errors: errors.map(({ message }) => ({ message, extensions: { code } })) });
}

function refusal(status: number, message: string, code = 'BAD_USER_INPUT'): [string, ResponseInit] {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return [
    JSON.stringify({ errors: [{ message, extensions: { code } }] }),
    { status, statusText: '', headers },
  ];
}

function write(response: ServerResponse, content: string | null, init: ResponseInit): void {
  response.writeHead(init.status, init.statusText, init.headers).end(content ?? '');
}

function tokenOf(request: IncomingMessage): string | undefined {
  const query = new URLSearchParams(request.url?.split('?', 2)[1]);
  return headerOf(request, TOKEN_HEADER_KEY) ?? query.get(TOKEN_QUERY_KEY) ?? undefined;
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join() : value;
}
