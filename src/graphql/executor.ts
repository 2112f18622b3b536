import {
  defaultTypeResolver,
  type ExecutionResult,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  isObjectType,
  locatedError,
  responsePathAsArray,
} from 'graphql';
import { isIterableObject } from 'graphql/jsutils/isIterableObject.js';
import { isPromise } from 'graphql/jsutils/isPromise.js';
import { addPath, type Path } from 'graphql/jsutils/Path.js';
import { furtherFailures } from './budget.ts';
import { CollectedErrors } from './collected-errors.ts';
import type { GraphQLContext } from './context.ts';
import { MIN_LONG_TEXT } from './long-texts.ts';
import type { OperationPlan, PlannedField, Selection, Shape } from './plan.ts';
import { type ExecutedOperation, pathOf, resolveInfo } from './resolve-info.ts';

export interface ExecutionOptions extends ExecutedOperation {
  readonly context: GraphQLContext;
}

type Results = Record<string, unknown>;

/**
 * Executes an operation as `graphql`'s `execute` does, with the same results and errors (test/graphql/executor), from a plan
 * that is made once for each document. It makes no objects in dictionary mode, no arguments for fields without any,
 * and one promise less for each field that resolves to one.
 */
export function executePlan(options: ExecutionOptions): ExecutionResult | Promise<ExecutionResult> {
  const { plan, root } = options;
  const execution = new Execution(options);
  const fail = (error: unknown) => {
    execution.errors.add(error as GraphQLError, undefined);
    return execution.response(null);
  };
  try {
    const isSerial = plan.definition.operation === 'mutation';
    const data = isSerial
      ? execution.serially(plan.root, root)
      : execution.selection(plan.root, root, undefined);
    if (!isPromise(data)) return execution.response(data);
    return data.then((resolved) => execution.response(resolved), fail);
  } catch (error) {
    return fail(error);
  }
}

class Execution implements ExecutedOperation {
  readonly plan: OperationPlan;
  readonly context: GraphQLContext;
  readonly variables: { readonly [name: string]: unknown };
  readonly root: unknown;
  readonly errors = new CollectedErrors();

  constructor({ plan, context, variables, root }: ExecutionOptions) {
    this.plan = plan;
    this.context = context;
    this.variables = variables;
    this.root = root;
  }

  response(data: Results | null): ExecutionResult {
    const { found } = this.errors;
    return found.length === 0 ? { data } : { errors: found, data };
  }

  async serially(selection: Selection, source: unknown): Promise<Results> {
    const results = newResults(selection);
    for (const field of selection.fields) {
      const result = this.#field(field, source, undefined);
      results[field.key] = isPromise(result) ? await result : result;
    }
    return results;
  }

  selection(selection: Selection, source: unknown, path: Path | undefined): Results | Promise<Results> {
    const results = newResults(selection);
    const pending: string[] = [];
    try {
      for (const field of selection.fields) {
        const result = this.#field(field, source, path);
        results[field.key] = result;
        if (isPromise(result)) pending.push(field.key);
      }
    } catch (error) {
      if (pending.length === 0) throw error;
      // The other fields must end first: nobody would handle their errors.
      return settled(results, pending).finally(() => {
        throw error;
      });
    }
    return pending.length === 0 ? results : settled(results, pending);
  }

  #field(field: PlannedField, source: unknown, parent: Path | undefined): unknown {
    const { shape } = field;
    // The fields below it must have the same path, by which errors know what is `null` already.
    const path = field.isLeaf ? undefined : pathOf(field, parent);
    let value: unknown;
    try {
      value = this.#resolve(field, source, parent, path);
    } catch (error) {
      return this.#failed(shape, field, path, parent, error);
    }
    return this.#completeOrFail(shape, field, value, path, parent);
  }

  /** Completes the value of a field or an item, or a promise of it. If that fails, {@link #failed} tells what takes its place. */
  #completeOrFail(
    shape: Shape,
    field: PlannedField,
    value: unknown,
    path: Path | undefined,
    parent: Path | undefined,
  ): unknown {
    if (isPromise(value)) {
      return value.then(
        (resolved) => this.#completeOrFail(shape, field, resolved, path, parent),
        (error: unknown) => this.#failed(shape, field, path, parent, error),
      );
    }
    try {
      const completed = this.#complete(shape, field, value, path, parent);
      if (!isPromise(completed)) return completed;
      return completed.then(undefined, (error: unknown) => this.#failed(shape, field, path, parent, error));
    } catch (error) {
      return this.#failed(shape, field, path, parent, error);
    }
  }

  #resolve(field: PlannedField, source: unknown, parent: Path | undefined, path: Path | undefined): unknown {
    const { resolve, definition } = field;
    const args = field.argumentsFor(this.variables);
    if (resolve) {
      const info = field.needsInfo ? resolveInfo(this, field, parent, path) : noInfo;
      return resolve(source, args, this.context, info);
    }
    const { name } = definition;
    const isObject = typeof source === 'object' || typeof source === 'function';
    const property = isObject ? (source as Results | null)?.[name] : undefined;
    if (typeof property !== 'function') return property;
    return property.call(source, args, this.context, resolveInfo(this, field, parent, path));
  }

  /** Records the error of a field or an item, whose value is then `null`, or throws it if it may not be `null`. */
  #failed(
    shape: Shape,
    field: PlannedField,
    ownPath: Path | undefined,
    parent: Path | undefined,
    error: unknown,
  ): null {
    const path = ownPath ?? pathOf(field, parent);
    // Each error that is located gets a stack trace, and an operation can have tens of thousands.
    const located = this.errors.areMany
      ? furtherFailures
      : locatedError(error, field.nodes, responsePathAsArray(path));
    if (shape.kind === 'nonNull') throw located;
    this.errors.add(located, path);
    return null;
  }

  #complete(
    shape: Shape,
    field: PlannedField,
    value: unknown,
    path: Path | undefined,
    parent: Path | undefined,
  ): unknown {
    if (value instanceof Error) throw value;
    if (shape.kind === 'nonNull') {
      const completed = this.#complete(shape.of, field, value, path, parent);
      if (completed !== null) return completed;
      const { parentType, definition } = field;
      throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${definition.name}.`);
    }
    if (value === undefined || value === null) return null;
    switch (shape.kind) {
      case 'leaf': {
        const serialized = shape.type.serialize(value);
        const isLong = typeof serialized === 'string' && serialized.length >= MIN_LONG_TEXT;
        if (isLong) return this.context.services.longTexts.written(serialized);
        if (serialized !== undefined && serialized !== null) return serialized;
        throw new Error(`Expected ${shape.type.name} to serialize a value; got ${serialized}`);
      }
      case 'list':
        return this.#list(shape.of, field, value, path ?? pathOf(field, parent), parent);
      case 'object':
        return this.#object(shape.type, field, value, path, parent);
      case 'abstract': {
        const { type } = shape;
        const info = resolveInfo(this, field, parent);
        const name = (type.resolveType ?? defaultTypeResolver)(value, this.context, info, type);
        const complete = (known: string | undefined) =>
          this.#object(this.#typeNamed(known, shape, field), field, value, path, parent);
        return isPromise(name) ? name.then(complete) : complete(name as string | undefined);
      }
    }
  }

  #list(
    shape: Shape,
    field: PlannedField,
    value: unknown,
    path: Path,
    parent: Path | undefined,
  ): unknown[] | Promise<unknown[]> {
    if (!isIterableObject(value)) {
      const { parentType, definition } = field;
      const name = `${parentType.name}.${definition.name}`;
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${name}".`);
    }
    const items = Array.isArray(value) ? value : [...value];
    const results: unknown[] = [];
    let isPending = false;
    try {
      for (const item of items) {
        const itemPath = addPath(path, results.length, undefined);
        const result = this.#completeOrFail(shape, field, item, itemPath, parent);
        if (isPromise(result)) isPending = true;
        results.push(result);
      }
    } catch (error) {
      // Nobody waits for the others any longer, and a rejection that nobody handles would end the process.
      for (const other of [...results, ...items.slice(results.length)]) ignoreRejection(other);
      throw error;
    }
    return isPending ? Promise.all(results) : results;
  }

  #object(
    type: GraphQLObjectType,
    field: PlannedField,
    value: unknown,
    path: Path | undefined,
    parent: Path | undefined,
  ): Results | Promise<Results> {
    const selection = field.selectionOf(type);
    // Introspection is not counted: its own limits are in `plugins/limits.ts`.
    const turn = type.name.startsWith('__')
      ? undefined
      : this.context.budget.addObject(selection.fields.length, selection.bytes);
    if (turn) return turn.then(() => this.#typed(type, selection, field, value, path, parent));
    return this.#typed(type, selection, field, value, path, parent);
  }

  /** Resolves the selection, unless the value is of another type. */
  #typed(
    type: GraphQLObjectType,
    selection: Selection,
    field: PlannedField,
    value: unknown,
    path: Path | undefined,
    parent: Path | undefined,
  ): Results | Promise<Results> {
    const { isTypeOf } = type;
    if (!isTypeOf) return this.selection(selection, value, path);
    const start = (isOfType: boolean) => {
      if (isOfType) return this.selection(selection, value, path);
      throw new GraphQLError(`Expected value of type "${type.name}" but got another.`, {
        nodes: field.nodes,
      });
    };
    const isOfType = isTypeOf(value, this.context, resolveInfo(this, field, parent));
    return isPromise(isOfType) ? isOfType.then(start) : start(isOfType);
  }

  #typeNamed(
    name: string | undefined,
    { type }: Extract<Shape, { kind: 'abstract' }>,
    { nodes }: PlannedField,
  ): GraphQLObjectType {
    const { schema } = this.plan;
    const named = name === undefined ? undefined : schema.getType(name);
    if (isObjectType(named) && schema.isSubType(type, named)) return named;
    throw new GraphQLError(`Expected a type of "${type.name}"; got ${name}`, { nodes });
  }
}

/** What resolvers get that do not look at it. */
const noInfo = {} as GraphQLResolveInfo;

function newResults({ hasProto }: Selection): Results {
  return hasProto ? Object.create(null) : {};
}

/** Replaces the promises at these keys with their values, in place. Rejects with the first error. */
async function settled(results: Results, keys: readonly string[]): Promise<Results> {
  if (keys.length === 1) {
    const [key = ''] = keys;
    results[key] = await results[key];
    return results;
  }
  const values = await Promise.all(keys.map((key) => results[key]));
  for (const [index, key] of keys.entries()) results[key] = values[index];
  return results;
}

function ignoreRejection(value: unknown): void {
  if (isPromise(value)) value.then(undefined, () => {});
}
