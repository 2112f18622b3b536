import {
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type SelectionSetNode,
} from 'graphql';
import { NUMBER_BYTES } from '../budget.ts';
import type { GraphQLContext } from '../context.ts';

/**
 * Counts each object and each text of a response in the operation's budget, before the response holds them. It changes the
 * schema in place.
 *
 * The executor calls `isTypeOf` once for each object, before its fields. The size of a selection depends only on the document,
 * so it is computed once per document.
 */
export function meterResponses(schema: GraphQLSchema): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    if (!roots.includes(type)) type.isTypeOf = objectMeter(type);
    for (const field of Object.values(type.getFields())) {
      const add = textMeter(field) ?? listMeter(field);
      if (add) field.resolve = metered(field.resolve ?? defaultFieldResolver, add);
    }
  }
}

type Resolver = GraphQLFieldResolver<unknown, GraphQLContext>;

function metered(resolve: Resolver, add: (value: unknown, context: GraphQLContext) => void): Resolver {
  return (source, args, context, info) => {
    const counted = (value: unknown) => {
      add(value, context);
      return value;
    };
    const value = resolve(source, args, context, info);
    return value instanceof Promise ? value.then(counted) : counted(value);
  };
}

/** Counts the values whose length varies: texts, and lists of numbers. */
function textMeter(field: GraphQLField<unknown, unknown>) {
  const type = getNamedType(field.type);
  if (!isScalarType(type)) return undefined;
  const isText = ['String', 'ID', 'JSON'].includes(type.name);
  const isList = !isText && isListType(getNullableType(field.type));
  if (!isText && !isList) return undefined;
  const add = (value: unknown, context: GraphQLContext): void => {
    if (typeof value === 'string') context.budget.addText(value);
    else if (isList) context.budget.addNumbers(Array.isArray(value) ? value.length : 0);
    else if (Array.isArray(value) && type.name !== 'JSON') for (const item of value) add(item, context);
    else if (value !== undefined && value !== null) context.budget.addText(JSON.stringify(value));
  };
  return add;
}

/** Checks the length of lists of objects whose items are not nullable, and counts the items of other lists as `null`. */
function listMeter(field: GraphQLField<unknown, unknown>) {
  const list = getNullableType(field.type);
  if (!isListType(list) || !isObjectType(getNamedType(list))) return undefined;
  const isComplete = isNonNullType(list.ofType);
  return (value: unknown, { budget }: GraphQLContext): void => {
    if (!Array.isArray(value)) return;
    if (isComplete) budget.checkRoom(value.length);
    else budget.addNulls(value.length);
  };
}

interface SelectionSize {
  readonly fields: number;
  readonly bytes: number;
}

function objectMeter(type: GraphQLObjectType) {
  /** By the field that returns objects of the type. */
  const sizes = new WeakMap<FieldNode, SelectionSize>();
  return (_value: unknown, { budget }: GraphQLContext, info: GraphQLResolveInfo): true => {
    const { fieldNodes } = info;
    let fields = 0;
    // The braces and a comma.
    let bytes = 3;
    for (const node of fieldNodes) {
      let size = sizes.get(node);
      if (!size) {
        size = selectionSize(type, node, info);
        sizes.set(node, size);
      }
      fields += size.fields;
      bytes += size.bytes;
    }
    budget.addObject(fields, bytes);
    return true;
  };
}

/** The size of what a field selects of an object. Skipped fields count, because the size is valid for all variables. */
function selectionSize(
  type: GraphQLObjectType,
  { selectionSet }: FieldNode,
  { schema, fragments }: GraphQLResolveInfo,
): SelectionSize {
  const bytesByKey = new Map<string, number>();
  const spread = new Set<FragmentDefinitionNode>();
  const add = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === 'Field') {
        const key = (selection.alias ?? selection.name).value;
        // Quotes, colon and comma.
        bytesByKey.set(key, key.length + 4 + valueBytes(type, selection.name.value));
        continue;
      }
      const isSpread = selection.kind === 'FragmentSpread';
      const fragment = isSpread ? fragments[selection.name.value] : selection;
      if (!fragment || (isSpread && spread.has(fragment as FragmentDefinitionNode))) continue;
      if (isSpread) spread.add(fragment as FragmentDefinitionNode);
      if (appliesTo(type, fragment.typeCondition?.name.value, schema)) add(fragment.selectionSet);
    }
  };
  if (selectionSet) add(selectionSet);
  const bytes = bytesByKey.values().reduce((sum, keyBytes) => sum + keyBytes, 0);
  return { fields: bytesByKey.size, bytes };
}

function appliesTo(type: GraphQLObjectType, condition: string | undefined, schema: GraphQLSchema): boolean {
  return condition === undefined || condition === type.name || !isObjectType(schema.getType(condition));
}

/** The bytes of the longest value of a field, without texts and lists, whose values are counted when they are known. */
function valueBytes(type: GraphQLObjectType, fieldName: string): number {
  if (fieldName === '__typename') return type.name.length + 2;
  const named = getNamedType(type.getFields()[fieldName]?.type);
  if (isEnumType(named)) return Math.max(...named.getValues().map(({ name }) => name.length)) + 2;
  return (isScalarType(named) && fixedBytes[named.name]) || 'null'.length;
}

const fixedBytes: Readonly<Record<string, number>> = {
  Boolean: 'false'.length,
  Int: NUMBER_BYTES,
  Float: 25,
  DateTime: '"2020-06-28T02:04:32.000Z"'.length,
};
