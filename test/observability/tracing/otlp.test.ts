import { expect, it } from 'vitest';
import { AIJobDocument, AIJobsDocument, SubmitAIJobDocument } from '../../../schema/generated/graphql.ts';
import { streaming } from '../../graphql/transports/streaming.ts';
import { finishedJobs, runningGateway } from '../../support/running-gateway.ts';
import { attributesOf, collector, type WireSpan } from './collector.ts';

const named = (spans: readonly WireSpan[], name: string) => spans.filter((span) => span.name === name);
const parentOf = (spans: readonly WireSpan[], span: WireSpan | undefined) =>
  spans.find(({ spanId }) => spanId === span?.parentSpanId);

it('shows a request down to its calls, each retry as an attempt', async () => {
  const { tracing, spans, paths, services } = await collector();
  const { query, emulator } = await runningGateway({ tracing });
  const ids = finishedJobs(emulator, 2);
  emulator.faults.add({ kind: 'throttle', times: 1 });
  await query(AIJobsDocument, { ids });

  const all = await spans();
  const attempts = named(all, 'VOD ListAIJob');
  expect(attempts.map(attributesOf)).toEqual([
    {
      'vod.action': 'ListAIJob',
      'vod.attempt': 1,
      'vod.outcome': 'Throttling.User',
      'vod.request_id': expect.any(String),
    },
    {
      'vod.action': 'ListAIJob',
      'vod.attempt': 2,
      'vod.outcome': 'ok',
      'vod.request_id': expect.any(String),
    },
  ]);
  expect(attempts.map(({ status }) => status.message)).toEqual(['Throttling.User', undefined]);
  const [batch] = named(all, 'lookup batch');
  expect(attempts.map(({ parentSpanId }) => parentSpanId)).toEqual([batch?.spanId, batch?.spanId]);
  expect(batch && attributesOf(batch)).toEqual({
    'vod.action': 'ListAIJob',
    'vod.ids': 2,
    'vod.attempts': 2,
  });
  const operation = parentOf(all, batch);
  expect(operation && attributesOf(operation)).toEqual({
    'graphql.operation.type': 'query',
    'graphql.operation.name': 'AIJobs',
    'graphql.outcome': 'ok',
  });
  expect(parentOf(all, operation)).toMatchObject({ name: 'HTTP POST', kind: 2 });
  expect(paths).toContain('/v1/traces');
  expect(services()).toEqual(new Set(['a gateway']));
});

it('links a batch with every operation that it serves', async () => {
  const { tracing, spans } = await collector();
  const { query, emulator } = await runningGateway({ tracing });
  const ids = finishedJobs(emulator, 2);
  await Promise.all(ids.map((id) => query(AIJobDocument, { id })));

  const all = await spans();
  const operations = named(all, 'operation');
  const batches = named(all, 'lookup batch');
  expect(operations).toHaveLength(2);
  expect(new Set(operations.map(({ traceId }) => traceId)).size).toBe(2);
  expect(batches).toHaveLength(1);
  expect(batches[0]?.links?.map(({ spanId }) => spanId)).toEqual(operations.map(({ spanId }) => spanId));
});

it('goes on with the trace that the request is a part of, and no other', async () => {
  const { tracing, spans } = await collector();
  const { app } = await runningGateway({ tracing });
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  for (const traceparent of [
    `00-${traceId}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    'no trace at all',
  ]) {
    await app.server.fetch('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent },
      body: '{"query":"{ __typename }"}',
    });
  }

  const requests = named(await spans(), 'HTTP POST');
  expect(requests.map((span) => [span.traceId === traceId, span.parentSpanId])).toEqual([
    [true, '00f067aa0ba902b7'],
    [false, undefined],
    [false, undefined],
  ]);
});

it('holds neither variables nor query text', async () => {
  const { tracing, spans, bodies } = await collector();
  const gateway = await runningGateway({ tracing });
  finishedJobs(gateway.emulator, 1);
  await gateway.query(SubmitAIJobDocument, { input: { videoId: 'a-video', idempotencyKey: 'a-key' } });
  await (await streaming(gateway)).over('graphql-ws')(['job-0']).end;

  const all = await spans();
  expect(named(all, 'submission')).toHaveLength(1);
  expect(named(all, 'VOD SubmitAIJob')).toHaveLength(1);
  expect(named(all, 'websocket')).toHaveLength(1);
  expect(bodies.join()).not.toMatch(/a-video|a-key|job-0|videoId|Signature|access-key/);
});

it.each([
  ['refuses', (response) => response.writeHead(500).end('no')],
  ['never answers', () => {}],
  ['hangs up', (response) => response.destroy()],
] as [string, Parameters<typeof collector>[0]][])(
  'lets requests be where the collector %s',
  async (_name, answer) => {
    const { tracing, lines } = await collector(answer);
    const { query, emulator } = await runningGateway({ tracing });
    const [id = ''] = finishedJobs(emulator, 1);

    expect((await query(AIJobDocument, { id })).data.aiJob?.id).toBe(id);

    const before = performance.now();
    await tracing.close();
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(lines.length).toBeLessThanOrEqual(1);
  },
);
