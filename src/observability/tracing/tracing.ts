/**
 * What a request led to, as spans with a beginning and an end. A port: who makes spans knows nothing of who takes them
 * (OpenTelemetry, in tracing/otlp.ts). Where nobody does there is no {@link Tracing}, and so no span: each place that
 * would make one asks by `?.`, which costs nothing.
 *
 * Names and attributes hold no variables, no query text, no credentials.
 */
export interface Tracing {
  /** A request that came in; its header `traceparent` may say what it is a part of. */
  request(name: string, headers: { get(name: string): string | null }): Span;
  /** Something that nobody asked for. */
  root(name: string, attributes: SpanAttributes): Span;
  /** Sends what is left, within a bound, and ends. Never rejects. */
  close(): Promise<void>;
}

export interface Span {
  /** Begins a part of it; `client`: a call to somebody else. */
  child(name: string, attributes: SpanAttributes, kind?: 'internal' | 'client'): Span;
  /** Shows that the two belong together, although neither is a part of the other. */
  link(other: Span): void;
  set(attributes: SpanAttributes): void;
  /** Ends it; `error` is the code of what went wrong. */
  end(error?: string): void;
}

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;
