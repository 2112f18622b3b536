import { readdirSync, readFileSync } from 'node:fs';
import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { graphiqlOptions } from '../../../src/graphql/graphiql.ts';
import { everyTransport, post, transports } from '../../security/every-transport.ts';
import { runningGateway } from '../../support/running-gateway.ts';

const nestedList = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const nestedSelection = (depth: number) => `{ ${'__schema { '.repeat(depth - 1)}x${' }'.repeat(depth - 1)} }`;
const submitting = (extend: string) =>
  `mutation { submitAIJob(input: { videoId: "v", userData: { extend: { a: ${extend} } } }) { requestId } }`;
const aliases = (count: number) => Array.from({ length: count }, (_, index) => `a${index}: id`).join(' ');

const rejected: Record<string, { query: string; variables?: Record<string, unknown>; message: string }> = {
  tokens: {
    query: `{ aiJob(id: "a") { ${'id '.repeat(2_000)} } }`,
    message: 'document: expected at most 2000 tokens; got more',
  },
  depth: { query: nestedSelection(16), message: 'document: expected a depth of at most 15; got 16' },
  'depth by fragments': {
    query: `{ __schema { ...A } } fragment A on X { ${'b { '.repeat(14)} c ${'}'.repeat(14)} }`,
    message: 'document: expected a depth of at most 15; got 16',
  },
  aliases: {
    query: `{ aiJob(id: "a") { ${aliases(101)} } }`,
    message: 'document: expected at most 100 aliases; got 101',
  },
  'aliases by fragments': {
    query: `{ ${Array.from({ length: 11 }, (_, index) => `j${index}: aiJob(id: "a") { ...A }`).join(' ')} } fragment A on AIJob { ${aliases(10)} }`,
    message: 'document: expected at most 100 aliases; got 121',
  },
  directives: {
    query: `{ __typename ${'@skip(if: false) '.repeat(21)} }`,
    message: 'document: expected at most 20 directives; got 21',
  },
  'root fields': {
    query: `{ ${'__typename '.repeat(51)} }`,
    message: 'document: expected at most 50 fields of the operation itself; got 51',
  },
  'root fields by fragments': {
    query: `{ ${'...A '.repeat(6)} } fragment A on Query { ${'__typename '.repeat(10)} }`,
    message: 'document: expected at most 50 fields of the operation itself; got 60',
  },
  'introspection fields': {
    query:
      '{ a: __schema { description } d: __schema { description } ...A ...A } fragment A on Query { b: __type(name: "AIJob") { name } c: __typename }',
    message: 'document: expected at most 3 introspection fields; got 4',
  },
  'nested literals': {
    query: submitting(nestedList(60)),
    message: 'document: expected values nested at most 50 deep; got more',
  },
  'nested variables': {
    query: 'query ($id: ID!) { aiJob(id: $id) { id } }',
    variables: { id: JSON.parse(nestedList(60)) },
    message: 'variables: expected values nested at most 50 deep; got more',
  },
};

describe.each(transports)('over %s', (transport) => {
  it.each(Object.keys(rejected))(
    'rejects a request beyond the limit before a call to VOD: %s',
    async (name) => {
      const { query, variables = {}, message } = rejected[name] as (typeof rejected)[string];
      const gateway = await runningGateway();
      const { ask } = await everyTransport(gateway);

      const { data, errors } = await ask[transport]({ query, variables });

      expect(errors?.map((error) => error.message)).toEqual([message]);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(JSON.stringify(errors)).not.toContain('"http"');
      expect(data ?? null).toBeNull();
      expect(gateway.emulator.calls).toEqual([]);
    },
  );
});

it('has the status 400 if the client accepts application/graphql-response+json', async () => {
  const { url } = await everyTransport(await runningGateway());
  for (const { query, variables } of Object.values(rejected)) {
    const body = { query, variables };
    // The second request gets the cached error of the document.
    for (let time = 0; time < 2; time++) {
      expect((await post(url, body, { accept: 'application/graphql-response+json' })).status).toBe(400);
      expect((await post(url, body)).status).toBe(200);
    }
  }
});

it.each([
  ['lists in a literal', { query: submitting(nestedList(900)) }],
  ['objects in a literal', { query: submitting(`${'{a:'.repeat(490)}1${'}'.repeat(490)}`) }],
  ['lists that never end', { query: submitting('['.repeat(50_000)) }],
  ['fields', { query: `${'{a'.repeat(900)}${'}'.repeat(900)}` }],
  ['types', { query: `query ($a: ${'['.repeat(900)}ID${']'.repeat(900)}) { __typename }` }],
  [
    'variables',
    `{"query":"query ($id: ID!) { aiJob(id: $id) { id } }","variables":{"id":${nestedList(45_000)}}}`,
  ],
  ['extensions', `{"query":"{ __typename }","extensions":{"id":${nestedList(45_000)}}}`],
])('survives the deepest nesting that fits into a request: %s', async (_name, body) => {
  const { url } = await everyTransport(await runningGateway());
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  for (const { extensions } of errors ?? []) expect(extensions.code).toBe('BAD_USER_INPUT');
  expect(response.status).toBeLessThan(500);
});

it('validates repeated fields quickly', async () => {
  const { query } = await runningGateway();
  const startedAt = performance.now();
  await query(`fragment A on AIJob { ${'id '.repeat(1_900)} } { aiJob(id: "a") { ...A } }`);
  await query(`{ aiJob(id: "a") { ${'status '.repeat(1_900)} } }`);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

it('accepts the documents of schema/operations/ and of GraphiQL', async () => {
  const { query } = await runningGateway();
  const tabs = graphiqlOptions({ aiJobIds: ['a'] }).defaultTabs ?? [];
  const documents = tabs.map((tab) => tab.query ?? '');
  for (const name of readdirSync('schema/operations'))
    documents.push(readFileSync(`schema/operations/${name}`, 'utf8'));
  for (const document of [
    ...documents,
    getIntrospectionQuery({
      inputValueDeprecation: true,
      specifiedByUrl: true,
      oneOf: true,
      schemaDescription: true,
    }),
  ]) {
    const { errors = [] } = await query(document);
    expect(errors.filter(({ message }) => /^(document|operation):/.test(message))).toEqual([]);
  }
});
