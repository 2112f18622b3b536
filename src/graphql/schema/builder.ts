import SchemaBuilder from '@pothos/core';
import DirectivesPlugin from '@pothos/plugin-directives';
import FederationPlugin from '@pothos/plugin-federation';
import ScopeAuthPlugin, { type AuthFailure } from '@pothos/plugin-scope-auth';
import { GraphQLError } from 'graphql';
import { DateTimeResolver, JSONResolver } from 'graphql-scalars';
import type { Scope } from '../../auth/caller.ts';
import type { JSONValue } from '../../domain/job.ts';
import type { GraphQLContext } from '../context.ts';
import type { ErrorCode } from '../errors.ts';

/** The `authScopes` of types and fields that read jobs, submissions or results. */
export const readsJobs = { 'jobs:read': true } as const satisfies RequiredScopes;
/** The `authScopes` of mutations. */
const submitsJobs = { 'jobs:submit': true } as const satisfies RequiredScopes;

type RequiredScopes = { readonly [Name in Scope]?: true };

/** The schema builder. Fields are nullable unless they set `nullable: false`. */
export const builder = new SchemaBuilder<{
  Context: GraphQLContext;
  AuthScopes: Record<Scope, boolean>;
  DefaultAuthStrategy: 'all';
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: JSONValue; Output: JSONValue };
  };
}>({
  // Each plugin wraps the plugins after it: the scopes are checked before anything else runs.
  plugins: [ScopeAuthPlugin, DirectivesPlugin, FederationPlugin],
  scopeAuth: {
    authScopes: ({ caller: { scopes } }) => ({
      'jobs:read': scopes.has('jobs:read'),
      'jobs:submit': scopes.has('jobs:submit'),
    }),
    defaultStrategy: 'all',
    authorizeOnSubscribe: true,
    unauthorizedError: (_parent, _context, _info, { failure }) => forbidden(missingScopes(failure)),
  },
});

/** The type parameters of {@link builder}, for functions that take one of its field builders. */
export type SchemaTypes = typeof builder.$inferSchemaTypes;

builder.addScalarType('DateTime', DateTimeResolver, {
  description: 'A time in UTC, in ISO 8601 format: `2020-06-28T02:04:32.000Z`.',
});
builder.addScalarType('JSON', JSONResolver, { description: 'Any JSON value.' });

// Every field of a root type requires its scopes, including fields that are added later.
builder.queryType({
  description: 'Reads jobs and their results, submissions, templates and videos.',
  authScopes: readsJobs,
});
builder.mutationType({
  description: 'Submits jobs, which VOD charges for. Changes templates. Deletes covers.',
  authScopes: submitsJobs,
});
builder.subscriptionType({
  description: 'Follows jobs until they are final, without polling.',
  authScopes: readsJobs,
});

/** Throws `FORBIDDEN` if the caller lacks the scope: for entity references, which `authScopes` does not cover. */
export function requireScope({ caller }: GraphQLContext, scope: Scope): void {
  if (!caller.scopes.has(scope)) throw forbidden([scope]);
}

function forbidden(missing: readonly string[]): GraphQLError {
  const code: ErrorCode = 'FORBIDDEN';
  return new GraphQLError(`expected a caller with the scope ${missing.join(', ')}`, { extensions: { code } });
}

function missingScopes(failure: AuthFailure): readonly string[] {
  if ('failures' in failure) return failure.failures.flatMap(missingScopes);
  return 'scope' in failure ? [failure.scope] : [];
}
