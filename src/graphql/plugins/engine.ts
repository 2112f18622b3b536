import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import { getSSEProcessor, isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import type { Authenticate, RequestContext } from '../../auth/caller.ts';
import type { Span } from '../../observability/tracing/tracing.ts';
import type { Engine } from '../engine.ts';
import {
  endRequestSpan,
  type OperationRecord,
  type OperationRecords,
  type OperationResult,
} from './records.ts';

export interface YogaEngineOptions {
  readonly engine: Engine;
  readonly authenticate: Authenticate;
  readonly operations: OperationRecords;
}

/** Yoga's context of a request. A request without a socket has no Node request and response. */
type ServerContext = RequestContext & { readonly req?: IncomingMessage; readonly res?: ServerResponse };

/** Lets the engine run Yoga's operations in place of Envelop, and records them. */
export function useEngine({
  engine,
  authenticate,
  operations,
}: YogaEngineOptions): Plugin<object, ServerContext> {
  const spans = new WeakMap<Request, Span | undefined>();
  const records = new WeakMap<Request, OperationRecord>();
  const processEvents = getSSEProcessor();
  const begin = (request: Request, operationName?: unknown, caller?: string) => {
    const parent = spans.get(request);
    const record = operations.begin({ transport: 'http', operationName, caller, parent });
    records.set(request, record);
    return record;
  };
  return {
    onRequest({ request, serverContext: { req } }) {
      const { method, url, headers } = request;
      spans.set(
        request,
        operations.requestSpan(() => ({ method, url, headers, httpVersion: req?.httpVersion })),
      );
    },
    async onParams({ request, params, context, setParamsHandler }) {
      const record = begin(request, params.operationName, context.caller?.name);
      const { caller = await authenticate(request.headers), req, res } = context;
      const address = req?.socket.remoteAddress;
      const refusal = await engine.admit(caller, address, record);
      // Thrown, so that no other plugin looks up the id of its document.
      if (refusal) throw refusal.errors[0];
      setParamsHandler(async ({ params: { query = '', operationName, variables } }) => {
        const operation = engine.prepare({ query, operationName, variables }, record);
        if ('errors' in operation) return operation;
        const { operation: type } = operation.definition;
        if (type === 'mutation' && request.method === 'GET') return { errors: [mutationOverGetError()] };
        const source = { caller, req, res, address, signal: request.signal };
        if (type !== 'subscription') return engine.execute(operation, source);
        const result = await engine.subscribe(operation, source);
        if (!isAsyncIterable(result)) return result;
        return mapAsyncIterator(
          result,
          (event) => event,
          (error: GraphQLError) => ({ errors: [error] }),
        );
      });
    },
    async onResultProcess({
      request,
      result,
      setResult,
      setResultProcessor,
      serverContext: { caller, req },
    }) {
      // Yoga would choose `multipart/mixed` for `*/*`.
      if (isAsyncIterable(result)) setResultProcessor(processEvents, 'text/event-stream');
      else if (!Array.isArray(result)) {
        let record = records.get(request);
        if (!record) {
          // A batch, or a body without an operation: it costs as much as one.
          record = begin(request, undefined, caller?.name);
          const refusal = caller && (await engine.admit(caller, req?.socket.remoteAddress, record));
          if (refusal) setResult(refusal);
        }
        record.end(result as OperationResult);
      }
    },
    onResponse({ request, response }) {
      // Yoga lets browsers store event streams (`no-cache`). Their data belongs to one caller.
      if (response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
      endRequestSpan(spans.get(request), response.status);
    },
  };
}

function mutationOverGetError(): GraphQLError {
  const http = { status: 405, headers: { Allow: 'POST' } };
  const extensions = { code: 'BAD_USER_INPUT', http };
  return new GraphQLError('Can only perform a mutation operation from a POST request.', { extensions });
}
