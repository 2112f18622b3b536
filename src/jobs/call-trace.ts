import type { Span, Tracing } from '../observability/tracing/tracing.ts';
import type { CallObserver } from '../rpc/client.ts';
import { RpcError } from '../rpc/errors.ts';
import type { RpcResponse } from '../rpc/response.ts';

/** What an operation leaves behind: the calls that it waited for. Many wait for the same call. */
export interface CallTrace {
  /** The operation's span, where traces are made. */
  readonly span: Span | undefined;
  /** To be told of each call, at least once. */
  waitsFor(call: UpstreamCall): void;
}

export interface UpstreamCallOptions {
  readonly action: string;
  /** How its span is called. */
  readonly name: string;
  /** How many jobs it asks for. */
  readonly ids?: number;
  readonly tracing: Tracing | undefined;
}

/**
 * A call to VOD with all its attempts, as those see it who wait for it.
 *
 * Its span is a part of the operation that waited first, so that the trace of a call for one operation is whole, and is
 * linked with those of all that it serves.
 */
export class UpstreamCall implements CallObserver {
  readonly #options: UpstreamCallOptions;
  readonly #requestIds: string[] = [];
  #attempts = 0;
  #span: Span | undefined;
  #attempt: Span | undefined;
  #linked: Set<Span> | undefined;

  constructor(options: UpstreamCallOptions) {
    this.#options = options;
  }

  /** How often it was sent. Not at all where the API was known to be down. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Of the answers to its attempts, in order. */
  get requestIds(): readonly string[] {
    return this.#requestIds;
  }

  /** Somebody waits for it, from now on. */
  serves(callTrace: CallTrace | undefined): void {
    if (!callTrace) return;
    callTrace.waitsFor(this);
    if (!callTrace.span || this.#linked?.has(callTrace.span)) return;
    this.#linked ??= new Set();
    this.#linked.add(callTrace.span);
    const { name, action, ids } = this.#options;
    this.#span ??= callTrace.span.child(name, { 'vod.action': action, 'vod.ids': ids });
    this.#span.link(callTrace.span);
  }

  attempting(): void {
    this.#attempts++;
    const { tracing, name, action, ids } = this.#options;
    this.#span ??= tracing?.root(name, { 'vod.action': action, 'vod.ids': ids });
    this.#attempt = this.#span?.child(
      `VOD ${action}`,
      { 'vod.action': action, 'vod.attempt': this.#attempts },
      'client',
    );
  }

  attempted(outcome: RpcResponse | RpcError): void {
    const { requestId } = outcome;
    if (requestId !== undefined) this.#requestIds.push(requestId);
    if (!this.#attempt) return;
    const error = outcome instanceof RpcError ? (outcome.code ?? outcome.name) : undefined;
    this.#attempt.set({ 'vod.outcome': error ?? 'ok', 'vod.request_id': requestId });
    this.#attempt.end(error);
  }

  /** It has ended; `error`: what with. */
  end(error?: unknown): void {
    this.#span?.set({ 'vod.attempts': this.#attempts });
    this.#span?.end(
      error === undefined ? undefined : error instanceof RpcError ? (error.code ?? error.name) : 'Error',
    );
  }
}
