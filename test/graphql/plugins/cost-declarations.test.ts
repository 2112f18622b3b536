import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type ExecutionArgs,
  execute,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isObjectType,
  isUnionType,
  OperationTypeNode,
  parse,
} from 'graphql';
import { expect, it } from 'vitest';
import { anybody } from '../../../src/auth/caller.ts';
import type { AIImageJob, AIJob } from '../../../src/domain/job.ts';
import type { GraphQLContext } from '../../../src/graphql/context.ts';
import { schema } from '../../../src/graphql/schema/schema.ts';
import type { JobRecord } from '../../../src/ledger/ledger.ts';
import { requiredArguments } from './literal.ts';

/**
 * Resolves all fields of the schema with fake services that record which field has called them. It fails for a new field
 * that calls VOD without declaring it, and for a field that the test does not reach.
 */
it('exactly the fields that can call VOD declare a cost', async () => {
  const { calling, resolved } = await observedFields();
  const declared = new Set<string>();
  const all = new Set<string>();
  for (const [coordinate, field] of allFields()) {
    // A field without a resolver is a property of its parent.
    if (field.resolve || field.subscribe) all.add(coordinate);
    const does = field.extensions.callCost as { does: string } | undefined;
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
      templateId: 't',
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
  const asked =
    <Value>(value: Value) =>
    async () => {
      called();
      return value;
    };
  const template = (config: object) => ({ id: 't', type: 'IMAGE', config });
  const changed = { made: 't', userErrors: [] };
  const templates = {
    get: async () => {
      called();
      return template(
        kind === 'VIDEO_TAG' ? { kind: 'IMAGE' } : { kind: 'MEDIA_AUDIT', items: [], range: [], content: [] },
      );
    },
    list: asked([template({ kind: 'IMAGE' })]),
    default: asked(template({ kind: 'IMAGE' })),
    create: asked(changed),
    update: asked(changed),
    delete: asked(changed),
    setDefault: asked(changed),
  };
  const videoResults = {
    tags: asked(job('read', 'VIDEO_TAG').result()),
    dna: asked(job('read', 'MEDIA_DNA').result()),
    images: asked([{ id: 'i', jobId: 'a' }]),
    deleteImages: asked({ deletedIds: [], userErrors: [], failures: [{ ids: [], error: new Error('e') }] }),
  };
  const contextValue = {
    templates,
    videoResults,
    ...services,
    ...readers,
    services,
    caller: anybody,
    signal: new AbortController().signal,
    callTrace: undefined,
    followAIJobs: follow,
    followAIImageJobs: follow,
  } as unknown as GraphQLContext;

  for (kind of ['VIDEO_TAG', 'MEDIA_DNA'] as const) {
    for (const operation of Object.values(OperationTypeNode)) {
      const root = schema.getRootType(operation) as GraphQLObjectType;
      for (const field of Object.values(root.getFields())) {
        if (field.name === '_service') continue;
        const document = parse(
          `${operation} { ${field.name}${argumentsOf(field)} ${selection(field.type, 11)} }`,
        );
        const executing: ExecutionArgs = { schema, document, contextValue };
        // Each event of a subscription is resolved as a separate operation.
        if (field.subscribe) await field.subscribe({}, { ids: ['a'] }, contextValue, {} as never);
        await execute({ ...executing, rootValue: job('read', kind) });
      }
    }
  }
  return { calling, resolved };
}

/** Values of a field's required arguments. `_entities` gets one representation of each type. */
function argumentsOf({ args }: GraphQLField<unknown, unknown>): string {
  const entities = ['AIJob', 'AIImageJob', 'Video'].map((of) => `{ __typename: "${of}", id: "a" }`);
  const isRouters = args.some(({ name }) => name === 'representations');
  return isRouters ? `(representations: [${entities.join(', ')}])` : requiredArguments(args);
}

/** A selection of all fields of a type, down to a depth. */
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
