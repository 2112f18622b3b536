import {
  type Attributes,
  type Context,
  type Span as OtelSpan,
  SpanKind as OtelSpanKind,
  ROOT_CONTEXT,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Log } from '../log.ts';
import type { Span, SpanAttributes, SpanKind, Tracing } from './tracing.ts';

export interface TracingOptions {
  /** The URL of an OTLP collector; traces go to `/v1/traces` there. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly log: Pick<Log, 'warn'>;
}

/** The timeout of one export, and of the last one when the process ends. */
const EXPORT_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 2_000;
/** The most spans that wait for an export. Further spans are dropped. */
const MAX_QUEUE = 2_048;
/** The log warns at most once in this time that exports fail. */
const WARNING_INTERVAL_MS = 60_000;

const propagator = new W3CTraceContextPropagator();
const headerGetter = {
  keys: () => [],
  get: (headers: { get(name: string): string | null }, name: string) => headers.get(name) ?? undefined,
};

/**
 * Exports traces by OTLP over HTTP. The SDK is not registered globally: callers pass spans on explicitly, because an
 * asynchronous context slows down every promise. `gateway.ts` loads this module only if an endpoint is configured.
 */
export function startTracing({ endpoint, serviceName, log }: TracingOptions): Tracing {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = warning(new OTLPTraceExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MS }), log);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [
      new BatchSpanProcessor(exporter, { maxQueueSize: MAX_QUEUE, exportTimeoutMillis: EXPORT_TIMEOUT_MS }),
    ],
  });
  const tracer = provider.getTracer('vod-ai-gateway');
  return {
    request: (name, headers, attributes) =>
      start(tracer, name, attributes, 'server', propagator.extract(ROOT_CONTEXT, headers, headerGetter)),
    root: (name, attributes) => start(tracer, name, attributes, 'internal', ROOT_CONTEXT),
    async close() {
      const timeout = Promise.withResolvers<void>();
      const timer = setTimeout(timeout.resolve, CLOSE_TIMEOUT_MS);
      await Promise.race([provider.shutdown().catch(() => {}), timeout.promise]);
      clearTimeout(timer);
    },
  };
}

const otelKinds: Readonly<Record<SpanKind, OtelSpanKind>> = {
  internal: OtelSpanKind.INTERNAL,
  client: OtelSpanKind.CLIENT,
  server: OtelSpanKind.SERVER,
};

function start(
  tracer: Tracer,
  name: string,
  attributes: SpanAttributes,
  kind: SpanKind,
  parent: Context,
): Span {
  const options = { kind: otelKinds[kind], attributes: defined(attributes) };
  return new OtlpSpan(tracer, tracer.startSpan(name, options, parent));
}

class OtlpSpan implements Span {
  readonly #tracer: Tracer;
  readonly #span: OtelSpan;

  constructor(tracer: Tracer, span: OtelSpan) {
    this.#tracer = tracer;
    this.#span = span;
  }

  child(name: string, attributes: SpanAttributes, kind: SpanKind = 'internal'): Span {
    return start(this.#tracer, name, attributes, kind, trace.setSpan(ROOT_CONTEXT, this.#span));
  }

  link(other: Span): void {
    if (other instanceof OtlpSpan) this.#span.addLink({ context: other.#span.spanContext() });
  }

  set(attributes: SpanAttributes): void {
    this.#span.setAttributes(defined(attributes));
  }

  rename(name: string): void {
    this.#span.updateName(name);
  }

  end(error?: string): void {
    if (error !== undefined) {
      this.#span.setAttribute('error.type', error);
      // Without a description: it would only repeat `error.type`.
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }
}

function defined(attributes: SpanAttributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

/** Logs failed exports, which the exporter itself does not report. */
function warning(exporter: OTLPTraceExporter, log: Pick<Log, 'warn'>): SpanExporter {
  let nextWarningAt = Number.NEGATIVE_INFINITY;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error && performance.now() >= nextWarningAt) {
          nextWarningAt = performance.now() + WARNING_INTERVAL_MS;
          // Only the error's name: its message may quote the collector's response.
          log.warn({ error: result.error.name, spans: spans.length }, 'traces could not be exported');
        }
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
