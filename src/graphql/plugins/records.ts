import { type DocumentNode, type GraphQLError, getOperationAST } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { RequestContext } from '../../auth/caller.ts';
import type { CallTrace, UpstreamCall } from '../../jobs/call-trace.ts';
import type { Log } from '../../observability/log.ts';
import { httpServerSpan } from '../../observability/tracing/http-server.ts';
import type { Span, Tracing } from '../../observability/tracing/tracing.ts';
import type { GraphQLContext } from '../context.ts';
import { presentError } from '../errors.ts';

export type Transport = 'http' | 'sse' | 'websocket';

export type OperationType = 'query' | 'mutation' | 'subscription';

/**
 * How an operation ended: `ok`; `errors` if a part of its result is missing; `refused` if it was not executed. For a
 * subscription, it is the outcome of its start.
 */
export type OperationOutcome = 'ok' | 'errors' | 'refused';

/** Counts operations for metrics. */
export interface OperationObserver {
  /** `type` is `unknown` if the document could not be parsed or is invalid. */
  answered(type: OperationType | 'unknown', outcome: OperationOutcome, ms: number): void;
  /** Called for each entry of `errors[]`. */
  failed(code: string): void;
}

/** The parts of a GraphQL result that are recorded. */
export interface OperationResult {
  readonly data?: unknown;
  readonly errors?: readonly Pick<GraphQLError, 'extensions'>[] | undefined;
}

export interface OperationRecordsOptions {
  readonly log: Log;
  readonly observer: OperationObserver;
  readonly tracing?: Tracing | undefined;
}

/** The records of running operations, by request. Each WebSocket operation has a `Request` of its own. */
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

  /** Starts the record of an operation. `operationName` comes from the client and is not checked. */
  begin(request: Request, transport: Transport, operationName?: unknown): OperationRecord {
    const requestSpan = this.#requestSpans.get(request);
    const span = requestSpan
      ? requestSpan.child(UNKNOWN_OPERATION, {}, 'server')
      : this.#tracing?.request(UNKNOWN_OPERATION, request.headers, {});
    const record = new OperationRecord({
      transport,
      operationName,
      log: this.#log,
      observer: this.#observer,
      span,
    });
    this.#records.set(request, record);
    return record;
  }

  of(request: Request): OperationRecord | undefined {
    return this.#records.get(request);
  }

  /** Records operations over HTTP completely, and the execution of operations over other transports. */
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
      onResultProcess({ request, result, serverContext }) {
        if (isAsyncIterable(result) || Array.isArray(result)) return;
        // A request without an operation, or beyond the caller's limit, has no record yet.
        const record = records.of(request) ?? records.begin(request, 'http');
        record.caller ??= (serverContext as RequestContext).caller?.name;
        record.end(result as OperationResult);
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

  /** Creates the spans of HTTP requests. */
  #requests(): Plugin<GraphQLContext> {
    const tracing = this.#tracing;
    if (!tracing) return {};
    return {
      onRequest: ({ request, url, serverContext }) => {
        const { req } = serverContext as Partial<NodeContext>;
        const { name, attributes } = httpServerSpan(request.method, url, req?.httpVersion);
        this.#requestSpans.set(request, tracing.request(name, request.headers, attributes));
      },
      onResponse: ({ request, response }) => {
        const span = this.#requestSpans.get(request);
        span?.set({ 'http.response.status_code': response.status });
        span?.end(response.status >= 500 ? String(response.status) : undefined);
      },
    };
  }
}

/** Node's request, which Yoga adds over HTTP. */
interface NodeContext {
  readonly req: { readonly httpVersion: string };
}

interface ExecutionParts {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly contextValue: { readonly request: Request; readonly caller?: { readonly name: string } };
}

interface OperationRecordOptions {
  readonly transport: Transport;
  readonly operationName: unknown;
  /** `undefined` if the log's level excludes the lines of operations. */
  readonly log: Pick<Log, 'info'> | undefined;
  readonly observer: OperationObserver;
  /** The span of the operation, which ends with the record. */
  readonly span: Span | undefined;
}

/** The span's name until the type of the operation is known. */
const UNKNOWN_OPERATION = 'GraphQL Operation';
/** Only a subscription that has run for weeks can make as many calls. */
const MAX_CALLS = 1_000;
const MAX_LOGGED_REQUEST_IDS = 20;
const MAX_LOGGED_CODES = 10;
const MAX_NAME_LENGTH = 64;

/**
 * The record of one operation. At its end, it writes a log line, updates metrics and ends its span. Neither its
 * variables nor its document are recorded.
 */
export class OperationRecord implements CallTrace {
  /** The caller's name, once the caller is authenticated. */
  caller: string | undefined;

  readonly #options: OperationRecordOptions;
  readonly #startedAt = performance.now();
  readonly #codes = new Set<string>();
  #calls: Set<UpstreamCall> | undefined;
  #name: string | undefined;
  #type: OperationType | undefined;
  #isStreaming = false;
  #hasEnded = false;
  #events = 0;
  #transport: Transport;
  #span: Span | undefined;

  constructor(options: OperationRecordOptions) {
    this.#options = options;
    const { operationName, span, transport } = options;
    this.#transport = transport;
    // A client can send any value; only a GraphQL name may enter the log.
    if (typeof operationName === 'string' && /^[_A-Za-z]\w*$/.test(operationName)) {
      this.#name = operationName.slice(0, MAX_NAME_LENGTH);
    }
    this.#span = span;
  }

  get span(): Span | undefined {
    return this.#span;
  }

  waitsFor(call: UpstreamCall): void {
    this.#calls ??= new Set();
    if (this.#calls.size < MAX_CALLS) this.#calls.add(call);
  }

  /** Records that the operation is valid and its execution starts. */
  executing(document: DocumentNode, operationName: string | null | undefined): void {
    const operation = getOperationAST(document, operationName);
    this.#type = operation?.operation;
    this.#name = operation?.name?.value.slice(0, MAX_NAME_LENGTH);
    if (this.#type) this.#span?.rename(this.#type);
    this.#span?.set({ 'graphql.operation.type': this.#type, 'graphql.operation.name': this.#name });
  }

  /** Records that a subscription has started. */
  streaming(): void {
    this.#isStreaming = true;
    if (this.#transport === 'http') this.#transport = 'sse';
    this.#options.observer.answered('subscription', 'ok', this.#ms);
    this.#write('subscription started');
    // A span is exported when it ends, which must not wait for the end of the subscription.
    this.#span?.end();
  }

  /** Records an event of a subscription. */
  sent(event: OperationResult): void {
    this.#events++;
    this.#addErrors(event);
  }

  /** Records the end of the operation. Later calls have no effect. */
  end(result: OperationResult = {}): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#addErrors(result);
    if (this.#isStreaming) this.#write('subscription ended');
    else this.#endResult(result);
  }

  #endResult({ data, errors }: OperationResult): void {
    // A result without `data` was not executed.
    const outcome = !errors?.length ? 'ok' : data === undefined ? 'refused' : 'errors';
    this.#options.observer.answered(this.#type ?? 'unknown', outcome, this.#ms);
    this.#write('operation');
    this.#span?.set({
      'gateway.outcome': outcome,
      'gateway.error_codes': [...this.#codes].join() || undefined,
    });
    // The conventions allow one `error.type`: the first code.
    this.#span?.end(outcome === 'ok' ? undefined : [...this.#codes][0]);
  }

  get #ms(): number {
    return performance.now() - this.#startedAt;
  }

  #addErrors({ errors }: OperationResult): void {
    for (const error of errors ?? []) {
      const code = String(error.extensions?.code ?? presentError(error).extensions.code);
      this.#options.observer.failed(code);
      if (this.#codes.size < MAX_LOGGED_CODES) this.#codes.add(code);
    }
  }

  #write(message: string): void {
    const { log } = this.#options;
    if (!log) return;
    const requestIds: string[] = [];
    let calls = 0;
    for (const call of this.#calls ?? []) {
      if (call.attempts > 0) calls++;
      requestIds.push(...call.requestIds);
    }
    log.info(
      {
        operation: this.#name ?? null,
        type: this.#type ?? null,
        caller: this.caller ?? null,
        transport: this.#transport,
        ms: Math.round(this.#ms * 10) / 10,
        calls,
        requestIds: requestIds.slice(0, MAX_LOGGED_REQUEST_IDS),
        errors: [...this.#codes],
        ...(this.#isStreaming && { events: this.#events }),
      },
      message,
    );
  }
}
