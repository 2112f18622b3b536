import SchemaBuilder from '@pothos/core';
import DirectivesPlugin from '@pothos/plugin-directives';
import FederationPlugin from '@pothos/plugin-federation';
import ScopeAuthPlugin, { type AuthFailure } from '@pothos/plugin-scope-auth';
import { DateTimeResolver, JSONResolver } from 'graphql-scalars';
import type { Scope } from '../../auth/caller.ts';
import type { JSONValue } from '../../domain/job.ts';
import type { GraphQLContext } from '../context.ts';
import { forbidden, grantedScopes, readsJobs, submitsJobs } from './authorization.ts';

/** The builder that all types are made with. Fields are nullable unless they say otherwise. */
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
  // Each plugin wraps those after it: nothing else happens before the scopes are there.
  plugins: [ScopeAuthPlugin, DirectivesPlugin, FederationPlugin],
  scopeAuth: {
    authScopes: grantedScopes,
    defaultStrategy: 'all',
    authorizeOnSubscribe: true,
    unauthorizedError: (_parent, _context, _info, { failure }) => forbidden(scopesOf(failure)),
  },
});

builder.addScalarType('DateTime', DateTimeResolver, {
  description: 'A point in time, UTC, as ISO 8601: `2020-06-28T02:04:32.000Z`.',
});
builder.addScalarType('JSON', JSONResolver, { description: 'Any JSON value.' });

// The scopes of a root type are those of all of its fields, of the ones to come as well.
builder.queryType({
  description: 'Reads jobs and their results, templates, and what VOD knows of videos.',
  authScopes: readsJobs,
});
builder.mutationType({
  description: 'Submits jobs, each of which is paid for; changes templates, and deletes covers.',
  authScopes: submitsJobs,
});

function scopesOf(failure: AuthFailure): readonly string[] {
  if ('failures' in failure) return failure.failures.flatMap(scopesOf);
  return 'scope' in failure ? [failure.scope] : [];
}
