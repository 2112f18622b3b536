import { getIntrospectionQuery, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { AIJobDocument, AIJobsDocument } from '../../../schema/generated/graphql.ts';
import manifest from '../../../schema/generated/persisted-documents.json' with { type: 'json' };
import { everyTransport, post, transports } from '../../security/every-transport.ts';
import { finishedJobs, runningGateway } from '../../support/running-gateway.ts';
import { productionExposure } from '../../support/test-app.ts';

const production = { exposure: productionExposure };

describe.each(transports)('over %s, in production', (transport) => {
  it.each([
    ['introspection', getIntrospectionQuery()],
    ['a type', '{ __type(name: "AIJob") { name } }'],
    ['the SDL for routers', '{ _service { sdl } }'],
    ['the SDL through an alias and a fragment', '{ ...A } fragment A on Query { a: _service { b: sdl } }'],
  ])('rejects introspection: %s', async (_name, query) => {
    const { ask } = await everyTransport(await runningGateway(production));
    const { data, errors = [] } = await ask[transport]({ query });
    expect(data ?? null).toBeNull();
    expect(errors.length).toBeGreaterThan(0);
    for (const { message, extensions } of errors) {
      expect(message).toMatch(/introspection has been disabled/);
      expect(extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  it.each<[string, string, Record<string, unknown>?]>([
    ['a field', '{ aiJobz(ids: []) { id } }'],
    ['an argument', '{ aiJob(idd: "a") { id } }'],
    ['a type', '{ aiJob(id: "a") { result { ... on VideoTagResul { __typename } } } }'],
    ['a field of a union', '{ aiJob(id: "a") { result { people { tag } } } }'],
    ['a value', '{ aiVideo(id: "v") { aiJobs(type: VIDEO_TAGS) { totalCount } } }'],
    [
      'a value in a variable',
      'query ($type: AIJobType) { aiVideo(id: "v") { aiJobs(type: $type) { totalCount } } }',
      { type: 'VIDEO_TAGS' },
    ],
  ])('suggests nothing for a misspelled name: %s', async (_name, query, variables = {}) => {
    const { ask } = await everyTransport(await runningGateway(production));
    const { errors } = await ask[transport]({ query, variables });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
  });

  it('returns jobs and `__typename`', async () => {
    const gateway = await runningGateway(production);
    const [id = ''] = finishedJobs(gateway.emulator, 1);
    const { ask } = await everyTransport(gateway);
    const { data } = await ask[transport]({ query: '{ __typename aiJob(id: "job-0") { id } }' });
    expect(data).toEqual({ __typename: 'Query', aiJob: { id } });
  });

  it('rejects other documents than the trusted ones, if only those are allowed', async () => {
    const gateway = await runningGateway({ exposure: { trustedDocumentsOnly: true } });
    const [id = ''] = finishedJobs(gateway.emulator, 1);
    const { ask } = await everyTransport(gateway);

    for (const query of [
      print(AIJobDocument),
      print(AIJobDocument).replace('{', '{ __typename ').replaceAll('\n', ' '),
    ]) {
      const served = await ask[transport]({ query, variables: { id } });
      expect(served.errors).toBeUndefined();
      expect(served.data).toMatchObject({ aiJob: { id } });
    }
    const calls = gateway.emulator.calls.length;
    for (const query of [
      '{ aiJob(id: "a") { id } }',
      getIntrospectionQuery(),
      '{ __typename }',
      `${print(AIJobDocument)} query B { __typename }`,
    ]) {
      const { data, errors } = await ask[transport]({ query });
      expect(data ?? null).toBeNull();
      expect(errors?.map(({ message }) => message)).toEqual([
        'document: expected one of the documents that this gateway trusts; got another',
      ]);
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    expect(gateway.emulator.calls.length).toBe(calls);
  });
});

it('in development, GraphQL suggests names and introspection is enabled', async () => {
  const { query } = await runningGateway();
  expect((await query('{ aiJobz(ids: []) { id } }')).errors?.[0]?.message).toMatch(/Did you mean/);
  expect((await query('{ _service { sdl } }')).data._service.sdl).toMatch(/type AIJob/);
});

describe('GraphiQL', () => {
  const page = async (options: Parameters<typeof runningGateway>[0]) => {
    const { url } = await everyTransport(await runningGateway(options));
    const response = await fetch(url, { headers: { accept: 'text/html' } });
    return { status: response.status, text: await response.text() };
  };

  it('is served in development', async () => {
    expect((await page({})).text).toMatch(/graphiql/i);
  });

  it('is not served in production', async () => {
    const { status, text } = await page(production);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toMatch(/graphiql|<html/i);
  });
});

describe('the id of a document', () => {
  const [documentId = ''] =
    Object.entries(manifest).find(([, text]) => text.startsWith('query AIJobs(')) ?? [];
  const sha256Hash = documentId.replace('sha256:', '');
  const variables = { ids: ['job-0'] };

  it.each([true, false])(
    'is accepted if the manifest has it (only trusted documents: %s)',
    async (trustedDocumentsOnly) => {
      const gateway = await runningGateway({ exposure: { trustedDocumentsOnly } });
      finishedJobs(gateway.emulator, 1);
      const { url } = await everyTransport(gateway);
      const persistedQuery = { version: 1, sha256Hash };
      const ids = { documentId, variables: JSON.stringify(variables) };
      for (const response of [
        await post(url, { documentId, variables }),
        await post(url, { extensions: { persistedQuery }, variables }),
        await fetch(`${url}?${new URLSearchParams(ids)}`),
      ]) {
        expect(await response.json()).toMatchObject({ data: { aiJobs: [{ id: 'job-0' }] } });
      }
      expect(AIJobsDocument).toMatchObject({ __meta__: { hash: documentId } });
    },
  );

  it.each([true, false])(
    'is rejected if it is unknown (only trusted documents: %s)',
    async (trustedDocumentsOnly) => {
      const { url } = await everyTransport(await runningGateway({ exposure: { trustedDocumentsOnly } }));
      const unknown = '0'.repeat(64);
      for (const body of [
        { documentId: `sha256:${unknown}` },
        { extensions: { persistedQuery: { version: 1, sha256Hash: unknown } } },
      ]) {
        const response = await post(url, body, { accept: 'application/graphql-response+json' });
        expect(response.status).toBeGreaterThanOrEqual(400);
        expect(await response.json()).toMatchObject({
          errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
        });
      }
    },
  );

  it('is accepted after a client has registered it with its text', async () => {
    const query = '{ __typename }';
    const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(query));
    const persistedQuery = { version: 1, sha256Hash: Buffer.from(bytes).toString('hex') };
    const { url } = await everyTransport(await runningGateway());
    const wrong = { query: '{ a: __typename }', extensions: { persistedQuery } };
    expect(await (await post(url, wrong)).json()).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_MISMATCH' } }],
    });
    await post(url, { query, extensions: { persistedQuery } });
    const again = await post(url, { extensions: { persistedQuery } });
    expect(await again.json()).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('pages of other sites', () => {
  const origin = 'https://app.example.com';
  const exposure = { corsOrigins: [origin, 'https://other.example.com'] };
  const preflight = (url: string, from: string, method = 'POST', asked = 'authorization') =>
    fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin: from,
        'access-control-request-method': method,
        'access-control-request-headers': asked,
      },
    });

  it('may send requests with any headers if they are in CORS_ORIGINS', async () => {
    const { url } = await everyTransport(await runningGateway({ exposure }));
    // The headers of Apollo Client, Hive, Sentry and OpenTelemetry.
    const asked =
      'apollographql-client-name,authorization,baggage,content-type,graphql-client-name,sentry-trace,x-api-key,x-request-id';
    for (const method of ['GET', 'POST']) {
      const { status, headers } = await preflight(url, origin, method, asked);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-methods')).toContain(method);
      expect(headers.get('access-control-allow-headers')).toBe(asked);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('vary')).toBe('origin, access-control-request-headers');
    }
    for (const response of [
      await post(url, { query: '{ __typename }' }, { origin }),
      await post(url, { query: '{' }, { origin }),
    ]) {
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
      expect(response.headers.get('vary')).toMatch(/origin/i);
    }
  });

  it.each([
    'https://evil.example.com',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'null',
  ])('may not send requests otherwise: %s', async (other) => {
    const { url } = await everyTransport(await runningGateway({ exposure }));
    for (const response of [
      await preflight(url, other),
      await post(url, { query: '{ __typename }' }, { origin: other }),
    ]) {
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(response.headers.get('access-control-allow-headers')).toBeNull();
      expect(response.headers.get('vary')).toMatch(/origin/i);
    }
  });

  it('may not submit a form, even if they are in CORS_ORIGINS', async () => {
    const gateway = await runningGateway({ exposure });
    const { url } = await everyTransport(gateway);
    const body = new URLSearchParams({
      query: 'mutation { submitAIJob(input: { videoId: "v" }) { requestId } }',
    });
    expect((await fetch(url, { method: 'POST', headers: { origin }, body })).status).toBe(415);
    expect(gateway.emulator.calls).toEqual([]);
  });

  it('may open WebSockets if they are in CORS_ORIGINS', async () => {
    const { url } = await everyTransport(await runningGateway({ exposure }));
    const opens = (from: string) => {
      const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', {
        headers: { origin: from },
      });
      return new Promise((resolve) => {
        socket.on('open', () => resolve(true)).on('error', () => resolve(false));
      }).finally(() => socket.terminate());
    };
    expect(await opens(origin)).toBe(true);
    expect(await opens('https://evil.example.com')).toBe(false);
  });
});
