import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { NUMBER_BYTES } from '../budget.ts';
import type { GraphQLContext } from '../context.ts';

/**
 * Counts each text of a response, and the length of each list, in the operation's budget, before the response holds them. It
 * changes the schema in place. The executor counts the objects, with {@link objectBytes}.
 */
export function meterResponses(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const add = textMeter(field) ?? listMeter(field);
      if (add) field.resolve = metered(field.resolve ?? defaultFieldResolver, add);
    }
  }
}

type Resolver = GraphQLFieldResolver<unknown, GraphQLContext>;

function metered(resolve: Resolver, add: (value: unknown, context: GraphQLContext) => void): Resolver {
  const counted = (value: unknown, context: GraphQLContext): unknown => {
    if (value instanceof Promise) return value.then((resolved) => counted(resolved, context));
    add(value, context);
    return value;
  };
  // The executor makes the fourth argument only for resolvers that declare it.
  if (resolve.length < 4 && resolve.length > 0) {
    const short = resolve as (source: unknown, args: object, context: GraphQLContext) => unknown;
    return (source, args, context) => counted(short(source, args, context), context);
  }
  return (source, args, context, info) => counted(resolve(source, args, context, info), context);
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

/**
 * The bytes of an object with these fields, without texts and lists, whose values are counted when they are known.
 *
 * @param fields the names of the fields by their keys in the response
 */
export function objectBytes(type: GraphQLObjectType, fields: Iterable<readonly [string, string]>): number {
  // The braces and a comma.
  let bytes = 3;
  // Quotes, colon and comma.
  for (const [key, name] of fields) bytes += key.length + 4 + valueBytes(type, name);
  return bytes;
}

/** The bytes of the longest value of a field that is not a text or a list. */
function valueBytes(type: GraphQLObjectType, fieldName: string): number {
  if (fieldName === '__typename') return type.name.length + 2;
  const named = getNamedType(type.getFields()[fieldName]?.type);
  if (isEnumType(named))
    return named.getValues().reduce((longest, { name }) => Math.max(longest, name.length), 0) + 2;
  return (isScalarType(named) && fixedBytes[named.name]) || 'null'.length;
}

const fixedBytes: Readonly<Record<string, number>> = {
  Boolean: 'false'.length,
  Int: NUMBER_BYTES,
  Float: 25,
  DateTime: '"2020-06-28T02:04:32.000Z"'.length,
};
