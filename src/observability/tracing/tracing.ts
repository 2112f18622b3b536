/**
 * The spans of a request, independent of the tracing backend (OpenTelemetry, in otlp.ts). Without a configured endpoint
 * there is no {@link Tracing} and no span: every call site uses `?.`, which costs less than OpenTelemetry's no-op spans.
 *
 * Names, kinds and attributes follow OpenTelemetry's semantic conventions for HTTP and GraphQL spans. They never hold
 * variables, query text, addresses of clients or credentials.
 */
export interface Tracing {
  /** Starts the span of an incoming request or operation; the `traceparent` header names the parent. */
  request(name: string, headers: { get(name: string): string | null }, attributes: SpanAttributes): Span;
  /** Starts a span without a parent, for work that no request asked for. */
  root(name: string, attributes: SpanAttributes): Span;
  /** Exports the remaining spans, within a timeout. Never rejects. */
  close(): Promise<void>;
}

export interface Span {
  /** Starts a child span; `client` marks a call to another service, `server` the operation of a client. */
  child(name: string, attributes: SpanAttributes, kind?: SpanKind): Span;
  /** Links a related span that is neither parent nor child. */
  link(other: Span): void;
  set(attributes: SpanAttributes): void;
  rename(name: string): void;
  /** Ends the span. An error code sets the status and the attribute `error.type`. */
  end(error?: string): void;
}

export type SpanKind = 'internal' | 'client' | 'server';

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;
