import type { GraphQLError, OperationDefinitionNode } from 'graphql';
import type { CallerHeaders } from '../../auth/caller.ts';
import type { CallTrace, UpstreamCall } from '../../jobs/call-trace.ts';
import type { Log } from '../../observability/log.ts';
import { httpServerSpan } from '../../observability/tracing/http-server.ts';
import type { Span, Tracing } from '../../observability/tracing/tracing.ts';
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

/** How the record of an operation starts. */
export interface OperationStart {
  readonly transport: Transport;
  /** Comes from the client and is not checked. */
  readonly operationName?: unknown;
  /** The caller's name, if the caller is authenticated already. */
  readonly caller?: string | undefined;
  /** The span of the request over HTTP. */
  readonly parent?: Span | undefined;
  /** The headers of a request without a span of its own; `traceparent` names the parent. */
  readonly headers?: CallerHeaders;
}

/** A request over HTTP. The headers name the parent of its span. */
export interface TracedRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string | undefined;
  readonly headers: CallerHeaders;
}

/** Starts the records of operations. */
export class OperationRecords {
  readonly #observer: OperationObserver;
  readonly #tracing: Tracing | undefined;
  readonly #log: Log | undefined;

  constructor({ log, observer, tracing }: OperationRecordsOptions) {
    this.#observer = observer;
    this.#tracing = tracing;
    this.#log = log.isLevelEnabled('info') ? log : undefined;
  }

  begin(start: OperationStart): OperationRecord {
    const { parent, headers } = start;
    const span = parent
      ? parent.child(UNKNOWN_OPERATION, {}, 'server')
      : headers && this.#tracing?.request(UNKNOWN_OPERATION, headers, {});
    return new OperationRecord(start, { span, log: this.#log, observer: this.#observer });
  }

  /** Starts the span of a request over HTTP; its `traceparent` header names the parent. `undefined` if nothing is traced. */
  requestSpan(request: () => TracedRequest): Span | undefined {
    if (!this.#tracing) return undefined;
    const { method, url, httpVersion, headers } = request();
    const { name, attributes } = httpServerSpan(method, new URL(url), httpVersion);
    return this.#tracing.request(name, headers, attributes);
  }
}

/** Ends the span of an HTTP request. */
export function endRequestSpan(span: Span | undefined, status: number): void {
  span?.set({ 'http.response.status_code': status });
  span?.end(status >= 500 ? String(status) : undefined);
}

interface OperationRecordOptions {
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
  readonly #options: OperationRecordOptions;
  readonly #startedAt = performance.now();
  readonly #codes: string[] = [];
  readonly #calls: UpstreamCall[] = [];
  #name: string | undefined;
  #type: OperationType | undefined;
  #isStreaming = false;
  #hasEnded = false;
  #events = 0;
  #transport: Transport;
  #span: Span | undefined;
  #caller: string | undefined;

  constructor({ operationName, transport, caller }: OperationStart, options: OperationRecordOptions) {
    this.#options = options;
    this.#caller = caller;
    this.#transport = transport;
    // A client can send any value; only a GraphQL name may enter the log.
    if (typeof operationName === 'string' && /^[_A-Za-z]\w*$/.test(operationName)) {
      this.#name = operationName.slice(0, MAX_NAME_LENGTH);
    }
    this.#span = options.span;
  }

  get span(): Span | undefined {
    return this.#span;
  }

  waitsFor(call: UpstreamCall): void {
    if (this.#calls.length < MAX_CALLS && !this.#calls.includes(call)) this.#calls.push(call);
  }

  /** Records that the operation is valid and its execution starts. */
  executing({ operation, name }: OperationDefinitionNode, caller: string): void {
    this.#caller = caller;
    this.#type = operation;
    this.#name = name?.value.slice(0, MAX_NAME_LENGTH);
    this.#span?.rename(operation);
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
      'gateway.error_codes': this.#codes.join() || undefined,
    });
    // The conventions allow one `error.type`: the first code.
    this.#span?.end(outcome === 'ok' ? undefined : this.#codes[0]);
  }

  get #ms(): number {
    return performance.now() - this.#startedAt;
  }

  #addErrors({ errors }: OperationResult): void {
    for (const error of errors ?? []) {
      const code = String(error.extensions?.code ?? presentError(error).extensions.code);
      this.#options.observer.failed(code);
      if (this.#codes.length < MAX_LOGGED_CODES && !this.#codes.includes(code)) this.#codes.push(code);
    }
  }

  #write(message: string): void {
    const { log } = this.#options;
    if (!log) return;
    const requestIds: string[] = [];
    let calls = 0;
    for (const call of this.#calls) {
      if (call.attempts > 0) calls++;
      requestIds.push(...call.requestIds);
    }
    log.info(
      {
        operation: this.#name ?? null,
        type: this.#type ?? null,
        caller: this.#caller ?? null,
        transport: this.#transport,
        ms: Math.round(this.#ms * 10) / 10,
        calls,
        requestIds: requestIds.slice(0, MAX_LOGGED_REQUEST_IDS),
        errors: this.#codes,
        ...(this.#isStreaming && { events: this.#events }),
      },
      message,
    );
  }
}
