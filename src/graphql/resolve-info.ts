import type { GraphQLResolveInfo } from 'graphql';
import { addPath, type Path } from 'graphql/jsutils/Path.js';
import type { OperationPlan, PlannedField } from './plan.ts';

/** An operation with the input of one execution. */
export interface ExecutedOperation {
  readonly plan: OperationPlan;
  /** The coerced variables. */
  readonly variables: { readonly [name: string]: unknown };
  /** The source of the fields of the operation itself: the event of a subscription. */
  readonly root?: unknown;
}

/** `@graphql-tools/utils` adds what `graphql` 17 has to the type. */
type ResolveInfo = Omit<GraphQLResolveInfo, 'getAbortSignal' | 'getAsyncHelpers'>;

/** What resolvers see of the execution. Most do not look at it, so its properties are made when they are asked for. */
class Info implements ResolveInfo {
  readonly #operation: ExecutedOperation;
  readonly #field: PlannedField;
  readonly #parent: Path | undefined;
  #path: Path | undefined;

  constructor(
    operation: ExecutedOperation,
    field: PlannedField,
    parent: Path | undefined,
    path: Path | undefined,
  ) {
    this.#operation = operation;
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
    return this.#operation.plan.schema;
  }

  get fragments() {
    return this.#operation.plan.fragments;
  }

  get rootValue() {
    return this.#operation.root;
  }

  get operation() {
    return this.#operation.plan.definition;
  }

  get variableValues() {
    return this.#operation.variables;
  }
}

/**
 * The fourth argument of a resolver.
 *
 * @param parent the path of the object that has the field
 * @param path the field's own path, if it is made already
 */
export function resolveInfo(
  operation: ExecutedOperation,
  field: PlannedField,
  parent: Path | undefined,
  path?: Path,
): GraphQLResolveInfo {
  const info: ResolveInfo = new Info(operation, field, parent, path);
  return info as GraphQLResolveInfo;
}

/** The path of a field in the response, below the path of the object that has it. */
export function pathOf({ key, parentType }: PlannedField, prev: Path | undefined): Path {
  return addPath(prev, key, parentType.name);
}
