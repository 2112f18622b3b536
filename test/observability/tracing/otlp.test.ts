import { expect, it } from 'vitest';
import { AIJobDocument, AIJobsDocument, SubmitAIJobDocument } from '../../../schema/generated/graphql.ts';
import { streaming } from '../../graphql/transports/streaming.ts';
import { listening } from '../../support/listening.ts';
import { finishedJobs, runningGateway } from '../../support/running-gateway.ts';
import { attributesOf, collector, type WireSpan } from './collector.ts';

/** The values of OTLP. */
const [INTERNAL, SERVER, CLIENT] = [1, 2, 3];
const [UNSET, ERROR] = [0, 2];

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
  const attempts = named(all, 'POST');
  const { hostname, port } = new URL(emulator.origin);
  const http = {
    'http.request.method': 'POST',
    'server.address': hostname,
    'server.port': Number(port),
    'url.full': `${emulator.origin}/`,
    'vod.action': 'ListAIJob',
    'vod.request_id': expect.any(String),
  };
  expect(attempts.map(attributesOf)).toEqual([
    { ...http, 'http.response.status_code': 400, 'error.type': 'Throttling.User' },
    { ...http, 'http.response.status_code': 200, 'http.request.resend_count': 1 },
  ]);
  expect(attempts.map(({ kind }) => kind)).toEqual([CLIENT, CLIENT]);
  expect(attempts.map(({ status }) => status)).toEqual([{ code: ERROR }, { code: UNSET }]);
  const [batch] = named(all, 'lookup batch');
  expect(attempts.map(({ parentSpanId }) => parentSpanId)).toEqual([batch?.spanId, batch?.spanId]);
  expect(batch && attributesOf(batch)).toEqual({
    'vod.action': 'ListAIJob',
    'vod.ids': 2,
    'vod.attempts': 2,
  });
  expect(batch).toMatchObject({ kind: INTERNAL, status: { code: UNSET } });
  const operation = parentOf(all, batch);
  expect(operation).toMatchObject({ name: 'query', kind: SERVER, status: { code: UNSET } });
  expect(operation && attributesOf(operation)).toEqual({
    'graphql.operation.type': 'query',
    'graphql.operation.name': 'AIJobs',
    'gateway.outcome': 'ok',
  });
  const request = parentOf(all, operation);
  expect(request).toMatchObject({ name: 'POST /graphql', kind: SERVER, status: { code: UNSET } });
  expect(request && attributesOf(request)).toEqual({
    'http.request.method': 'POST',
    'http.response.status_code': 200,
    'http.route': '/graphql',
    'server.address': 'gateway',
    'server.port': 80,
    'url.path': '/graphql',
    'url.scheme': 'http',
  });
  expect(paths).toContain('/v1/traces');
  expect(services()).toEqual(new Set(['a gateway']));
});

it.each([
  ['straight to the engine', 'application/json'],
  ['through Yoga', 'application/graphql+json'],
])('describes a request over a socket (%s)', async (_way, contentType) => {
  const { tracing, spans } = await collector();
  const { app } = await runningGateway({ tracing });
  const origin = new URL(await listening(app.listener));
  await fetch(`${origin}graphql`, {
    method: 'POST',
    headers: { 'content-type': contentType, traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    body: JSON.stringify({ query: 'query Known { __typename }' }),
  });

  const all = await spans();
  const [request] = named(all, 'POST /graphql');
  expect(request).toMatchObject({ kind: SERVER, traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16) });
  expect(request && attributesOf(request)).toEqual({
    'http.request.method': 'POST',
    'http.response.status_code': 200,
    'http.route': '/graphql',
    'network.protocol.version': '1.1',
    'server.address': origin.hostname,
    'server.port': Number(origin.port),
    'url.path': '/graphql',
    'url.scheme': 'http',
  });
  const [operation] = named(all, 'query');
  expect(operation).toMatchObject({ kind: SERVER, parentSpanId: request?.spanId });
  expect(operation && attributesOf(operation)).toMatchObject({ 'graphql.operation.name': 'Known' });
});

it('links a batch with every operation that it serves', async () => {
  const { tracing, spans } = await collector();
  const { query, emulator } = await runningGateway({ tracing });
  const ids = finishedJobs(emulator, 2);
  await Promise.all(ids.map((id) => query(AIJobDocument, { id })));

  const all = await spans();
  const operations = named(all, 'query');
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
    await (await app.server()).fetch('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent },
      body: '{"query":"{ __typename }"}',
    });
  }

  const requests = named(await spans(), 'POST /graphql');
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
  expect(named(all, 'POST').map((span) => attributesOf(span)['vod.action'])).toContain('SubmitAIJob');
  // An operation over WebSocket has no HTTP request of its own.
  const [subscription] = named(all, 'subscription');
  expect(subscription).toMatchObject({ kind: SERVER });
  expect(parentOf(all, subscription)).toBeUndefined();
  expect(bodies.join()).not.toMatch(/a-video|a-key|job-0|videoId|Signature|access-key/);
});

it('marks failures with their codes: of the operation, its calls and the attempts, and of a response above 499', async () => {
  const { tracing, spans } = await collector();
  const { query, emulator, app } = await runningGateway({ tracing });
  emulator.faults.add({ kind: 'reset', action: 'GetAITemplate' });
  await query('query Lost { aiTemplate(id: "a") { id } }');
  await query('query Invalid { nothing }');
  await (await app.server()).fetch('http://gateway/elsewhere?x=y', { method: 'BREW' });

  const all = await spans();
  const [lost] = named(all, 'query');
  expect(lost && attributesOf(lost)).toEqual({
    'graphql.operation.type': 'query',
    'graphql.operation.name': 'Lost',
    'gateway.outcome': 'errors',
    'gateway.error_codes': 'UPSTREAM_UNAVAILABLE',
    'error.type': 'UPSTREAM_UNAVAILABLE',
  });
  const [lookup] = named(all, 'lookup');
  expect(lookup && attributesOf(lookup)).toEqual({
    'vod.action': 'GetAITemplate',
    'vod.attempts': 3,
    'error.type': 'UnavailableError',
  });
  // Without a response, an attempt has neither a status nor a RequestId.
  const attempts = named(all, 'POST').filter((span) => span.kind === CLIENT);
  expect(attempts.map((span) => attributesOf(span)['error.type'])).toEqual(
    Array.from({ length: 3 }, () => 'UnavailableError'),
  );
  expect(Object.keys(attributesOf(attempts[0] ?? { attributes: [] }))).not.toContain('vod.request_id');
  expect(attempts.map((span) => attributesOf(span)['http.request.resend_count'])).toEqual([undefined, 1, 2]);

  const [invalid] = named(all, 'GraphQL Operation');
  expect(invalid && attributesOf(invalid)).toMatchObject({
    'gateway.outcome': 'refused',
    'error.type': 'BAD_USER_INPUT',
  });
  for (const span of [lost, lookup, invalid, ...attempts]) expect(span?.status).toEqual({ code: ERROR });

  const [brewed] = named(all, 'HTTP');
  expect(brewed && attributesOf(brewed)).toMatchObject({
    'http.request.method': '_OTHER',
    'url.path': '/elsewhere',
    'http.response.status_code': 404,
  });
  // The server did what the protocol asks for, so a status below 500 is no error.
  expect(brewed?.status).toEqual({ code: UNSET });
});

it('shows the calls for templates and results by video, and links shared ones', async () => {
  const { tracing, spans } = await collector();
  const { query } = await runningGateway({ tracing });
  await Promise.all([1, 2].map(() => query('{ aiVideo(id: "v") { tags { categories { tag } } } }')));
  await query('mutation { deleteAITemplate(input: { id: "missing" }) { deletedId userErrors { code } } }');

  const all = await spans();
  const [lookup] = named(all, 'lookup');
  expect(lookup?.links).toHaveLength(2);
  const [change] = named(all, 'change');
  expect(parentOf(all, change)).toMatchObject({ name: 'mutation' });
  expect(named(all, 'POST').map((span) => attributesOf(span)['vod.action'])).toEqual([
    'GetAIVideoTagResult',
    'DeleteAITemplate',
  ]);
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
