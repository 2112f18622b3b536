import type { DocumentNode, GraphQLError } from 'graphql';
import { getOperationAST } from 'graphql';
import type { CallTrace, UpstreamCall } from '../../jobs/call-trace.ts';
import type { Log } from '../../observability/log.ts';
import type { Span } from '../../observability/tracing/tracing.ts';
import { presentError } from '../errors.ts';

/** How an operation came in. */
export type Transport = 'http' | 'sse' | 'websocket';

export type OperationType = 'query' | 'mutation' | 'subscription';

/**
 * How an operation ended: `ok`; `errors`, where a part of its result is missing; `refused`, where nothing of it was
 * executed. Of a subscription it tells how its beginning went.
 */
export type OperationOutcome = 'ok' | 'errors' | 'refused';

/** Told of operations, for metrics. */
export interface OperationObserver {
  /** `type` is unknown of what could not be read. */
  answered(type: OperationType | 'unknown', outcome: OperationOutcome, ms: number): void;
  /** An entry of `errors[]`. */
  failed(code: string): void;
}

/** A result, as far as it matters here. */
export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly Pick<GraphQLError, 'extensions'>[] | undefined;
}

export interface OperationRecordOptions {
  readonly transport: Transport;
  /** As its client says; it may say anything. */
  readonly operationName: unknown;
  /** Gets the line of each operation; none where nothing is logged at its level. */
  readonly log: Pick<Log, 'info'> | undefined;
  readonly observer: OperationObserver;
  /** The span of the request that it came with. */
  readonly span: Span | undefined;
}

/** No operation makes as many calls; a subscription that has gone on for weeks might. */
const MAX_CALLS = 1_000;
const MAX_LOGGED_REQUEST_IDS = 20;
const MAX_LOGGED_CODES = 10;
const MAX_NAME_LENGTH = 64;

/**
 * What is known of one operation, from its coming in to its end, and told then: a line of the log, numbers, a span.
 * Neither variables nor the query's text are.
 */
export class OperationRecord implements CallTrace {
  /** Who asks, once it is known. */
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
    // Anything else is no name, and none of the log's business.
    if (typeof operationName === 'string' && /^[_A-Za-z]\w*$/.test(operationName)) {
      this.#name = operationName.slice(0, MAX_NAME_LENGTH);
    }
    this.#span = span?.child('operation', {});
  }

  get span(): Span | undefined {
    return this.#span;
  }

  waitsFor(call: UpstreamCall): void {
    this.#calls ??= new Set();
    if (this.#calls.size < MAX_CALLS) this.#calls.add(call);
  }

  /** It is valid, and executed from now on. */
  executing(document: DocumentNode, operationName: string | null | undefined): void {
    const operation = getOperationAST(document, operationName);
    this.#type = operation?.operation;
    this.#name = operation?.name?.value.slice(0, MAX_NAME_LENGTH);
    this.#span?.set({ 'graphql.operation.type': this.#type, 'graphql.operation.name': this.#name });
  }

  /** It is a subscription that events come from, from now on. */
  streaming(): void {
    this.#isStreaming = true;
    if (this.#transport === 'http') this.#transport = 'sse';
    this.#options.observer.answered('subscription', 'ok', this.#ms);
    this.#write('subscription started');
    // A span is sent when it ends: one that lasted as long as the subscription would come when nobody looks any more.
    this.#span?.end();
  }

  /** An event of the subscription. */
  sent(event: Answer): void {
    this.#events++;
    this.#take(event);
  }

  /** It has ended; of several ends the first counts. */
  end(answer: Answer = {}): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#take(answer);
    if (this.#isStreaming) this.#write('subscription ended');
    else this.#answered(answer);
  }

  #answered(answer: Answer): void {
    const { errors } = answer;
    // GraphQL leaves `data` out where nothing was executed.
    const outcome = !errors?.length ? 'ok' : answer.data === undefined ? 'refused' : 'errors';
    this.#options.observer.answered(this.#type ?? 'unknown', outcome, this.#ms);
    this.#write('operation');
    this.#span?.set({ 'graphql.outcome': outcome });
    this.#span?.end(outcome === 'ok' ? undefined : [...this.#codes].join());
  }

  get #ms(): number {
    return performance.now() - this.#startedAt;
  }

  #take({ errors }: Answer): void {
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
