import type { Span, SpanAttributes, Tracing } from '../observability/tracing/tracing.ts';
import type { CallObserver, RecordCall } from '../rpc/client.ts';
import { RpcError } from '../rpc/errors.ts';
import type { RpcResponse } from '../rpc/response.ts';

/** Records the VOD calls that a GraphQL operation waits for. Many operations can wait for the same call. */
export interface CallTrace {
  /** The operation's span; absent if tracing is off. */
  readonly span: Span | undefined;
  /** Called at least once for each call. */
  waitsFor(call: UpstreamCall): void;
}

export interface UpstreamCallOptions {
  readonly action: string;
  /** The name of its span. */
  readonly name: string;
  /** The number of job ids in the call. */
  readonly ids?: number;
  readonly tracing: Tracing | undefined;
}

/**
 * A VOD call with all its attempts, shared by the operations that wait for it.
 *
 * Its span is a child of the first operation, so that the trace of a call for one operation is complete. It has links to
 * the spans of all operations.
 */
export class UpstreamCall implements CallObserver {
  readonly #options: UpstreamCallOptions;
  readonly #requestIds: string[] = [];
  #attempts = 0;
  #span: Span | undefined;
  #attemptSpan: Span | undefined;
  #linkedSpans: Set<Span> | undefined;
  #lastTrace: CallTrace | undefined;

  constructor(options: UpstreamCallOptions) {
    this.#options = options;
  }

  /** The number of attempts that were sent. 0 if the circuit breaker was open. */
  get attempts(): number {
    return this.#attempts;
  }

  /** The `RequestId` of each attempt's response, in order. */
  get requestIds(): readonly string[] {
    return this.#requestIds;
  }

  /** Adds an operation that waits for the call. */
  serves(callTrace: CallTrace | undefined): void {
    // The ids of one operation come one after another.
    if (!callTrace || callTrace === this.#lastTrace) return;
    this.#lastTrace = callTrace;
    callTrace.waitsFor(this);
    const { span } = callTrace;
    if (!span || this.#linkedSpans?.has(span)) return;
    this.#linkedSpans ??= new Set();
    this.#linkedSpans.add(span);
    const { name, action, ids } = this.#options;
    this.#span ??= span.child(name, { 'vod.action': action, 'vod.ids': ids });
    this.#span.link(span);
  }

  attempting(origin: string): void {
    this.#attempts++;
    const { tracing, name, action, ids } = this.#options;
    this.#span ??= tracing?.root(name, { 'vod.action': action, 'vod.ids': ids });
    if (!this.#span) return;
    const attributes = { ...httpAttributes(origin), 'vod.action': action };
    const resent = this.#attempts > 1 ? { 'http.request.resend_count': this.#attempts - 1 } : {};
    this.#attemptSpan = this.#span.child('POST', { ...attributes, ...resent }, 'client');
  }

  attempted(outcome: RpcResponse | RpcError): void {
    const { requestId, status } = outcome;
    if (requestId !== undefined) this.#requestIds.push(requestId);
    if (!this.#attemptSpan) return;
    const error = outcome instanceof RpcError ? errorCode(outcome) : undefined;
    this.#attemptSpan.set({ 'http.response.status_code': status, 'vod.request_id': requestId });
    this.#attemptSpan.end(error);
  }

  /** Sends the call, and ends its span with it. */
  async run<Outcome>(send: (observer: CallObserver) => Promise<Outcome>): Promise<Outcome> {
    try {
      const outcome = await send(this);
      this.end();
      return outcome;
    } catch (error) {
      this.end(error);
      throw error;
    }
  }

  /** Ends the call's span, with the error if the call failed. */
  end(error?: unknown): void {
    this.#span?.set({ 'vod.attempts': this.#attempts });
    this.#span?.end(error === undefined ? undefined : errorCode(error));
  }
}

/** Attributes of the client's HTTP spans. `url.full` has no query, which holds ids and user data. */
function httpAttributes(origin: string): SpanAttributes {
  const { protocol, hostname, port } = new URL(origin);
  return {
    'http.request.method': 'POST',
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    'url.full': `${origin}/`,
  };
}

/**
 * Records calls that serve only one operation.
 *
 * @param callTrace the records of the operation; absent for the gateway's own calls
 */
export function recordedFor(callTrace: CallTrace | undefined, tracing: Tracing | undefined): RecordCall {
  return async (action, send) => {
    const call = new UpstreamCall({ action, name: 'change', tracing });
    call.serves(callTrace);
    return call.run(send);
  };
}

function errorCode(error: unknown): string {
  return error instanceof RpcError ? (error.code ?? error.name) : 'Error';
}
