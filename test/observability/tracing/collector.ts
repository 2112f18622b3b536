import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { startTracing } from '../../../src/observability/tracing/otlp.ts';
import type { Tracing } from '../../../src/observability/tracing/tracing.ts';
import { collectedLog } from '../../support/collected-logs.ts';
import { listening } from '../../support/listening.ts';

/** A span as OTLP has it, in JSON. */
export interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { key: string; value: Readonly<Record<string, string | number>> }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource: Pick<WireSpan, 'attributes'>;
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

/** Takes traces by OTLP over HTTP, or answers in another way. */
export async function collector(
  answer: (response: ServerResponse) => void = (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
) {
  const bodies: string[] = [];
  const paths: (string | undefined)[] = [];
  const lines: string[] = [];
  const endpoint = await listening(async (request: IncomingMessage, response: ServerResponse) => {
    paths.push(request.url);
    bodies.push(await text(request));
    answer(response);
  });
  const log = collectedLog((line) => lines.push(line));
  const tracing: Tracing = startTracing({ endpoint, serviceName: 'a gateway', log });
  onTestFinished(() => tracing.close());
  const sent = () =>
    bodies.map((body) => JSON.parse(body) as WireRequest).flatMap((body) => body.resourceSpans);
  return {
    tracing,
    bodies,
    paths,
    lines,
    services: () => new Set(sent().map(({ resource }) => attributesOf(resource)['service.name'])),
    /** All spans, once no more come. */
    async spans(): Promise<readonly WireSpan[]> {
      await tracing.close();
      return sent().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
    },
  };
}

export function attributesOf({ attributes }: Pick<WireSpan, 'attributes'>) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
