import {
  defaultTypeResolver,
  type ExecutionResult,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  isObjectType,
  locatedError,
  responsePathAsArray,
} from 'graphql';
import type { Path } from 'graphql/jsutils/Path.js';
import type { GraphQLContext } from './context.ts';
import { MIN_LONG_TEXT } from './long-texts.ts';
import type { OperationPlan, PlannedField, Selection, Shape } from './plan.ts';

export interface ExecutionOptions {
  readonly plan: OperationPlan;
  readonly context: GraphQLContext;
  /** The coerced variables. */
  readonly variables: { readonly [name: string]: unknown };
  /** The source of the fields of the operation itself: the event of a subscription. */
  readonly root?: unknown;
}

type Results = Record<string, unknown>;

/**
 * Executes an operation as `graphql`'s `execute` does, with the same results and errors (test/graphql/executor), from a plan
 * that is made once for each document. It makes no objects in dictionary mode, no arguments for fields without any,
 * and one promise less for each field that resolves to one.
 */
export function executePlan({
  plan,
  context,
  variables,
  root,
}: ExecutionOptions): ExecutionResult | Promise<ExecutionResult> {
  const execution = new Execution(plan, context, variables, root);
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

class Execution {
  readonly plan: OperationPlan;
  readonly context: GraphQLContext;
  readonly variables: { readonly [name: string]: unknown };
  readonly root: unknown;
  readonly errors = new CollectedErrors();

  constructor(
    plan: OperationPlan,
    context: GraphQLContext,
    variables: { readonly [name: string]: unknown },
    root: unknown,
  ) {
    this.plan = plan;
    this.context = context;
    this.variables = variables;
    this.root = root;
  }

  response(data: Results | null): ExecutionResult {
    const { found } = this.errors;
    return found.length === 0 ? { data } : { errors: found, data };
  }

  async serially({ fields, hasProto }: Selection, source: unknown): Promise<Results> {
    const results: Results = hasProto ? Object.create(null) : {};
    for (const field of fields) {
      const result = this.#field(field, source, undefined);
      results[field.key] = isPromise(result) ? await result : result;
    }
    return results;
  }

  selection(
    { fields, hasProto }: Selection,
    source: unknown,
    path: Path | undefined,
  ): Results | Promise<Results> {
    const results: Results = hasProto ? Object.create(null) : {};
    const pending: string[] = [];
    try {
      for (const field of fields) {
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
    // The fields below it must have the same path, by which errors know what is `null` already.
    const path = field.shape.kind === 'leaf' ? undefined : pathOf(field, parent);
    const fail = (error: unknown) =>
      this.#failed(field, path ?? pathOf(field, parent), field.isNonNull, error);
    try {
      const value = this.#resolve(field, source, parent, path);
      if (!isPromise(value)) {
        const completed = this.#complete(field.shape, field, value, path, parent);
        return isPromise(completed) ? completed.then(undefined, fail) : completed;
      }
      return value.then((resolved) => {
        try {
          const completed = this.#complete(field.shape, field, resolved, path, parent);
          return isPromise(completed) ? completed.then(undefined, fail) : completed;
        } catch (error) {
          return fail(error);
        }
      }, fail);
    } catch (error) {
      return fail(error);
    }
  }

  #resolve(field: PlannedField, source: unknown, parent: Path | undefined, path: Path | undefined): unknown {
    const { resolve, definition, hasArguments } = field;
    const args = hasArguments ? getArgumentValues(definition, field.node, this.variables) : {};
    if (resolve) {
      const info = field.needsInfo ? infoOf(this, field, parent, path) : noInfo;
      return resolve(source, args, this.context, info);
    }
    const { name } = definition;
    const property = isObjectLike(source) ? (source as Results)[name] : undefined;
    if (typeof property !== 'function') return property;
    return (source as Record<string, (...given: unknown[]) => unknown>)[name]?.(
      args,
      this.context,
      infoOf(this, field, parent, path),
    );
  }

  /** Records the error of a field or an item, whose value is then `null`, or throws it if it may not be `null`. */
  #failed(field: PlannedField, path: Path, isNonNull: boolean, error: unknown): null {
    const located = locatedError(error, field.nodes, responsePathAsArray(path));
    if (isNonNull) throw located;
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
        const info = infoOf(this, field, parent, undefined);
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
        const itemPath = { prev: path, key: results.length, typename: undefined };
        const result = this.#item(shape, field, item, itemPath, parent);
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

  #item(shape: Shape, field: PlannedField, item: unknown, path: Path, parent: Path | undefined): unknown {
    const fail = (error: unknown) => this.#failed(field, path, shape.kind === 'nonNull', error);
    try {
      const completed = isPromise(item)
        ? item.then((resolved) => this.#complete(shape, field, resolved, path, parent))
        : this.#complete(shape, field, item, path, parent);
      return isPromise(completed) ? completed.then(undefined, fail) : completed;
    } catch (error) {
      return fail(error);
    }
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
    if (!type.name.startsWith('__')) this.context.budget.addObject(selection.fields.length, selection.bytes);
    const { isTypeOf } = type;
    if (!isTypeOf) return this.selection(selection, value, path);
    const start = (isOfType: boolean) => {
      if (isOfType) return this.selection(selection, value, path);
      throw new GraphQLError(`Expected value of type "${type.name}" but got another.`, {
        nodes: field.nodes,
      });
    };
    const isOfType = isTypeOf(value, this.context, infoOf(this, field, parent, undefined));
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

/** `@graphql-tools/utils` adds what `graphql` 17 has to the type. */
type ResolveInfo = Omit<GraphQLResolveInfo, 'getAbortSignal' | 'getAsyncHelpers'>;

/** What resolvers see of the execution. Most do not look at it, so its properties are made when they are asked for. */
class Info implements ResolveInfo {
  readonly #execution: Execution;
  readonly #field: PlannedField;
  readonly #parent: Path | undefined;
  #path: Path | undefined;

  constructor(execution: Execution, field: PlannedField, parent: Path | undefined, path: Path | undefined) {
    this.#execution = execution;
    this.#field = field;
    this.#parent = parent;
    this.#path = path;
  }

  get fieldName() {
    return this.#field.definition.name;
  }

  get fieldNodes() {
    return this.#field.nodes;
  }

  get returnType() {
    return this.#field.definition.type;
  }

  get parentType() {
    return this.#field.parentType;
  }

  get path() {
    this.#path ??= pathOf(this.#field, this.#parent);
    return this.#path;
  }

  get schema() {
    return this.#execution.plan.schema;
  }

  get fragments() {
    return this.#execution.plan.fragments;
  }

  get rootValue() {
    return this.#execution.root;
  }

  get operation() {
    return this.#execution.plan.definition;
  }

  get variableValues() {
    return this.#execution.variables;
  }
}

/** What resolvers get that do not look at it. */
const noInfo = {} as GraphQLResolveInfo;

function infoOf(
  execution: Execution,
  field: PlannedField,
  parent: Path | undefined,
  path: Path | undefined,
): GraphQLResolveInfo {
  const info: ResolveInfo = new Info(execution, field, parent, path);
  return info as GraphQLResolveInfo;
}

/** Errors, without those below a position that is `null` because of another error. */
class CollectedErrors {
  readonly found: GraphQLError[] = [];
  #positions: Set<Path | undefined> | undefined;

  add(error: GraphQLError, path: Path | undefined): void {
    this.#positions ??= new Set();
    for (let position = path; position; position = position.prev) if (this.#positions.has(position)) return;
    if (this.#positions.has(undefined)) return;
    this.#positions.add(path);
    this.found.push(error);
  }
}

function pathOf({ key, parentType }: PlannedField, prev: Path | undefined): Path {
  return { prev, key, typename: parentType.name };
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

function isPromise(value: unknown): value is Promise<unknown>;
function isPromise<Value>(value: Value | PromiseLike<Value>): value is Promise<Value>;
function isPromise(value: unknown): boolean {
  return isObjectLike(value) && typeof (value as PromiseLike<unknown>).then === 'function';
}

function isObjectLike(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isIterableObject(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
