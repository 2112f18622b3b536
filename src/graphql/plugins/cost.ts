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
import { isId } from '../../domain/id.ts';
import type { JobKind } from '../../domain/job.ts';
import { MAX_IDS_PER_CALL } from '../../vod/job-reader.ts';
import { type Execution, refusal } from '../refusal.ts';
import type { CallCost } from '../schema/call-cost.ts';

/** Refuses operations that could lead to more than `max` calls to VOD, before they run. */
export function useCostLimit(max: number): Plugin {
  const check = ({ args, setResultAndStopExecution }: Execution) => {
    const calls = mostUpstreamCalls(args);
    if (calls <= max) return;
    const expected = `at most ${max} ${max === 1 ? 'call' : 'calls'} to VOD`;
    setResultAndStopExecution({ errors: [refusal('operation', expected, `one that could make ${calls}`)] });
  };
  return { onExecute: check, onSubscribe: check };
}

/** Refuses subscriptions that all fields are skipped of: the executor takes it for granted that there is one. */
export function useSubscribedField(): Plugin {
  return {
    onSubscribe({ args, setResultAndStopExecution }: Execution) {
      if (rootFields(args)?.size !== 0) return;
      setResultAndStopExecution({ errors: [refusal('operation', 'a field to subscribe to', 'none')] });
    },
  };
}

/** The fields of an operation that are not skipped; none where its variables are wrong, which the executor tells. */
function rootFields({ schema, document, variableValues, operationName }: ExecutionArgs): Fields | undefined {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return undefined;
  const definitions = operation.variableDefinitions ?? [];
  const { coerced } = getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 1 });
  return coerced && collectFields(schema, fragmentsOf(document), coerced, root, operation.selectionSet);
}

function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const definition of definitions) {
    if (definition.kind === 'FragmentDefinition') fragments[definition.name.value] = definition;
  }
  return fragments;
}

/**
 * The most calls to VOD that a valid operation can lead to, by what its fields declare ({@link CallCost}). What
 * the resolvers will refuse, too many ids for example, leads to none. Of a subscription, the calls until each job's
 * present state is told.
 */
export function mostUpstreamCalls(args: ExecutionArgs): number {
  const { schema, document, variableValues, operationName } = args;
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return 0;
  // The executor tells what is wrong with variables; here one mistake is as good as ten thousand.
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {}, {
    maxErrors: 1,
  });
  if (!coerced) return 0;
  const fragments = fragmentsOf(document);
  const counting: Counting = { schema, fragments, variables: coerced };
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
      total += Math.ceil(jobs / MAX_IDS_PER_CALL);
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
    const declared = field.extensions.callCost as CallCost | undefined;
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
      // The field will end with this error, and call nothing.
      if (error instanceof GraphQLError) continue;
      throw error;
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
      case 'call':
        calls.call(times * (declared.calls?.(args) ?? 1));
        add({ times: times * declared.values, step: `${step}/${key}`, isSubmitted: false });
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
function whatIsAsked(declared: CallCost, args: Record<string, unknown>) {
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
