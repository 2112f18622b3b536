import SchemaBuilder from '@pothos/core';
import DirectivesPlugin from '@pothos/plugin-directives';
import FederationPlugin from '@pothos/plugin-federation';
import { DateTimeResolver, JSONResolver } from 'graphql-scalars';
import type { JSONValue } from '../domain/job.ts';
import type { GraphQLContext } from './context.ts';

/** The builder that all types are made with. Fields are nullable unless they say otherwise. */
export const builder = new SchemaBuilder<{
  Context: GraphQLContext;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: JSONValue; Output: JSONValue };
  };
}>({ plugins: [DirectivesPlugin, FederationPlugin] });

builder.addScalarType('DateTime', DateTimeResolver, {
  description: 'A point in time, UTC, as ISO 8601: `2020-06-28T02:04:32.000Z`.',
});
builder.addScalarType('JSON', JSONResolver, { description: 'Any JSON value.' });

builder.queryType({ description: 'Reads jobs and their results.' });
builder.mutationType({ description: 'Submits jobs. Each job that is made is paid for.' });
