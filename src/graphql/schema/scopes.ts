import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Scope } from '../../auth/caller.ts';
import type { GraphQLContext } from '../context.ts';
import type { ErrorCode } from '../errors.ts';
import type { RequiredScope } from './builder.ts';

type Resolver = GraphQLFieldResolver<unknown, GraphQLContext>;
type Field = GraphQLField<unknown, unknown>;

/**
 * Makes each field that requires a scope fail with `FORBIDDEN` for callers without it, before its resolver runs. Changes the
 * schema in place. A scope of a type applies to all its fields, except to those that the federation plugin adds
 * (`_service`, `_entities`).
 */
export function enforceScopes(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const scope = requiredScope(type, field);
      if (scope === undefined) continue;
      const isNullable = !isNonNullType(field.type);
      // A subscription is checked once, at its start.
      if (field.subscribe) field.subscribe = guarded(field.subscribe, scope, false);
      else field.resolve = guarded(field.resolve ?? defaultFieldResolver, scope, isNullable);
    }
  }
}

function guarded(resolve: Resolver, scope: Scope, isNullable: boolean): Resolver {
  return (source, args, context, info) =>
    context.caller.scopes.has(scope)
      ? resolve(source, args, context, info)
      : refuse(context, info, scope, isNullable);
}

/**
 * Throws `FORBIDDEN` the first time that a field of the document is refused. It returns null for further objects, because an
 * error for each of them would make the response long and slow.
 */
export function refuse(
  { budget }: GraphQLContext,
  { fieldNodes: [node] }: GraphQLResolveInfo,
  scope: Scope,
  isNullable = true,
): null {
  if (isNullable && node && !budget.reportsForbidden(node)) return null;
  const code: ErrorCode = 'FORBIDDEN';
  throw new GraphQLError(`expected a caller with the scope ${scope}`, { extensions: { code } });
}

/** The scope that a field requires. A scope of a type applies to all its fields that do not declare their own. */
export function requiredScope(type: GraphQLObjectType, field: Field | undefined): Scope | undefined {
  if (!field || field.name.startsWith('_')) return undefined;
  return scopeOf(field.extensions) ?? scopeOf(type.extensions);
}

function scopeOf(extensions: Readonly<Partial<RequiredScope>>): Scope | undefined {
  return extensions.scope;
}
