import {
  type DocumentNode,
  type ExecutionArgs,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isAbstractType,
  isObjectType,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import type { Plugin } from 'graphql-yoga';
import { isId } from '../domain/id.ts';
import type { JobKind } from '../ledger/ledger.ts';
import { type Execution, refusal } from './refusal.ts';
import type { UpstreamCalls } from './upstream-calls.ts';

/** How many jobs one call to VOD reads. */
export const JOBS_PER_CALL = 10;

/** Refuses operations that could lead to more than `max` calls to VOD, before they run. */
export function useCostLimit(max: number): Plugin {
  const bounds = new CostBounds();
  const check = ({ args, setResultAndStopExecution }: Execution) => {
    if (bounds.of(args) <= max) return;
    const calls = mostUpstreamCalls(args);
    if (calls <= max) return;
    const expected = `at most ${max} ${max === 1 ? 'call' : 'calls'} to VOD`;
    setResultAndStopExecution({ errors: [refusal('operation', expected, `one that could make ${calls}`)] });
  };
  return { onExecute: check, onSubscribe: check };
}

/** How many bounds are kept of one document: clients that repeat themselves have few. */
const MAX_BOUNDS = 100;

/**
 * Upper bounds of what operations cost, kept by document and by all of their variables but the texts: for most requests
 * nothing has to be counted. A text may be an id, which costs most where it differs from all others; so these are
 * counted, and any others of the same number cost no more.
 */
class CostBounds {
  readonly #byDocument = new WeakMap<DocumentNode, Map<string, number>>();

  of(args: ExecutionArgs): number {
    const { document, operationName, variableValues } = args;
    let texts = 0;
    const variables = JSON.stringify(variableValues ?? {}, (name, value: unknown) =>
      typeof value === 'string' && name !== '__typename' ? `id-${texts++}` : value,
    );
    const key = `${operationName ?? ''} ${variables}`;
    const bounds = this.#byDocument.get(document) ?? new Map<string, number>();
    this.#byDocument.set(document, bounds);
    let bound = bounds.get(key);
    if (bound === undefined) {
      const withOthers = { ...args, variableValues: JSON.parse(variables) as Record<string, unknown> };
      bound = upperBound(withOthers);
      if (bounds.size >= MAX_BOUNDS) bounds.clear();
      bounds.set(key, bound);
    }
    return bound;
  }
}

/** What an operation costs, unless a text of it is none that can be exchanged for another: then there is no bound. */
function upperBound(args: ExecutionArgs): number {
  const { schema, document, variableValues, operationName } = args;
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const { coerced } = getVariableValues(schema, definitions, variableValues ?? {});
  let isRefused = coerced === undefined;
  const calls = mostUpstreamCalls(args, () => {
    isRefused = true;
  });
  return isRefused ? Number.POSITIVE_INFINITY : calls;
}

/**
 * The most calls to VOD that a valid operation can lead to, by what its fields declare ({@link UpstreamCalls}). What
 * the resolvers will refuse, too many ids for example, leads to none. Of a subscription, the calls until each job's
 * present state is told.
 */
export function mostUpstreamCalls(args: ExecutionArgs, onRefused = () => {}): number {
  const { schema, document, variableValues, operationName } = args;
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return 0;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  if (!coerced) return 0;
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const definition of document.definitions) {
    if (definition.kind === 'FragmentDefinition') fragments[definition.name.value] = definition;
  }
  const counting: Counting = { schema, fragments, variables: coerced, onRefused };
  const calls = new Calls();
  const fields = collectFields(schema, fragments, coerced, root, operation.selectionSet);
  addFields(counting, calls, root, fields, { times: 1, step: '', isSubmitted: false });
  return calls.total;
}

/** The document's aliases, counted with the fragments that they are in, bound how many fields there are to look at. */
interface Counting {
  readonly schema: GraphQLSchema;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  readonly variables: Record<string, unknown>;
  /** Told of a field that will be refused, and so costs nothing. */
  readonly onRefused: () => void;
}

/** The objects that a selection is resolved for. */
interface Parents {
  /** How many there can be. */
  readonly times: number;
  /** What has to be read before they are there. What is read after the same step is read at once. */
  readonly step: string;
  /** Whether they are the answer to a submission, which does not tell everything. */
  readonly isSubmitted: boolean;
}

/** Jobs to be read, and other calls. */
class Calls {
  readonly #ids: Record<JobKind, Set<string>> = { AI: new Set(), IMAGE: new Set() };
  /** By kind and step. */
  readonly #reads = new Map<string, number>();
  #others = 0;

  /** These ids are read at once, and each of them once. */
  lookUp(kind: JobKind, ids: Iterable<string>): void {
    for (const id of ids) this.#ids[kind].add(id);
  }

  read(kind: JobKind, step: string, jobs: number): void {
    const key = `${kind} ${step}`;
    this.#reads.set(key, (this.#reads.get(key) ?? 0) + jobs);
  }

  /** However many fields ask for it, a job is read once. */
  complete(kind: JobKind, step: string, jobs: number): void {
    this.#reads.set(`${kind} ${step} whole`, jobs);
  }

  call(times: number): void {
    this.#others += times;
  }

  get total(): number {
    let total = this.#others;
    for (const jobs of [this.#ids.AI.size, this.#ids.IMAGE.size, ...this.#reads.values()]) {
      total += Math.ceil(jobs / JOBS_PER_CALL);
    }
    return total;
  }
}

type Fields = ReturnType<typeof collectFields>;

function addFields(
  counting: Counting,
  calls: Calls,
  type: GraphQLObjectType,
  fields: Fields,
  parents: Parents,
): void {
  for (const [key, nodes] of fields) {
    // The fields that all types have, and the schema's own, call nothing.
    const field = type.getFields()[nodes[0]?.name.value ?? ''];
    if (!field) continue;
    const declared = field.extensions.upstreamCalls as UpstreamCalls | undefined;
    const add = (values: Parents, under = calls, of?: string) => {
      if (values.times > 0) addSelection(counting, under, field.type, nodes, values, of);
    };
    if (!declared) {
      add(parents);
      continue;
    }
    let args: Record<string, unknown>;
    let asked: { readonly ids: readonly string[]; readonly size: number };
    try {
      args = getArgumentValues(field, nodes[0] as FieldNode, counting.variables);
      asked = whatIsAsked(declared, args);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      // The field will end with this error, and call nothing.
      counting.onRefused();
      continue;
    }
    const { times, step } = parents;
    const ids = new Set(asked.ids);
    switch (declared.does) {
      case 'lookup':
        calls.lookUp(declared.kind, ids);
        add({ times: ids.size, step: `${step}/${declared.kind}`, isSubmitted: false });
        break;
      case 'follow': {
        calls.lookUp(declared.kind, ids);
        // Each of the present states is told, and resolved, by itself.
        const ofOne = new Calls();
        add({ times: 1, step, isSubmitted: false }, ofOne);
        calls.call(ids.size * ofOne.total);
        break;
      }
      case 'read': {
        const jobs = times * declared.each;
        calls.read(declared.kind, step, jobs);
        add({ times: jobs, step: `${step}/${declared.kind}`, isSubmitted: false });
        break;
      }
      case 'complete':
        if (parents.isSubmitted) calls.complete(declared.kind, step, times);
        add(parents);
        break;
      case 'submit':
        // Mutations run one after the other: what one leads to is not read together with what others do.
        calls.call(times);
        add({ times: times * asked.size, step: `${step}/${key}`, isSubmitted: true });
        break;
      case 'list':
        add({
          ...parents,
          times: times * asked.size,
          // The pages of many videos are read at once; other lists are each read by themselves.
          step:
            declared.from === 'result'
              ? step
              : declared.from === 'videos'
                ? `${step}/videos`
                : `${step}/${key}`,
        });
        break;
      case 'entities':
        for (const [name, of] of entityIds(args)) {
          if (name === 'AIJob') calls.lookUp('AI', of);
          else if (name === 'AIImageJob') calls.lookUp('IMAGE', of);
          add({ times: of.size, step: `${step}/${name}`, isSubmitted: false }, calls, name);
        }
    }
  }
}

/** What a field asks for; throws as its resolver does where the arguments are refused. */
function whatIsAsked(declared: UpstreamCalls, args: Record<string, unknown>) {
  return {
    ids: 'ids' in declared ? declared.ids(args) : [],
    size: 'size' in declared ? declared.size(args) : 1,
  };
}

function addSelection(
  counting: Counting,
  calls: Calls,
  outputType: Parameters<typeof getNamedType>[0],
  nodes: readonly FieldNode[],
  parents: Parents,
  only?: string,
): void {
  const { schema, fragments, variables } = counting;
  const type = getNamedType(outputType);
  const possible = isObjectType(type) ? [type] : isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  for (const object of possible) {
    if (only !== undefined && object.name !== only) continue;
    const fields = collectSubfields(schema, fragments, variables, object, nodes);
    addFields(counting, calls, object, fields, parents);
  }
}

/** The ids of a router's representations, by type; those that are refused are left out. */
function entityIds({ representations }: Record<string, unknown>): Map<string, Set<string>> {
  const byType = new Map<string, Set<string>>();
  for (const representation of representations as readonly unknown[]) {
    const { __typename: name, id } = Object(representation) as Record<string, unknown>;
    if (typeof name !== 'string' || typeof id !== 'string' || !isId(id)) continue;
    const ids = byType.get(name) ?? new Set();
    byType.set(name, ids.add(id));
  }
  return byType;
}
