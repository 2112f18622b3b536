import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { RequestContext } from '../../auth/caller.ts';
import type { Log } from '../../observability/log.ts';
import type { Span, Tracing } from '../../observability/tracing/tracing.ts';
import type { GraphQLContext } from '../context.ts';
import { type Answer, type OperationObserver, OperationRecord, type Transport } from './operation-record.ts';

export interface OperationRecordsOptions {
  readonly log: Log;
  readonly observer: OperationObserver;
  readonly tracing?: Tracing | undefined;
}

/** The records of the operations under way, by the requests that they came with, whatever the transport. */
export class OperationRecords {
  readonly #observer: OperationObserver;
  readonly #tracing: Tracing | undefined;
  readonly #log: Log | undefined;
  readonly #records = new WeakMap<Request, OperationRecord>();
  readonly #requestSpans = new WeakMap<Request, Span>();

  constructor({ log, observer, tracing }: OperationRecordsOptions) {
    this.#observer = observer;
    this.#tracing = tracing;
    this.#log = log.isLevelEnabled('info') ? log : undefined;
  }

  /** Begins the record of an operation that has come in. */
  begin(request: Request, transport: Transport, operationName?: unknown): OperationRecord {
    const span = this.#requestSpans.get(request) ?? this.#tracing?.request(transport, request.headers);
    const record = new OperationRecord({
      transport,
      operationName,
      log: this.#log,
      observer: this.#observer,
      span,
    });
    // Over HTTP the request ends with its response; a message over another transport is told by its operation alone.
    if (span && !this.#requestSpans.has(request)) span.end();
    this.#records.set(request, record);
    return record;
  }

  /** The record of a request's operation. */
  of(request: Request): OperationRecord | undefined {
    return this.#records.get(request);
  }

  /** Keeps the records: all of Yoga's own transports, and what those of other transports have to do with GraphQL. */
  plugin(): Plugin<GraphQLContext> {
    const records = this;
    return {
      ...this.#requests(),
      onParams({ request, params, context }) {
        const record = records.begin(request, 'http', params.operationName);
        record.caller = (context as RequestContext).caller?.name;
      },
      onExecute({ args }) {
        records.#executing(args);
      },
      onSubscribe({ args }) {
        const record = records.#executing(args);
        return {
          onSubscribeResult({ result }) {
            if (!isAsyncIterable(result)) return undefined;
            record?.streaming();
            return {
              onNext({ result: event }) {
                record?.sent(event);
              },
              onEnd() {
                record?.end();
              },
            };
          },
        };
      },
      onResultProcess({ request, result }) {
        if (isAsyncIterable(result) || Array.isArray(result)) return;
        // Of a request that holds no operation at all there is none yet.
        const record = records.of(request) ?? records.begin(request, 'http');
        record.end(result as Answer);
      },
    };
  }

  #executing({ document, operationName, contextValue }: ExecutionParts): OperationRecord | undefined {
    const record = this.#records.get(contextValue.request);
    if (!record) return undefined;
    record.caller = contextValue.caller?.name;
    record.executing(document, operationName);
    return record;
  }

  /** The spans of HTTP requests. */
  #requests(): Plugin<GraphQLContext> {
    const tracing = this.#tracing;
    if (!tracing) return {};
    return {
      onRequest: ({ request }) => {
        const span = tracing.request(`HTTP ${request.method}`, request.headers);
        this.#requestSpans.set(request, span);
      },
      onResponse: ({ request, response }) => {
        const span = this.#requestSpans.get(request);
        span?.set({ 'http.response.status_code': response.status });
        span?.end(response.status >= 500 ? String(response.status) : undefined);
      },
    };
  }
}

interface ExecutionParts {
  readonly document: Parameters<OperationRecord['executing']>[0];
  readonly operationName?: string | null | undefined;
  readonly contextValue: { readonly request: Request; readonly caller?: { readonly name: string } };
}
