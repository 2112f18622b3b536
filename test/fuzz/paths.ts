import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';
import { schema } from '../../src/graphql/schema/schema.ts';
import { startFuzzedGateway } from './fuzzed-gateway.ts';
import { knownIds } from './hostile-values.ts';

/**
 * `npm run fuzz:paths`: asks for each field of the schema, on each way to it from the root of a query, under as many aliases as the
 * limits allow. Prints the operations that took the most turns from others, and fails if one blocked the event loop for a second,
 * got no response, or left an error in the log.
 */

/** Tried in this order, until the response has data. */
const ALIASES = [50, 30, 10, 3];
const MAX_DEPTH = 6;
const MAX_BLOCKED_MS = 1_000;
/** A shorter response has no data, only the error of a limit. */
const MIN_BYTES = 400;

type Field = GraphQLField<unknown, unknown>;

/** A field of the schema on one way to it. */
interface Case {
  /** The names of the fields to it, such as `Query.aiVideo.aiJobs`. */
  readonly path: string;
  /** The field with its arguments and the leaves below it. */
  readonly selection: string;
  /** Puts selections of the same parent into an operation. */
  readonly within: (selections: string) => string;
}

/** The arguments of a field in the document; `undefined` if one of them has no value here. */
function argumentsOf({ args, type }: Field): string | undefined {
  const given: string[] = [];
  for (const argument of args) {
    const value = givenValue(argument.name, getNamedType(argument.type), getNamedType(type).name);
    if (value !== undefined) given.push(`${argument.name}: ${value}`);
    else if (isRequiredArgument(argument)) return undefined;
  }
  return given.length === 0 ? '' : `(${given.join(', ')})`;
}

function givenValue(name: string, type: GraphQLNamedType, returned: string): string | undefined {
  if (name === 'first') return '100';
  if (name === 'ids' || name === 'representations') return `$${name}`;
  if (name === 'id') return JSON.stringify(idsOf(returned)[1]);
  return isEnumType(type) ? type.getValues()[0]?.name : undefined;
}

function idsOf(typeName: string): readonly string[] {
  if (typeName === 'Video') return knownIds.video;
  return typeName === 'AIImageJob' ? knownIds.image : knownIds.ai;
}

function fieldsOf(type: GraphQLObjectType): [Field, string][] {
  return Object.values(type.getFields())
    .map((field): [Field, string | undefined] => [field, argumentsOf(field)])
    .filter((entry): entry is [Field, string] => entry[1] !== undefined && entry[0].name !== '_service');
}

function leavesOf(type: GraphQLNamedType): string {
  if (isUnionType(type))
    return type
      .getTypes()
      .map((member) => `... on ${member.name} { ${leavesOf(member)} }`)
      .join(' ');
  if (!isObjectType(type)) return '__typename';
  const leaves = fieldsOf(type).filter(([field]) => isLeafType(getNamedType(field.type)));
  return ['__typename', ...leaves.map(([field, given]) => field.name + given)].join(' ');
}

/** All cases below a type. A type is entered once on each way. */
function* casesOf(
  type: GraphQLNamedType,
  path: string,
  within: Case['within'],
  entered: readonly GraphQLNamedType[] = [],
): Generator<Case> {
  if (entered.length > MAX_DEPTH) return;
  if (isUnionType(type)) {
    for (const member of type.getTypes()) {
      const inMember = (selections: string) => within(`... on ${member.name} { ${selections} }`);
      yield* casesOf(member, `${path}|${member.name}`, inMember, entered);
    }
  }
  if (!isObjectType(type)) return;
  for (const [field, given] of fieldsOf(type)) {
    const named = getNamedType(field.type);
    const fieldPath = `${path}.${field.name}`;
    const start = field.name + given;
    if (isLeafType(named)) {
      yield { path: fieldPath, selection: start, within };
      continue;
    }
    yield { path: fieldPath, selection: `${start} { ${leavesOf(named)} }`, within };
    if (entered.includes(named)) continue;
    const below = (selections: string) => within(`${start} { ${selections} }`);
    yield* casesOf(named, fieldPath, below, [...entered, named]);
  }
}

/** The operation of a case, with the longest lists that the limits allow. */
function operationOf({ path, selection, within }: Case, aliases: number) {
  const body = within(Array.from({ length: aliases }, (_, index) => `a${index}: ${selection}`).join(' '));
  const repeated = (ids: readonly string[], times: number) =>
    Array.from({ length: times }, (_, index) => ids[index % ids.length]);
  const entity = /_entities\|(\w+)/.exec(path)?.[1] ?? 'AIJob';
  const isOfImages = path.toLowerCase().includes('image');
  const variables = {
    ids: repeated(isOfImages ? knownIds.image : knownIds.ai, 100),
    representations: repeated(idsOf(entity), 1_000).map((id) => ({ __typename: entity, id })),
  };
  const declared = ['$ids: [ID!]!', '$representations: [_Any!]!'].filter((declaration) =>
    body.includes(declaration.split(':')[0] ?? ''),
  );
  const parameters = declared.length > 0 ? `(${declared.join(', ')})` : '';
  return { query: `query ${parameters} { ${body} }`, variables };
}

const gateway = await startFuzzedGateway('development');
const findings: string[] = [];
const results: { readonly blockedMs: number; readonly line: string }[] = [];

async function send(operation: object) {
  const delay = monitorEventLoopDelay({ resolution: 2 });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const response = await fetch(`${gateway.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(operation),
    signal: AbortSignal.timeout(60_000),
  });
  const bytes = (await response.arrayBuffer()).byteLength;
  const { user, system } = process.cpuUsage(cpuBefore);
  // Two more samples, for the end of the request.
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  return { status: response.status, bytes, blockedMs: delay.max / 1e6, cpuMs: (user + system) / 1_000 };
}

const query = schema.getQueryType();
for (const each of query ? casesOf(query, 'Query', (selections) => selections) : []) {
  for (const aliases of ALIASES) {
    const { status, bytes, blockedMs, cpuMs } = await send(operationOf(each, aliases));
    if (status >= 500) findings.push(`${each.path}: status ${status} with ${aliases} aliases`);
    if (bytes < MIN_BYTES && aliases !== ALIASES.at(-1)) continue;
    const line = `| ${each.path} | ${aliases} | ${bytes} | ${blockedMs.toFixed(0)} | ${cpuMs.toFixed(0)} |`;
    results.push({ blockedMs, line });
    if (blockedMs > MAX_BLOCKED_MS) findings.push(`${each.path}: blocked others for ${blockedMs} ms`);
    break;
  }
  findings.push(...gateway.failures().map((failure) => `${each.path}: ${failure}`));
}
await gateway.close();

const worst = results.toSorted((a, b) => b.blockedMs - a.blockedMs).slice(0, 20);
process.stdout.write(`${results.length} fields, ${findings.length} findings\n\n`);
process.stdout.write('| field | aliases | bytes | loop blocked, ms | CPU, ms |\n|---|---|---|---|---|\n');
process.stdout.write(`${worst.map(({ line }) => line).join('\n')}\n`);
for (const finding of findings) process.stdout.write(`\n${finding}\n`);
process.exitCode = findings.length > 0 ? 1 : 0;
