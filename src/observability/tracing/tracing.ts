/**
 * The spans of a request, independent of the tracing backend (OpenTelemetry, in otlp.ts). Without a configured endpoint
 * there is no {@link Tracing} and no span: every call site uses `?.`, which costs less than OpenTelemetry's no-op spans.
 *
 * Names and attributes never hold variables, query text or credentials.
 */
export interface Tracing {
  /** Starts the span of an incoming request; its `traceparent` header names the parent. */
  request(name: string, headers: { get(name: string): string | null }): Span;
  /** Starts a span without a parent, for work that no request asked for. */
  root(name: string, attributes: SpanAttributes): Span;
  /** Exports the remaining spans, within a timeout. Never rejects. */
  close(): Promise<void>;
}

export interface Span {
  /** Starts a child span; `client` marks a call to another service. */
  child(name: string, attributes: SpanAttributes, kind?: 'internal' | 'client'): Span;
  /** Links a related span that is neither parent nor child. */
  link(other: Span): void;
  set(attributes: SpanAttributes): void;
  /** Ends the span; `error` is an error code. */
  end(error?: string): void;
}

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;
