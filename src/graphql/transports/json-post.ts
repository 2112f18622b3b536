import type { IncomingMessage, ServerResponse } from 'node:http';
import { headersOf } from '../../auth/authenticate.ts';
import type { Caller } from '../../auth/caller.ts';
import type { PostJSON } from '../../http/listener.ts';
import { acceptedTypes, GRAPHQL_RESPONSE } from '../../http/respond.ts';
import { sendTurn } from '../../http/send-turn.ts';
import { type UnreadBytes, writable } from '../../http/unread.ts';
import type { Log } from '../../observability/log.ts';
import type { Engine, OperationParams } from '../engine.ts';
import { logError } from '../log-errors.ts';
import { endRequestSpan, type OperationRecords, type TracedRequest } from '../plugins/records.ts';
import type { Manifest } from '../trusted-documents.ts';
import { jsonResponse } from './json-response.ts';

export interface JSONPostOptions {
  readonly engine: Engine;
  readonly manifest: Pick<Manifest, 'get'>;
  readonly operations: OperationRecords;
  readonly unread: Pick<UnreadBytes, 'end'>;
  readonly log: Log;
}

/**
 * GraphQL over HTTP in its most common form, without the fetch API between Node and the engine: a query or a mutation as
 * JSON in a POST, by its text or by the id of a trusted document, with a response of JSON. Yoga takes twice the CPU time for
 * these. For the same request, both send the same status, headers and bytes (test/graphql/transports/json-post.test.ts).
 */
export function createJSONPost({ engine, manifest, operations, unread, log }: JSONPostOptions): PostJSON {
  return (request, response, body, caller) => {
    const type = isJSONPost(request) ? responseType(request.headers.accept) : undefined;
    const params = type && caller && readParams(body, manifest);
    if (!params) return false;
    respond(request, response, params, caller, type).catch((error: unknown) => {
      // The engine turns what is thrown into errors, so the result cannot be sent.
      logError(log, error);
      response.destroy();
    });
    return true;
  };

  async function respond(
    req: IncomingMessage,
    res: ServerResponse,
    params: OperationParams,
    caller: Caller,
    type: string,
  ): Promise<void> {
    const address = req.socket.remoteAddress;
    const span = operations.requestSpan(() => traced(req));
    const { operationName } = params;
    const record = operations.begin({ transport: 'http', operationName, caller: caller.name, parent: span });
    const admission = engine.admit(caller, address, record);
    const refusal = admission instanceof Promise ? await admission : admission;
    const operation = refusal ?? engine.prepare(params, record);
    const source = { caller, address, signal: untilClosed(res), req, res };
    const result = 'errors' in operation ? operation : await engine.execute(operation, source);
    const { status, headers, body } = jsonResponse(result, type);
    endRequestSpan(span, status);
    // Before its bytes are counted: the conversion of a long body counts them as well.
    const bytes = writable(body);
    headers['content-length'] = String(Buffer.byteLength(bytes));
    await sendTurn();
    unread.end(res.writeHead(status, headers), bytes);
  }
}

function traced(request: IncomingMessage): TracedRequest {
  const { host = 'localhost' } = request.headers;
  const { httpVersion } = request;
  return { method: 'POST', url: `http://${host}/graphql`, headers: headersOf(request), httpVersion };
}

const paramNames = new Set(['query', 'documentId', 'operationName', 'variables', 'extensions']);

/** Returns the parameters, or `undefined` if they are invalid or batched, name an unknown document, or subscribe. */
function readParams(body: string, manifest: Pick<Manifest, 'get'>): OperationParams | undefined {
  let params: unknown;
  try {
    params = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isObject(params)) return undefined;
  for (const name in params) if (!paramNames.has(name)) return undefined;
  const { operationName, variables, extensions } = params;
  if (typeof (operationName ?? '') !== 'string') return undefined;
  if (!isObject(variables ?? {}) || !isObject(extensions ?? {})) return undefined;
  const query = textOf(params, manifest);
  // An operation cannot be a subscription without this word.
  if (query === undefined || query.includes('subscription')) return undefined;
  return { query, operationName, variables } as OperationParams;
}

/** The text of the document, or of the trusted document that an id names. A client sends one of the three. */
function textOf(
  { query, documentId, extensions }: Readonly<Record<string, unknown>>,
  manifest: Pick<Manifest, 'get'>,
): string | undefined {
  const { persistedQuery } = Object(extensions) as { readonly persistedQuery?: unknown };
  if ([query, documentId, persistedQuery].filter((given) => given !== undefined).length !== 1)
    return undefined;
  if (query !== undefined) return typeof query === 'string' ? query : undefined;
  const { version, sha256Hash } = Object(persistedQuery) as Record<string, unknown>;
  const id = version === 1 ? sha256Hash : documentId;
  return typeof id === 'string' ? manifest.get(id) : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isJSONPost({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === 'POST' && url === '/graphql' && /^application\/json(;|$)/.test(headers['content-type'] ?? '')
  );
}

const JSON_RANGES = ['application/json', 'application/*', '*/*'];

/** The media type that Yoga responds with: that of the first entry of `Accept` that JSON has. */
function responseType(accept: string | undefined): string | undefined {
  const type = acceptedTypes(accept).find((name) => name === GRAPHQL_RESPONSE || JSON_RANGES.includes(name));
  return type && JSON_RANGES.includes(type) ? 'application/json' : type;
}

/** A signal that aborts when the client disconnects. */
function untilClosed(response: ServerResponse): AbortSignal {
  const closing = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) closing.abort();
  });
  return closing.signal;
}
