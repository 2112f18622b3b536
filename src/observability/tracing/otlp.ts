import {
  type Attributes,
  type Context,
  createTraceState,
  isSpanContextValid,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Log } from '../log.ts';
import type { Span, SpanAttributes, Tracing } from './tracing.ts';

export interface TracingOptions {
  /** The URL of an OTLP collector; traces go to `/v1/traces` there. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly log: Pick<Log, 'warn'>;
}

/** How long a batch of spans may take to be sent, and what is left at the end. */
const EXPORT_MS = 5_000;
const CLOSE_MS = 2_000;
/** Spans that wait to be sent; more are dropped. */
const MAX_QUEUE = 2_048;
/** That the collector is away is said once in this time. */
const COMPLAINT_MS = 60_000;

/**
 * Sends traces by OTLP over HTTP. The SDK is registered nowhere: spans are handed on by who makes them, so that no
 * asynchronous context has to be kept, which every promise would pay for. This module is loaded only where traces are
 * wanted.
 */
export function startTracing({ endpoint, serviceName, log }: TracingOptions): Tracing {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = complaining(new OTLPTraceExporter({ url, timeoutMillis: EXPORT_MS }), log);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [
      new BatchSpanProcessor(exporter, { maxQueueSize: MAX_QUEUE, exportTimeoutMillis: EXPORT_MS }),
    ],
  });
  const tracer = provider.getTracer('vod-ai-gateway');
  return {
    request: (name, headers) => start(tracer, name, {}, SpanKind.SERVER, remoteParent(headers)),
    root: (name, attributes) => start(tracer, name, attributes, SpanKind.INTERNAL, ROOT_CONTEXT),
    async close() {
      const timeout = Promise.withResolvers<void>();
      const timer = setTimeout(timeout.resolve, CLOSE_MS);
      await Promise.race([provider.shutdown().catch(() => {}), timeout.promise]);
      clearTimeout(timer);
    },
  };
}

function start(
  tracer: Tracer,
  name: string,
  attributes: SpanAttributes,
  kind: SpanKind,
  parent: Context,
): Span {
  return new OtlpSpan(tracer, tracer.startSpan(name, { kind, attributes: defined(attributes) }, parent));
}

class OtlpSpan implements Span {
  readonly #tracer: Tracer;
  readonly #span: OtelSpan;

  constructor(tracer: Tracer, span: OtelSpan) {
    this.#tracer = tracer;
    this.#span = span;
  }

  child(name: string, attributes: SpanAttributes, kind: 'internal' | 'client' = 'internal'): Span {
    const spanKind = kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL;
    return start(this.#tracer, name, attributes, spanKind, trace.setSpan(ROOT_CONTEXT, this.#span));
  }

  link(other: Span): void {
    if (other instanceof OtlpSpan) this.#span.addLink({ context: other.#span.spanContext() });
  }

  set(attributes: SpanAttributes): void {
    this.#span.setAttributes(defined(attributes));
  }

  end(error?: string): void {
    if (error !== undefined) this.#span.setStatus({ code: SpanStatusCode.ERROR, message: error });
    this.#span.end();
  }
}

function defined(attributes: SpanAttributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

/** What the request is a part of, by W3C Trace Context, version 00 or what of a later one is like it. */
function remoteParent(headers: { get(name: string): string | null }): Context {
  const [, version, traceId = '', spanId = '', flags = ''] =
    /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:$|-)/.exec(headers.get('traceparent') ?? '') ??
    [];
  if (version === undefined || version === 'ff') return ROOT_CONTEXT;
  const state = headers.get('tracestate');
  const spanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(state && { traceState: createTraceState(state) }),
  };
  return isSpanContextValid(spanContext) ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
}

/** Says now and then that spans were lost; their exporter says so to nobody. */
function complaining(exporter: OTLPTraceExporter, log: Pick<Log, 'warn'>): SpanExporter {
  let nextComplaint = Number.NEGATIVE_INFINITY;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error && performance.now() >= nextComplaint) {
          nextComplaint = performance.now() + COMPLAINT_MS;
          // Nothing else of the error: it may quote the collector's answer.
          log.warn({ error: result.error.name, spans: spans.length }, 'traces could not be sent');
        }
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
