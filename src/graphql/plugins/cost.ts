import {
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
import { invalidRequest, type OperationHook } from '../errors.ts';
import type { CallCost } from '../schema/call-cost.ts';

/** Rejects operations that could make more than `max` calls to VOD. */
export function useCostLimit(max: number): Plugin {
  const check = ({ args, setResultAndStopExecution }: OperationHook) => {
    const calls = mostUpstreamCalls(args);
    if (calls <= max) return;
    const expected = `at most ${max} ${max === 1 ? 'call' : 'calls'} to VOD`;
    setResultAndStopExecution({
      errors: [invalidRequest('operation', expected, `one that could make ${calls}`)],
    });
  };
  return { onExecute: check, onSubscribe: check };
}

/** Rejects subscriptions whose only field is skipped; GraphQL's executor fails on them. */
export function useSubscribedField(): Plugin {
  return {
    onSubscribe({ args, setResultAndStopExecution }: OperationHook) {
      if (selectOperation(args)?.fields.size !== 0) return;
      setResultAndStopExecution({ errors: [invalidRequest('operation', 'a field to subscribe to', 'none')] });
    },
  };
}

/**
 * The highest number of calls to VOD that a valid operation can make, from the costs that its fields declare
 * ({@link CallCost}). Fields whose arguments the resolver will reject count as 0. For a subscription, it is the number
 * of calls until the current state of each job is sent.
 */
export function mostUpstreamCalls(args: ExecutionArgs): number {
  const operation = selectOperation(args);
  if (!operation) return 0;
  const calls = new CallCounter();
  addFields(operation, calls, operation.root, operation.fields, { times: 1, step: '', isSubmitted: false });
  return calls.total;
}

type Fields = ReturnType<typeof collectFields>;

/** An operation without its skipped fields. The limits on aliases and fragments bound the number of fields. */
interface SelectedOperation {
  readonly schema: GraphQLSchema;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  readonly variables: Record<string, unknown>;
  readonly root: GraphQLObjectType;
  readonly fields: Fields;
}

/** `undefined` if there is no operation or its variables are invalid; the executor reports both. */
function selectOperation(args: ExecutionArgs): SelectedOperation | undefined {
  const { schema, document, variableValues, operationName } = args;
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return undefined;
  const definitions = operation.variableDefinitions ?? [];
  const { coerced } = getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 1 });
  if (!coerced) return undefined;
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const definition of document.definitions) {
    if (definition.kind === 'FragmentDefinition') fragments[definition.name.value] = definition;
  }
  const fields = collectFields(schema, fragments, coerced, root, operation.selectionSet);
  return { schema, fragments, variables: coerced, root, fields };
}

/** The objects that a selection is resolved for. */
interface Parents {
  /** The highest number of objects. */
  readonly times: number;
  /** The path of reads that return the objects. Reads after the same step are batched. */
  readonly step: string;
  /** Whether they come from the response to a submission, which does not have all fields of a job. */
  readonly isSubmitted: boolean;
}

/** Counts calls to VOD: lookups of jobs, up to {@link MAX_IDS_PER_CALL} in one call, and other calls. */
class CallCounter {
  readonly #ids: Record<JobKind, Set<string>> = { AI: new Set(), IMAGE: new Set() };
  /** The number of jobs, by kind and step. */
  readonly #reads = new Map<string, number>();
  #others = 0;

  /** Adds ids of the arguments. They are looked up at the same time, and each id once. */
  lookUp(kind: JobKind, ids: Iterable<string>): void {
    for (const id of ids) this.#ids[kind].add(id);
  }

  read(kind: JobKind, step: string, jobs: number): void {
    const key = `${kind} ${step}`;
    this.#reads.set(key, (this.#reads.get(key) ?? 0) + jobs);
  }

  /** Adds the lookup that completes submitted jobs. Each job is looked up once for all its fields. */
  complete(kind: JobKind, step: string, jobs: number): void {
    this.#reads.set(`${kind} ${step} complete`, jobs);
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

function addFields(
  operation: SelectedOperation,
  calls: CallCounter,
  type: GraphQLObjectType,
  fields: Fields,
  parents: Parents,
): void {
  for (const [key, nodes] of fields) {
    // `__typename` and the introspection fields are not among the fields of the type; they make no calls.
    const field = type.getFields()[nodes[0]?.name.value ?? ''];
    if (!field) continue;
    const declared = field.extensions.callCost as CallCost | undefined;
    const add = (values: Parents, under = calls, typeName?: string) => {
      if (values.times > 0) addSelection(operation, under, field.type, nodes, values, typeName);
    };
    if (!declared) {
      add(parents);
      continue;
    }
    let args: Record<string, unknown>;
    let requested: { readonly ids: readonly string[]; readonly size: number };
    try {
      args = getArgumentValues(field, nodes[0] as FieldNode, operation.variables);
      requested = requestedIds(declared, args);
    } catch (error) {
      // The field fails with this error and makes no call.
      if (error instanceof GraphQLError) continue;
      throw error;
    }
    const { times, step } = parents;
    const ids = new Set(requested.ids);
    switch (declared.does) {
      case 'lookup':
        calls.lookUp(declared.kind, ids);
        add({ times: ids.size, step: `${step}/${declared.kind}`, isSubmitted: false });
        break;
      case 'follow': {
        calls.lookUp(declared.kind, ids);
        // The current state of each job is an event, and each event is resolved separately.
        const perEvent = new CallCounter();
        add({ times: 1, step, isSubmitted: false }, perEvent);
        calls.call(ids.size * perEvent.total);
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
        // Mutations run one after the other, so their reads are not batched with each other.
        calls.call(times);
        add({ times: times * requested.size, step: `${step}/${key}`, isSubmitted: true });
        break;
      case 'call':
        calls.call(times * (declared.calls?.(args) ?? 1));
        add({ times: times * declared.values, step: `${step}/${key}`, isSubmitted: false });
        break;
      case 'list':
        add({
          ...parents,
          times: times * requested.size,
          // The pages of several videos are read in one batch; every other list is read on its own.
          step: { result: step, videos: `${step}/videos`, ledger: `${step}/${key}` }[declared.from],
        });
        break;
      case 'entities':
        for (const [name, entities] of entityIds(args)) {
          if (name === 'AIJob') calls.lookUp('AI', entities);
          else if (name === 'AIImageJob') calls.lookUp('IMAGE', entities);
          add({ times: entities.size, step: `${step}/${name}`, isSubmitted: false }, calls, name);
        }
    }
  }
}

/** The ids and the size that the arguments request. Throws as the resolver does if they are invalid. */
function requestedIds(declared: CallCost, args: Record<string, unknown>) {
  return {
    ids: 'ids' in declared ? declared.ids(args) : [],
    size: 'size' in declared ? declared.size(args) : 1,
  };
}

function addSelection(
  operation: SelectedOperation,
  calls: CallCounter,
  outputType: Parameters<typeof getNamedType>[0],
  nodes: readonly FieldNode[],
  parents: Parents,
  typeName?: string,
): void {
  const { schema, fragments, variables } = operation;
  const type = getNamedType(outputType);
  const possible = isObjectType(type) ? [type] : isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  for (const object of possible) {
    if (typeName !== undefined && object.name !== typeName) continue;
    const fields = collectSubfields(schema, fragments, variables, object, nodes);
    addFields(operation, calls, object, fields, parents);
  }
}

/** The valid ids of a router's representations, by type. */
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
