import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { mostUpstreamCalls } from '../../../src/graphql/plugins/cost.ts';
import { schema } from '../../../src/graphql/schema/schema.ts';
import { runningGateway } from '../../support/running-gateway.ts';

const LOOKUP = 'query ($ids: [ID!]!) { aiJobs(ids: $ids) { status } }';
const ids = (count: number, prefix = 'a') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const entities = (typename: string, count: number) => ids(count).map((id) => ({ __typename: typename, id }));

function calls(query: string, variableValues: Record<string, unknown> = {}): number {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return mostUpstreamCalls({ schema, document, variableValues });
}

describe('the highest number of calls', () => {
  it.each<[number, string, string, Record<string, unknown>?]>([
    [0, 'fields that do not call VOD', '{ __typename video(id: "v") { id } __schema { description } }'],
    [1, 'one job', '{ aiJob(id: "a") { status result { __typename } createdAt } }'],
    [
      1,
      'ten aliases of one job',
      `{ ${ids(10)
        .map((a) => `${a}: aiJob(id: "x") { id }`)
        .join(' ')} }`,
    ],
    [
      2,
      'eleven aliases of eleven jobs',
      `{ ${ids(11)
        .map((a) => `${a}: aiJob(id: "${a}") { id }`)
        .join(' ')} }`,
    ],
    [10, 'a hundred ids', 'query ($ids: [ID!]!) { aiJobs(ids: $ids) { createdAt } }', { ids: ids(100) }],
    [
      1,
      'an id a hundred times',
      'query ($ids: [ID!]!) { aiJobs(ids: $ids) { id } }',
      { ids: ids(100).fill('x') },
    ],
    [
      21,
      'ids of several fields',
      'query ($a: [ID!]!, $b: [ID!]!, $c: [ID!]!) { a: aiJobs(ids: $a) { id } b: aiJobs(ids: $b) { id } aiImageJobs(ids: $c) { id } }',
      { a: ids(100, 'a'), b: ids(101 - 1, 'b'), c: ids(3, 'c') },
    ],
    [2, 'both kinds', '{ aiJob(id: "a") { id } aiImageJob(id: "a") { id } }'],
    [1, 'ids in a literal', '{ aiJobs(ids: ["a", "b"]) { id } }'],
    [1, 'a single id as a list', '{ aiJobs(ids: "a") { id } }'],
    [1, 'variables in a list', 'query ($a: ID!, $b: ID = "b") { aiJobs(ids: [$a, $b]) { id } }', { a: 'a' }],
    [2, 'defaults', `query ($ids: [ID!]! = ${JSON.stringify(ids(11))}) { aiJobs(ids: $ids) { id } }`],
    [
      0,
      'a skipped field',
      'query ($no: Boolean!) { aiJob(id: "a") @include(if: $no) { id } }',
      { no: false },
    ],
    [
      1,
      'a field that is not skipped',
      'query ($no: Boolean!) { aiJob(id: "a") @skip(if: $no) { id } }',
      { no: false },
    ],
    [1, 'fragments', '{ ...A ... on Query { ...A } } fragment A on Query { aiJob(id: "a") { id } }'],
    [
      0,
      'too many ids, which are rejected',
      'query ($ids: [ID!]!) { aiJobs(ids: $ids) { id } }',
      { ids: ids(101) },
    ],
    [0, 'an invalid id, which is rejected', '{ aiJob(id: "a,b") { id } }'],
    [0, 'an invalid variable', 'query ($id: ID!) { aiJob(id: $id) { id } }', {}],
    [2, 'a page of the default size', '{ video(id: "v") { aiJobs { edges { node { id } } } } }'],
    [0, 'a page without its jobs', '{ video(id: "v") { aiJobs { totalCount edges { cursor } } } }'],
    [10, 'a long page', '{ video(id: "v") { aiJobs(first: 100) { edges { node { id } } } } }'],
    [
      1,
      'a short page from the end',
      '{ video(id: "v") { aiImageJobs(last: 10) { edges { node { id } } } } }',
    ],
    [0, 'a page that is too long', '{ video(id: "v") { aiJobs(first: 101) { edges { node { id } } } } }'],
    [
      4,
      'two pages',
      '{ video(id: "v") { a: aiJobs { edges { node { id } } } b: aiImageJobs { edges { node { id } } } } }',
    ],
    [
      21,
      'the pages of many jobs’ videos',
      'query ($ids: [ID!]!) { aiJobs(ids: $ids) { video { aiJobs { edges { node { id } } } } } }',
      { ids: ids(10) },
    ],
    [
      11,
      'the pages of matches',
      '{ aiJob(id: "a") { result { ... on MediaDNAResult { matches { video { aiJobs(first: 10) { edges { node { id } } } } } } } } }',
    ],
    [
      6,
      'submissions and their jobs',
      '{ submissions { edges { node { aiJobs { id } aiImageJobs { id } } } } }',
    ],
    [1, 'a submission', 'mutation { submitAIJob(input: { mediaId: "v" }) { jobs { id status } } }'],
    [
      2,
      'a submission, read again',
      'mutation { submitAIJob(input: { mediaId: "v" }) { jobs { createdAt again: createdAt } } }',
    ],
    [
      4,
      'submissions, each read again',
      'mutation { a: submitAIImageJob(input: { videoId: "v", templateId: "t" }) { job { createdAt templateConfig { format } } } b: submitAIImageJob(input: { videoId: "v", templateId: "t" }) { job { createdAt } } }',
    ],
    [
      3,
      'followed jobs',
      'subscription ($ids: [ID!]!) { aiJobUpdated(ids: $ids) { status } }',
      { ids: ids(25) },
    ],
    [
      7,
      'followed jobs, and a page with each',
      'subscription { aiJobUpdated(ids: ["a", "b", "c"]) { video { aiJobs { edges { node { id } } } } } }',
    ],
    [
      4,
      'entities',
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on AIJob { status } ... on AIImageJob { status } } }',
      { r: [...entities('AIJob', 25), ...entities('AIImageJob', 10), ...entities('AIJob', 25)] },
    ],
    [
      22,
      'pages of entities',
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Video { aiJobs { edges { node { id } } } } } }',
      { r: entities('Video', 11) },
    ],
    [
      0,
      'entities without a call',
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Video { id } } }',
      { r: entities('Video', 500) },
    ],
    [
      1,
      'entities and a query for the same jobs',
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on AIJob { id } } aiJob(id: "a0") { id } }',
      { r: entities('AIJob', 10) },
    ],
  ])('is %i for %s', (expected, _name, query, variables) => {
    expect(calls(query, variables)).toBe(expected);
  });
});

describe('an operation', () => {
  const query =
    'query ($a: [ID!]!, $b: [ID!]!, $c: [ID!]!) { a: aiJobs(ids: $a) { id } b: aiJobs(ids: $b) { id } c: aiJobs(ids: $c) { id } d: aiJob(id: "d") { id } }';
  const variables = { a: ids(100, 'a'), b: ids(100, 'b'), c: ids(100, 'c') };

  it('is rejected before a call to VOD if it could make too many', async () => {
    const { query: ask, emulator } = await runningGateway();
    const { errors, data } = await ask(query, variables);
    expect(data).toBeUndefined();
    expect(errors?.map(({ message, extensions }) => [message, extensions.code])).toEqual([
      ['operation: expected at most 20 calls to VOD; got one that could make 31', 'BAD_USER_INPUT'],
    ]);
    expect(emulator.calls).toEqual([]);
  });

  it.each([
    ['an invalid id', ($: readonly string[]) => ({ query: LOOKUP, variables: { ids: $ } }), ['a,b'], 300],
    [
      'repeated ids',
      ($: readonly string[]) => ({ query: LOOKUP, variables: { ids: $ } }),
      Array(100).fill('a'),
      100,
    ],
  ])('is counted again with other variables: %s', async (_name, operation, cheap, many) => {
    const { query, emulator } = await runningGateway({ limits: { maxUpstreamCalls: 5 } });
    const first = operation(cheap);
    await query(first.query, first.variables);
    const before = emulator.calls.length;
    const dear = operation(ids(Math.min(many, 100)));
    const { errors } = await query(dear.query, dear.variables);
    expect(errors?.[0]?.message).toContain('at most 5 calls');
    expect(emulator.calls).toHaveLength(before);
  });

  it('is counted again with other representations and page sizes', async () => {
    const { query, emulator } = await runningGateway({ limits: { maxUpstreamCalls: 5 } });
    const routed = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on AIJob { status } } }';
    const representations = (name: string) => ids(100).map((id) => ({ __typename: name, id }));
    await query(routed, { r: representations('Video') });
    const { errors } = await query(routed, { r: representations('AIJob') });
    expect(errors?.[0]?.message).toContain('at most 5 calls');

    const paged =
      'query ($after: String, $first: Int) { video(id: "v") { aiJobs(first: $first, after: $after) { edges { node { status } } } } }';
    await query(paged, { after: 'no cursor', first: 100 });
    const cursor = Buffer.from(JSON.stringify([0, 'a'])).toString('base64url');
    const page = await query(paged, { after: cursor, first: 100 });
    expect(page.errors?.[0]?.message).toMatch(/at most 5 calls|after/);
    expect(emulator.calls).toEqual([]);
  });

  it('makes at most the counted number of calls', async () => {
    const { query: ask, emulator } = await runningGateway({ limits: { maxUpstreamCalls: 31 } });
    expect((await ask(query, variables)).errors).toBeUndefined();
    expect(emulator.calls.length).toBeLessThanOrEqual(31);
  });

  it('accepts a hundred ids, and reports more as an error of the argument', async () => {
    const { query: ask } = await runningGateway();
    const asking = 'query ($ids: [ID!]!) { aiJobs(ids: $ids) { id } }';
    expect((await ask(asking, { ids: ids(100) })).errors).toBeUndefined();
    const { errors } = await ask(asking, { ids: ids(1_001) });
    expect(errors?.[0]?.message).toBe('ids: expected at most 100 ids; got 1001');
  });
});
