import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createHandler,
  type Handler,
  type ResponseInit,
  TOKEN_HEADER_KEY,
  TOKEN_QUERY_KEY,
} from 'graphql-sse';
import type { Clock } from '../clock.ts';
import { isPrepared, type PreparedOperation, prepareOperation } from './operation.ts';
import { asRequest } from './request.ts';
import type { GraphQLServer } from './server.ts';

/** A stream that was reserved has to be opened within this time. */
const RESERVATION_MS = 30_000;
/** The most streams that are reserved or open. */
const MAX_STREAMS = 10_000;

export interface EventStreamTransport {
  /** Whether a request is one of this protocol: it reserves a stream, or it names one. */
  handles(request: IncomingMessage): boolean;
  /** Answers such a request; `body` as it came. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse, body: string): Promise<void>;
}

/** A stream of one client, over which the results of all its operations come. */
interface Stream {
  /** Ends its operations. */
  readonly ending: AbortController;
  cancelExpiry: () => void;
}

/**
 * GraphQL over server-sent events in single connection mode, by the protocol of graphql-sse: `PUT` reserves a stream,
 * `GET` opens it, `POST` starts an operation whose results come over it, `DELETE` ends one. (The other mode, a stream
 * for each operation, is what Yoga serves.)
 */
export function createEventStreamTransport(server: GraphQLServer, clock: Clock): EventStreamTransport {
  const streams = new Map<string, Stream>();
  const handler: Handler<IncomingMessage> = createHandler<IncomingMessage>({
    authenticate: ({ method, raw }) => {
      if (method !== 'PUT') return tokenOf(raw) ?? '';
      if (streams.size >= MAX_STREAMS) return refusal(503, 'Service Unavailable', 'too many streams');
      return reserve();
    },
    async onSubscribe({ raw }, params) {
      const stream = streams.get(tokenOf(raw) ?? '');
      const request = asRequest(raw, stream?.ending.signal);
      const prepared = await prepareOperation(server, params, request);
      // The library's own context, which it wants none of, has the type of ours.
      return isPrepared(prepared)
        ? { ...prepared, contextValue: prepared.contextValue as undefined }
        : { errors: prepared };
    },
    // Validated when it was prepared, with the server's own rules.
    validate: () => [],
    execute: (args) => (args as PreparedOperation).rootValue.execute(args),
    subscribe: (args) => (args as PreparedOperation).rootValue.subscribe(args),
  });

  function reserve(): string {
    const token = randomUUID();
    const cancelExpiry = clock.after(RESERVATION_MS, () => void expire(token));
    streams.set(token, { ending: new AbortController(), cancelExpiry });
    return token;
  }

  /** The library forgets a stream only once it has been open. */
  async function expire(token: string): Promise<void> {
    const headers = { [TOKEN_HEADER_KEY]: token, accept: 'text/event-stream' };
    const raw = { headers, url: '/' } as unknown as IncomingMessage;
    const get = (name: string) => headers[name as keyof typeof headers];
    const [body] = await handler({ method: 'GET', url: '/', headers: { get }, body: null, raw, context: {} });
    forget(token);
    if (body && typeof body !== 'string') await body.return();
  }

  function forget(token: string): void {
    const stream = streams.get(token);
    streams.delete(token);
    stream?.cancelExpiry();
    stream?.ending.abort();
  }

  return {
    handles: (request) =>
      request.method === 'PUT' || request.method === 'DELETE' || tokenOf(request) !== undefined,

    async handle(request, response, body) {
      const token = tokenOf(request);
      // Only tokens from here are taken further.
      if (request.method !== 'PUT' && !streams.has(token ?? '')) {
        return write(response, ...refusal(404, 'Not Found', 'Stream not found'));
      }
      const [content, init] = await handler({
        method: request.method ?? '',
        url: request.url ?? '',
        headers: { get: (name) => headerOf(request, name) },
        body: () => body,
        raw: request,
        context: {},
      });
      if (content === null || typeof content === 'string') return write(response, content, init);
      if (token !== undefined) {
        streams.get(token)?.cancelExpiry();
        response.once('close', () => forget(token));
      }
      response.once('close', () => void content.return());
      response.writeHead(init.status, init.statusText, init.headers);
      for await (const message of content) response.write(message);
      response.end();
    },
  };
}

function refusal(status: number, statusText: string, message: string): [string, ResponseInit] {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return [JSON.stringify({ errors: [{ message }] }), { status, statusText, headers }];
}

function write(response: ServerResponse, content: string | null, init: ResponseInit): void {
  response.writeHead(init.status, init.statusText, init.headers).end(content ?? '');
}

function tokenOf(request: IncomingMessage): string | undefined {
  const inUrl = () => new URL(request.url ?? '/', 'http://gateway').searchParams.get(TOKEN_QUERY_KEY);
  return headerOf(request, TOKEN_HEADER_KEY) ?? inUrl() ?? undefined;
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join() : value;
}
