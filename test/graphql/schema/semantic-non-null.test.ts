import { readdirSync, readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLObjectType,
  getNamedType,
  isObjectType,
  isUnionType,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { apiSDL } from '../../../src/graphql/schema/schema.ts';
import {
  finishedJobs,
  type Result,
  type RunningGateway,
  runningGateway,
} from '../../support/running-gateway.ts';

/** `@semanticNonNull` is a promise of the schema that GraphQL itself does not check. */
const schema = buildSchema(apiSDL());
const folder = new URL('../../../schema/operations/', import.meta.url);
const operations = readdirSync(folder)
  .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  .filter((text) => !/^subscription/m.test(text));

type Path = readonly (string | number)[];

/** The paths of the nulls in the response that break the promise: no error is at or below them. */
function brokenPromises(text: string, { data, errors = [] }: Result<unknown>): string[] {
  const [operation] = parse(text).definitions as OperationDefinitionNode[];
  const root = operation && schema.getRootType(operation.operation);
  const broken: string[] = [];
  const hasError = (path: Path) =>
    errors.some((error) => path.every((key, index) => error.path?.[index] === key));

  const visitValue = (
    value: unknown,
    level: number,
    levels: readonly number[],
    path: Path,
    inside: () => Visit,
  ) => {
    if (value === null && levels.includes(level) && !hasError(path)) broken.push(path.join('.'));
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries())
        visitValue(item, level + 1, levels, [...path, index], inside);
    } else if (typeof value === 'object' && value !== null) inside()(value, path);
  };
  type Visit = (object: object, path: Path) => void;
  const visitor =
    (type: GraphQLObjectType, { selections }: SelectionSetNode): Visit =>
    (object, path) => {
      for (const selection of selections) {
        if (selection.kind === 'FragmentSpread') continue;
        if (selection.kind === 'InlineFragment') {
          const member = schema.getType(selection.typeCondition?.name.value ?? type.name);
          if (isObjectType(member)) visitor(member, selection.selectionSet)(object, path);
          continue;
        }
        const { name, selectionSet } = selection;
        const field = type.getFields()[name.value];
        const value: unknown = Object(object)[name.value];
        if (!field || value === undefined) continue;
        const directive = field.astNode?.directives?.find((node) => node.name.value === 'semanticNonNull');
        const given = directive?.arguments?.[0]?.value;
        const levels =
          given?.kind === 'ListValue' ? given.values.map((node) => Number(Object(node).value)) : [0];
        const next = getNamedType(field.type);
        visitValue(value, 0, directive ? levels : [], [...path, name.value], () => {
          const inner = isUnionType(next) ? next.getTypes()[0] : next;
          return isObjectType(inner) && selectionSet ? visitor(inner, selectionSet) : () => {};
        });
      }
    };
  if (root && data !== null) visitor(root, operation.selectionSet)(Object(data), []);
  return broken;
}

const input = { videoId: 'video-0', types: ['VIDEO_TAG'], idempotencyKey: 'key' };
const common = { id: 'job-0', input: { id: 't' }, format: 'WEBVTT', text: 'a' };
const variables: Readonly<Record<string, object>> = {
  submitAIJob: { input },
  submitAIJobs: { input: { videos: [{ videoId: 'video-0' }, { videoId: 'missing' }], types: ['VIDEO_TAG'] } },
  submitAIImageJob: { input: { videoId: 'video-0', templateId: 't' } },
  submitAIMediaAuditJob: { input: { videoId: 'video-0' } },
  submitAIImageAuditJob: { input: { imageId: 'i', templateId: 't' } },
  deleteMediaDNA: { input: { videoId: 'video-0' } },
  createAITemplate: { input: { name: 'covers', config: { image: { format: 'PNG' } } } },
  deleteAIImages: { input: { ids: ['a'] } },
  aiSubmission: { by: { idempotencyKey: 'key' } },
  aiJob: { format: 'WEBVTT', text: 'a' },
  aiJobs: { ids: ['job-0', 'missing'] },
  aiImageJobs: { ids: ['covers', 'missing'] },
  aiMediaAuditJobs: { ids: ['review', 'missing'] },
  aiTemplates: { type: 'IMAGE' },
  defaultAITemplate: { type: 'IMAGE' },
  aiVideo: { id: 'video-0', type: 'VIDEO_TAG' },
};

/** Sends every operation, and returns the nulls that break the promise. */
async function broken({ query }: RunningGateway): Promise<string[]> {
  const found: string[] = [];
  const sorted = operations.toSorted(
    (a, b) => Number(b.startsWith('mutation')) - Number(a.startsWith('mutation')),
  );
  for (const text of sorted) {
    const field = /^ {2}(\w+)\(/m.exec(text)?.[1] ?? '';
    const response = await query(text, { ...common, ...variables[field] });
    // Not rejected as a whole, or nothing would be compared.
    expect(response).toHaveProperty('data');
    found.push(...brokenPromises(text, response));
  }
  return found;
}

describe('a field with @semanticNonNull is null only together with an error', () => {
  it.each<[string, (gateway: RunningGateway) => void | Promise<void>]>([
    ['VOD answers', () => {}],
    ['VOD is unavailable', ({ emulator }) => void emulator.faults.add({ kind: 'unavailable' })],
    ['VOD returns no JSON', ({ emulator }) => void emulator.faults.add({ kind: 'html' })],
    ['the ledger is unavailable', ({ ledger }) => ledger.close()],
  ])('if %s', async (_, happens) => {
    const gateway = await runningGateway();
    finishedJobs(gateway.emulator, 2);
    gateway.emulator.jobs.addAIImageJob({ jobId: 'covers', videoId: 'video-0', createdAt: 0 });
    await gateway.query('mutation ($input: SubmitAIJobInput!) { submitAIJob(input: $input) { requestId } }', {
      input,
    });
    await happens(gateway);

    expect(await broken(gateway)).toEqual([]);
  });

  it('if the operation has used its budget', async () => {
    const gateway = await runningGateway({ limits: { maxUpstreamCalls: 1, maxLedgerReads: 1 } });
    finishedJobs(gateway.emulator, 2);
    expect(await broken(gateway)).toEqual([]);
  });

  it('and the comparison finds one that is null without an error', () => {
    const text = '{ aiVideo(id: "v") { aiJobs { totalCount edges { node { id } } } } }';
    const data = { aiVideo: { aiJobs: { totalCount: null, edges: [{ node: null }] } } };
    expect(brokenPromises(text, { data })).toEqual([
      'aiVideo.aiJobs.totalCount',
      'aiVideo.aiJobs.edges.0.node',
    ]);
    expect(
      brokenPromises('{ aiSubmission(by: {}) { aiJobs { id } } }', {
        data: { aiSubmission: { aiJobs: [null] } },
      }),
    ).toEqual(['aiSubmission.aiJobs.0']);
  });
});
