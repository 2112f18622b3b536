import { printSchema } from 'graphql';
import './ai-image-job.ts';
import './ai-job.ts';
import './ai-template.ts';
import './submission.ts';
import './video-ai-image.ts';
import { builder } from './builder.ts';
import { meterResponses } from './metering.ts';
import { enforceScopes } from './scopes.ts';
import { asSubgraph } from './subgraph.ts';

/** The schema that the gateway serves: the API and the fields of a subgraph (Apollo Federation 2). */
export const { schema, sdl: subgraphSDL } = asSubgraph(
  builder.toSubGraphSchema({ linkUrl: 'https://specs.apollo.dev/federation/v2.6' }),
);

meterResponses(schema);
// Last, so that a scope is checked before anything else runs.
enforceScopes(schema);

/** The SDL of the API, without the directives and fields of a subgraph. */
export const apiSDL = `${printSchema(builder.toSchema())}\n`;
