import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { type Caller, type Scope, scopes } from '../../../src/auth/caller.ts';
import { readConfig } from '../../../src/config/config.ts';
import { OperationBudget } from '../../../src/graphql/budget.ts';
import { ResponseMemory } from '../../../src/graphql/response-memory.ts';
import { schema } from '../../../src/graphql/schema/schema.ts';
import { closedGateway, queryAs } from '../../support/closed-gateway.ts';
import { finishedJobs } from '../../support/running-gateway.ts';
import { requiredArguments } from '../plugins/literal.ts';

/** The fields of entities that a caller sees who can submit but not read. */
const submitterFields: Readonly<Record<string, readonly string[]>> = {
  AIJob: ['id', 'type', 'status', 'video'],
  AIImageJob: ['id', 'status', 'video'],
  AIMediaAuditJob: ['id', 'status', 'video'],
  Video: ['id'],
};

function callerWith(...scopes: readonly Scope[]): Caller {
  return { kind: 'key', name: 'test', scopes: new Set(scopes), expiresAt: undefined, revoked: undefined };
}

/** The code of the error that a field fails with, if any. `FORBIDDEN` means that the caller lacks a scope. */
async function errorCode(field: GraphQLField<unknown, unknown>, caller: Caller): Promise<unknown> {
  const run = field.subscribe ?? field.resolve;
  try {
    const budget = new OperationBudget(readConfig({}).limits, new ResponseMemory(2 ** 28), 'test');
    const info = { path: { key: field.name }, fieldNodes: [{}] } as unknown as GraphQLResolveInfo;
    await run?.({}, {}, { caller, budget }, info);
  } catch (error) {
    return (error as { extensions?: { code?: unknown } }).extensions?.code;
  }
  return undefined;
}

function fieldsOf(type: GraphQLObjectType | null | undefined) {
  return Object.values(type?.getFields() ?? {});
}

const entities = (() => {
  const union = schema.getType('_Entity');
  return isUnionType(union) ? union.getTypes() : [];
})();

/** The scope of a root field. */
function scopeOf(type: string | undefined, field: string): Scope {
  if (type !== 'Mutation') return 'jobs:read';
  if (field.endsWith('AITemplate')) return 'templates:write';
  return field === 'deleteAIImages' ? 'images:delete' : 'jobs:submit';
}

describe('the required scope', () => {
  it('is one of each field of a root type, and no other scope includes it', async () => {
    const checked: string[] = [];
    for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
      for (const field of fieldsOf(type)) {
        // `_service` needs no scope. `_entities` checks the scope of each reference.
        if (field.name === '_service' || field.name === '_entities') continue;
        const place = `${type?.name}.${field.name}`;
        const scope = scopeOf(type?.name, field.name);
        const others = scopes.filter((other) => other !== scope);
        expect([place, await errorCode(field, callerWith(...others))]).toEqual([place, 'FORBIDDEN']);
        expect([place, await errorCode(field, callerWith(scope))]).not.toEqual([place, 'FORBIDDEN']);
        checked.push(place);
      }
    }
    expect(checked.length).toBeGreaterThanOrEqual(20);
    const changes = ['createAITemplate', 'updateAITemplate', 'deleteAITemplate', 'setDefaultAITemplate'];
    expect(checked).toEqual(expect.arrayContaining(changes.map((name) => `Mutation.${name}`)));
  });

  it('is jobs:read at every field of every entity except those that a submission returns', async () => {
    expect(entities.map(({ name }) => name).toSorted()).toEqual(Object.keys(submitterFields).toSorted());
    for (const type of entities) {
      for (const field of fieldsOf(type)) {
        const place = `${type.name}.${field.name}`;
        const expected = submitterFields[type.name]?.includes(field.name) ? undefined : 'FORBIDDEN';
        const got = await errorCode(field, callerWith('jobs:submit'));
        expect([place, got === 'FORBIDDEN' ? got : undefined]).toEqual([place, expected]);
      }
    }
  });

  it('leaves nothing within reach of one who may submit but what a submission tells', async () => {
    const reached = new Set<string>();
    const visit = async (type: GraphQLObjectType): Promise<void> => {
      for (const field of fieldsOf(type)) {
        const place = `${type.name}.${field.name}`;
        if (reached.has(place) || (await errorCode(field, callerWith('jobs:submit'))) === 'FORBIDDEN')
          continue;
        reached.add(place);
        const next = getNamedType(field.type);
        if (isUnionType(next)) for (const member of next.getTypes()) await visit(member);
        if (isObjectType(next)) await visit(next);
      }
    };
    for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
      if (type) await visit(type);
    }
    expect([...reached].toSorted()).toEqual([
      'AIImageJob.id',
      'AIImageJob.status',
      'AIImageJob.video',
      'AIJob.id',
      'AIJob.status',
      'AIJob.type',
      'AIJob.video',
      'AIMediaAuditJob.id',
      'AIMediaAuditJob.status',
      'AIMediaAuditJob.video',
      'AIUpstreamError.code',
      'AIUpstreamError.message',
      'AIUpstreamError.requestId',
      'AIUserError.code',
      'AIUserError.field',
      'AIUserError.message',
      'AIUserError.upstream',
      'DeleteMediaDNAPayload.requestId',
      'DeleteMediaDNAPayload.userErrors',
      'DeleteMediaDNAPayload.videoId',
      'Mutation.deleteMediaDNA',
      'Mutation.submitAIImageAuditJob',
      'Mutation.submitAIImageJob',
      'Mutation.submitAIJob',
      'Mutation.submitAIJobs',
      'Mutation.submitAIMediaAuditJob',
      'Query._entities',
      'Query._service',
      'SubmitAIImageAuditJobPayload.job',
      'SubmitAIImageAuditJobPayload.requestId',
      'SubmitAIImageAuditJobPayload.userErrors',
      'SubmitAIImageJobPayload.job',
      'SubmitAIImageJobPayload.requestId',
      'SubmitAIImageJobPayload.userErrors',
      'SubmitAIJobPayload.jobs',
      'SubmitAIJobPayload.requestId',
      'SubmitAIJobPayload.userErrors',
      'SubmitAIJobsPayload.results',
      'SubmitAIJobsPayload.userErrors',
      'SubmitAIMediaAuditJobPayload.job',
      'SubmitAIMediaAuditJobPayload.requestId',
      'SubmitAIMediaAuditJobPayload.userErrors',
      'Video.id',
      '_Service.sdl',
    ]);
  });
});

describe('a caller without the scope', () => {
  it('gets FORBIDDEN for each field of Query and Mutation, and nothing is sent', async () => {
    const gateway = await closedGateway();
    for (const [operation, type] of [
      ['query', schema.getQueryType()],
      ['mutation', schema.getMutationType()],
    ] as const) {
      for (const field of fieldsOf(type)) {
        if (field.name.startsWith('_')) continue;
        const { errors, data } = await queryAs(
          gateway,
          'nobody',
          `${operation} { ${selectedWithArguments(field)} }`,
        );
        expect(data?.[field.name] ?? null).toBeNull();
        expect(errors).toMatchObject([{ path: [field.name], extensions: { code: 'FORBIDDEN' } }]);
        expect(errors?.[0]?.message).toBe(
          `expected a caller with the scope ${scopeOf(type?.name, field.name)}`,
        );
      }
    }
    expect(gateway.emulator.calls).toEqual([]);
  });

  it.each(entities.map(({ name }) => name))('gets nothing of %s through _entities', async (typename) => {
    const gateway = await closedGateway();
    finishedJobs(gateway.emulator, 1);
    const fields = fieldsOf(schema.getType(typename) as GraphQLObjectType)
      .filter((field) => !submitterFields[typename]?.includes(field.name))
      .map((field) => selected(field));
    const { data, errors } = await queryAs(
      gateway,
      'submitter',
      `query ($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on ${typename} { id ${fields.join(' ')} } }
      }`,
      { representations: [{ __typename: typename, id: 'job-0' }] },
    );
    expect(errors?.length).toBeGreaterThan(0);
    for (const error of errors ?? []) {
      expect((error.path as unknown[]).slice(0, 2)).toEqual(['_entities', 0]);
      expect(error.extensions.code).toBe('FORBIDDEN');
    }
    const [entity] = data._entities;
    for (const [name, value] of Object.entries(entity ?? {})) if (name !== 'id') expect(value).toBeNull();
    // A job is not looked up. A video is only the id of its reference.
    expect(entity).toEqual(typename === 'Video' ? expect.objectContaining({ id: 'job-0' }) : null);
    expect(gateway.emulator.calls).toEqual([]);
  });

  it('jobs:read can submit, and sees the fields that the response contains', async () => {
    const gateway = await closedGateway();
    const { data, errors } = await queryAs(
      gateway,
      'submitter',
      `mutation {
        submitAIJob(input: { videoId: "video", types: [VIDEO_TAG] }) {
          jobs { id type status video { id aiJobs { totalCount } } createdAt result { __typename } data }
          requestId
        }
        submitAIImageJob(input: { videoId: "video", templateId: "template" }) {
          job { id status video { id } createdAt templateConfig { format } userData images { url } }
        }
      }`,
    );
    const video = { id: 'video' };
    expect(data.submitAIJob.jobs).toMatchObject([
      { type: 'VIDEO_TAG', status: 'INIT', video: { ...video, aiJobs: null }, createdAt: null, result: null },
    ]);
    expect(data.submitAIImageJob.job).toMatchObject({ status: 'INIT', video, createdAt: null, images: null });
    expect(errors?.map(({ path }) => (path as unknown[]).join('.')).toSorted()).toEqual([
      'submitAIImageJob.job.createdAt',
      'submitAIImageJob.job.images',
      'submitAIImageJob.job.templateConfig',
      'submitAIImageJob.job.userData',
      'submitAIJob.jobs.0.createdAt',
      'submitAIJob.jobs.0.data',
      'submitAIJob.jobs.0.result',
      'submitAIJob.jobs.0.video.aiJobs',
    ]);
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['FORBIDDEN']));
    expect(gateway.emulator.calls.map(({ action }) => action)).toEqual(['SubmitAIJob', 'SubmitAIImageJob']);
  });

  it('jobs:submit can read, and cannot submit', async () => {
    const gateway = await closedGateway();
    const [id = ''] = finishedJobs(gateway.emulator, 1);
    const read = await queryAs(gateway, 'reader', 'query ($id: ID!) { aiJob(id: $id) { status data } }', {
      id,
    });
    expect(read).toMatchObject({ data: { aiJob: { status: 'SUCCESS' } } });
    const { data, errors } = await queryAs(
      gateway,
      'reader',
      'mutation { submitAIJob(input: { videoId: "v" }) { requestId } }',
    );
    expect(data).toEqual({ submitAIJob: null });
    expect(errors).toMatchObject([
      {
        message: 'expected a caller with the scope jobs:submit',
        path: ['submitAIJob'],
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
    expect(gateway.emulator.jobs.submittedAIJobs).toEqual([]);
  });

  it('can read the schema', async () => {
    const gateway = await closedGateway();
    const { data, errors } = await queryAs(
      gateway,
      'nobody',
      '{ __typename _service { sdl } __schema { queryType { name } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ __typename: 'Query', __schema: { queryType: { name: 'Query' } } });
    expect(data._service.sdl).toContain('type AIJob');
  });
});

/** A selection of a field, with a value for each required argument. */
function selectedWithArguments(field: GraphQLField<unknown, unknown>): string {
  return `${field.name}${requiredArguments(field.args)} { __typename }`;
}

function selected(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  return `${field.name}${requiredArguments(field.args)}${isObjectType(type) || isUnionType(type) ? ' { __typename }' : ''}`;
}
