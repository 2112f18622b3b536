import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { objectBytes } from './schema/metering.ts';

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;
type VariableValues = Readonly<Record<string, unknown>>;

/** What an operation selects of one object type, or of a root type. */
export interface Selection {
  /** In the order of the response. */
  readonly fields: readonly PlannedField[];
  /** The bytes of an object in the response, without its texts and lists. */
  readonly bytes: number;
  /** Whether a key is `__proto__`, which sets no property of an ordinary object. */
  readonly hasProto: boolean;
}

/** How the values of a type are completed. */
export type Shape =
  | { readonly kind: 'nonNull'; readonly of: Shape }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'leaf'; readonly type: GraphQLLeafType }
  | { readonly kind: 'abstract'; readonly type: GraphQLAbstractType }
  | { readonly kind: 'object'; readonly type: GraphQLObjectType };

/** A field of a selection, with all of its nodes in the document. */
export class PlannedField {
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly node: FieldNode;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly resolve: GraphQLFieldResolver<unknown, unknown> | undefined;
  /** Whether its resolver may look at the fourth argument. */
  readonly needsInfo: boolean;
  readonly shape: Shape;
  /** Whether no list or object is in its values, so that nothing is below it. */
  readonly isLeaf: boolean;
  readonly #plan: OperationPlan;
  readonly #variableArguments: readonly (readonly [string, string])[] | undefined;
  #selections: Map<GraphQLObjectType, Selection> | undefined;

  constructor(
    plan: OperationPlan,
    key: string,
    nodes: readonly [FieldNode, ...FieldNode[]],
    parentType: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
  ) {
    this.#plan = plan;
    this.key = key;
    this.nodes = nodes;
    this.node = nodes[0];
    this.parentType = parentType;
    this.definition = definition;
    this.resolve = definition.resolve;
    this.#variableArguments = variableArguments(definition, this.node);
    // A resolver that declares fewer parameters cannot see the fourth (test/graphql/schema/schema.test.ts). One without any,
    // or with a default value or a rest parameter in the first place, has no length.
    this.needsInfo = definition.resolve?.length === 0 || definition.resolve?.length === 4;
    this.shape = plan.shapeOf(definition.type);
    this.isLeaf = isLeafType(getNullableType(definition.type));
  }

  /** The values of the arguments. Throws a `GraphQLError` if a variable is `null` where a value is required. */
  argumentsFor(variables: VariableValues): Record<string, unknown> {
    const { definition, node } = this;
    // `graphql` builds a map of the nodes for each field of each request, and coerces what is coerced already.
    if (!this.#variableArguments) return getArgumentValues(definition, node, variables);
    const values: Record<string, unknown> = {};
    for (const [argument, name] of this.#variableArguments) {
      const value = Object.hasOwn(variables, name) ? variables[name] : null;
      if (value === null) return getArgumentValues(definition, node, variables);
      values[argument] = value;
    }
    return values;
  }

  /** What the field selects of an object of this type. */
  selectionOf(type: GraphQLObjectType): Selection {
    this.#selections ??= new Map();
    let selection = this.#selections.get(type);
    if (!selection) {
      selection = this.#plan.subselection(type, this.nodes);
      this.#selections.set(type, selection);
    }
    return selection;
  }
}

/**
 * The fields that an operation selects. `graphql` collects them again for each object of each request; a plan collects them
 * once, when they are first needed.
 */
export class OperationPlan implements PlannedOperation {
  readonly schema: GraphQLSchema;
  readonly definition: OperationDefinitionNode;
  readonly fragments: Fragments;
  /** Whether the selections depend on variables, so that the plan is valid only for one execution. */
  readonly dependsOnVariables: boolean;
  readonly #onGrowth: (() => void) | undefined;
  #variables: VariableValues = {};
  readonly #shapes = new Map<GraphQLOutputType, Shape>();
  /** By type and nodes: a fragment that is used in many places has the same fields in all of them. */
  readonly #planned = new Map<string, PlannedField>();
  readonly #nodeNumbers = new Map<FieldNode, number>();
  #root: Selection | undefined;

  /** @param onGrowth called after each field that is added to the plan */
  constructor(
    { schema, definition, fragments, dependsOnVariables }: PlannedOperation,
    onGrowth?: () => void,
  ) {
    this.schema = schema;
    this.definition = definition;
    this.fragments = fragments;
    this.dependsOnVariables = dependsOnVariables;
    this.#onGrowth = onGrowth;
  }

  /** The plan for an execution with these variables: a new one if the selections depend on them. */
  for(variables: VariableValues): OperationPlan {
    if (!this.dependsOnVariables) return this;
    const own = new OperationPlan(this);
    own.#variables = variables;
    return own;
  }

  /** The number of different fields in the selections so far. */
  get fields(): number {
    return this.#planned.size;
  }

  /** The fields of the operation itself. */
  get root(): Selection {
    const { schema, fragments, definition } = this;
    if (!this.#root) {
      const type = schema.getRootType(definition.operation);
      if (!type) throw new Error(`the schema has no type for a ${definition.operation}`);
      const nodes = collectFields(schema, fragments, this.#variables, type, definition.selectionSet);
      this.#root = this.#selection(type, nodes);
    }
    return this.#root;
  }

  subselection(type: GraphQLObjectType, nodes: readonly FieldNode[]): Selection {
    const { schema, fragments } = this;
    return this.#selection(type, collectSubfields(schema, fragments, this.#variables, type, nodes));
  }

  shapeOf(type: GraphQLOutputType): Shape {
    let shape = this.#shapes.get(type);
    if (!shape) {
      shape = newShape(type, (inner) => this.shapeOf(inner));
      this.#shapes.set(type, shape);
    }
    return shape;
  }

  #field(
    key: string,
    nodes: readonly [FieldNode, ...FieldNode[]],
    type: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
  ): PlannedField {
    const id = `${type.name} ${nodes.map((node) => this.#numberOf(node)).join()}`;
    let field = this.#planned.get(id);
    if (!field) {
      field = new PlannedField(this, key, nodes, type, definition);
      this.#planned.set(id, field);
      this.#onGrowth?.();
    }
    return field;
  }

  #numberOf(node: FieldNode): number {
    let number = this.#nodeNumbers.get(node);
    if (number === undefined) {
      number = this.#nodeNumbers.size;
      this.#nodeNumbers.set(node, number);
    }
    return number;
  }

  #selection(type: GraphQLObjectType, nodesByKey: ReadonlyMap<string, readonly FieldNode[]>): Selection {
    const fields: PlannedField[] = [];
    for (const [key, nodes] of nodesByKey) {
      const [node, ...others] = nodes;
      const definition = node && fieldOf(this.schema, type, node.name.value);
      // A validated document selects no other field.
      if (definition) fields.push(this.#field(key, [node, ...others], type, definition));
    }
    const bytes = objectBytes(
      type,
      fields.map(({ key, definition }) => [key, definition.name]),
    );
    return { fields, bytes, hasProto: nodesByKey.has('__proto__') };
  }
}

/** What a plan is made of. */
export interface PlannedOperation {
  readonly schema: GraphQLSchema;
  readonly definition: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly dependsOnVariables: boolean;
}

/** The parts of a document that all plans of its operations share. */
export function plannedDocument(
  document: DocumentNode,
): Pick<PlannedOperation, 'fragments' | 'dependsOnVariables'> {
  return { fragments: fragmentsOf(document), dependsOnVariables: hasConditions(document) };
}

/**
 * The names of a field's arguments and of the variables that they are: none for a field without arguments. `undefined` if one of
 * them is no variable, or another one has a default value.
 */
function variableArguments(
  { args }: GraphQLField<unknown, unknown>,
  { arguments: given = [] }: FieldNode,
): [string, string][] | undefined {
  const found: [string, string][] = [];
  for (const { name, value } of given) {
    if (value.kind !== 'Variable') return undefined;
    found.push([name.value, value.name.value]);
  }
  const hasDefaults = args.some(
    ({ name, defaultValue }) => defaultValue !== undefined && !found.some(([argument]) => argument === name),
  );
  return hasDefaults ? undefined : found;
}

function newShape(type: GraphQLOutputType, shapeOf: (type: GraphQLOutputType) => Shape): Shape {
  if (isNonNullType(type)) return { kind: 'nonNull', of: shapeOf(type.ofType) };
  if (isListType(type)) return { kind: 'list', of: shapeOf(type.ofType) };
  if (isLeafType(type)) return { kind: 'leaf', type };
  if (isAbstractType(type)) return { kind: 'abstract', type };
  return { kind: 'object', type };
}

function fieldOf(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === '__typename') return TypeNameMetaFieldDef;
  if (type === schema.getQueryType()) {
    if (name === '__schema') return SchemaMetaFieldDef;
    if (name === '__type') return TypeMetaFieldDef;
  }
  return type.getFields()[name];
}

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const node of definitions) if (node.kind === 'FragmentDefinition') fragments[node.name.value] = node;
  return fragments;
}

/** Whether a `@skip` or an `@include` depends on a variable. */
function hasConditions(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (!['skip', 'include'].includes(name.value)) return;
      if (given.some(({ value }) => value.kind === 'Variable')) found = true;
    },
  });
  return found;
}
