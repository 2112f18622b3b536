import SchemaBuilder from '@pothos/core';
import DirectivesPlugin from '@pothos/plugin-directives';
import FederationPlugin from '@pothos/plugin-federation';
import { DateTimeResolver, JSONResolver } from 'graphql-scalars';
import type { Scope } from '../../auth/caller.ts';
import type { JSONValue } from '../../domain/job.ts';
import type { GraphQLContext } from '../context.ts';
import type { SchemaDirectives } from './directives.ts';

/** The `extensions` of a field, or of a type for all its fields, that requires a scope. `scopes.ts` enforces it. */
export type RequiredScope = {
  readonly scope: Scope;
};

/** For fields that read jobs, submissions or results. */
export const readsJobs: RequiredScope = { scope: 'jobs:read' };
/** For mutations that submit jobs. */
const submitsJobs: RequiredScope = { scope: 'jobs:submit' };
/** For mutations that change templates, which other callers' jobs use too. */
export const writesTemplates: RequiredScope = { scope: 'templates:write' };
/** For mutations that delete covers. */
export const deletesImages: RequiredScope = { scope: 'images:delete' };

/** The schema builder. Fields are nullable unless they set `nullable: false`. */
export const builder = new SchemaBuilder<{
  Context: GraphQLContext;
  Directives: SchemaDirectives;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: JSONValue; Output: JSONValue };
  };
}>({
  plugins: [DirectivesPlugin, FederationPlugin],
});

/** The type parameters of {@link builder}, for functions that take one of its field builders. */
export type SchemaTypes = typeof builder.$inferSchemaTypes;

builder.addScalarType('DateTime', DateTimeResolver, {
  description: 'A time in UTC, in ISO 8601 format: `2020-06-28T02:04:32.000Z`.',
});
builder.addScalarType('JSON', JSONResolver, { description: 'Any JSON value.' });

// Every field of a root type requires its scope unless it declares another one, including fields that are added later.
builder.queryType({
  description: 'Reads jobs and their results, submissions, templates and videos.',
  extensions: readsJobs,
});
builder.mutationType({
  description: 'Submits jobs, which VOD charges for. Changes templates. Deletes covers.',
  extensions: submitsJobs,
});
builder.subscriptionType({
  description: 'Follows jobs until they are final, without polling.',
  extensions: readsJobs,
});
