import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type ExecutionArgs,
  execute,
  type GraphQLObjectType,
  getNamedType,
  isInputObjectType,
  isObjectType,
  isUnionType,
  OperationTypeNode,
  parse,
} from 'graphql';
import { expect, it } from 'vitest';
import { anybody } from '../../src/auth/caller.ts';
import type { AIImageJob, AIJob } from '../../src/domain/job.ts';
import type { GraphQLContext } from '../../src/graphql/context.ts';
import { schema } from '../../src/graphql/schema.ts';
import type { JobRecord } from '../../src/ledger/ledger.ts';

/**
 * All fields of the schema are resolved, with services in place of the real ones that note which field has asked them.
 * A new field that calls, and does not declare it, shows up here; so does one that this cannot reach.
 */
it('every field that can call VOD declares it, and no other', async () => {
  const { calling, resolved } = await observedFields();
  const declared = new Set<string>();
  const all = new Set<string>();
  for (const [coordinate, field] of allFields()) {
    // What has no resolver of its own is read from what is there.
    if (field.resolve || field.subscribe) all.add(coordinate);
    const does = field.extensions.upstreamCalls as { does: string } | undefined;
    if (does && does.does !== 'list') declared.add(coordinate);
  }
  expect([...all].filter((coordinate) => !resolved.has(coordinate))).toEqual([]);
  expect([...calling].sort()).toEqual([...declared].sort());
});

function allFields() {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .filter(({ name }) => !name.startsWith('__') && name !== '_Service')
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter(({ name }) => name !== '_service')
        .map((field) => [`${type.name}.${field.name}`, field] as const),
    );
}

async function observedFields() {
  const current = new AsyncLocalStorage<string>();
  const calling = new Set<string>();
  const resolved = new Set<string>();
  const called = () => calling.add(current.getStore() ?? 'no field');
  for (const [coordinate, field] of allFields()) {
    for (const name of ['resolve', 'subscribe'] as const) {
      const original = field[name];
      if (!original) continue;
      field[name] = (...args) => {
        resolved.add(coordinate);
        return current.run(coordinate, () => original(...args));
      };
    }
  }

  const span = { startSeconds: 0, durationSeconds: 1 };
  const record: JobRecord = {
    kind: 'AI',
    id: 'a',
    status: 'PROCESSING',
    submittedAt: 0,
    videoId: 'v',
  } as never;
  const job = (origin: 'read' | 'submitted', kind: 'VIDEO_TAG' | 'MEDIA_DNA') =>
    ({
      origin,
      id: 'a',
      status: 'SUCCESS',
      type: kind,
      videoId: 'v',
      failure: {},
      templateConfig: {},
      images: [{ url: 'u' }],
      result: () =>
        kind === 'MEDIA_DNA'
          ? {
              type: kind,
              matches: [{ videoId: 'v', similarity: 1, segments: [{ input: span, duplicate: span }] }],
            }
          : {
              type: kind,
              people: [{ tag: 't', timesMs: [] }],
              times: [{ tag: 't', timesMs: [] }],
              locations: [],
              keywords: [],
              categories: [],
              transcripts: [{ sentences: [{}] }],
            },
    }) as unknown as AIJob & AIImageJob;
  let kind: 'VIDEO_TAG' | 'MEDIA_DNA' = 'VIDEO_TAG';
  const loader = {
    load: async () => {
      called();
      return job('read', kind);
    },
  };
  const submit = async () => {
    called();
    return {
      made: kind === 'VIDEO_TAG' ? [job('submitted', kind)] : job('submitted', kind),
      userErrors: [{ code: 'INVALID_INPUT', message: 'm', upstream: {} }],
    };
  };
  const follow = async () => {
    called();
    return (async function* () {
      yield job('read', kind);
    })();
  };
  const services = { readers: () => readers, submissions: { submitAIJob: submit, submitAIImageJob: submit } };
  const readers = {
    aiJobs: loader,
    aiImageJobs: loader,
    listing: {
      videoJobs: async () => [record],
      countVideoJobs: async () => 1,
      submissions: async () => [
        {
          id: 's',
          kind: 'AI',
          state: 'MADE',
          submittedAt: 0,
          videoId: 'v',
          jobs: [record, { ...record, kind: 'IMAGE' }],
        },
      ],
      countSubmissions: async () => 1,
    },
  };
  const contextValue = {
    ...services,
    ...readers,
    services,
    caller: anybody,
    signal: new AbortController().signal,
    trail: undefined,
    followAIJobs: follow,
    followAIImageJobs: follow,
  } as unknown as GraphQLContext;

  for (kind of ['VIDEO_TAG', 'MEDIA_DNA'] as const) {
    for (const operation of Object.values(OperationTypeNode)) {
      const root = schema.getRootType(operation) as GraphQLObjectType;
      for (const field of Object.values(root.getFields())) {
        if (field.name === '_service') continue;
        const args = field.args.length > 0 ? `(${field.args.flatMap(argument).join(', ')})` : '';
        const document = parse(
          `${operation} { ${field.name}${field.name === 'submissions' ? '' : args} ${selection(field.type, 11)} }`,
        );
        const executing: ExecutionArgs = { schema, document, contextValue };
        // A subscription's events are resolved as operations of their own.
        if (field.subscribe) await field.subscribe({}, { ids: ['a'] }, contextValue, {} as never);
        await execute({ ...executing, rootValue: job('read', kind) });
      }
    }
  }
  return { calling, resolved };
}

/** A value for a required argument. */
function argument({ name, type }: { name: string; type: unknown }): readonly string[] {
  if (name === 'representations') {
    return [
      `representations: [${['AIJob', 'AIImageJob', 'Video'].map((of) => `{ __typename: "${of}", id: "a" }`).join(', ')}]`,
    ];
  }
  const named = getNamedType(type as never);
  if (isInputObjectType(named))
    return [
      `${name}: { ${named.name === 'SubmitAIJobInput' ? 'mediaId: "v"' : 'videoId: "v", templateId: "t"'} }`,
    ];
  return [name === 'ids' ? 'ids: ["a"]' : `${name}: "a"`];
}

/** Everything that can be selected of a type, so deep. */
function selection(of: unknown, depth: number): string {
  const type = getNamedType(of as never);
  if (isUnionType(type)) {
    const members = type.getTypes().map((member) => `... on ${member.name} ${selection(member, depth)}`);
    return `{ __typename ${members.join(' ')} }`;
  }
  if (!isObjectType(type)) return '';
  const fields = Object.values(type.getFields())
    .filter(
      ({ type: inner }) =>
        depth > 1 || !(isObjectType(getNamedType(inner)) || isUnionType(getNamedType(inner))),
    )
    .map(({ name, type: inner }) => `${name} ${selection(inner, depth - 1)}`);
  return `{ __typename ${fields.join(' ')} }`;
}
