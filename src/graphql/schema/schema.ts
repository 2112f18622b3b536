import { printSchema } from 'graphql';
import './ai-image-job.ts';
import './ai-job.ts';
import './ai-template.ts';
import './change-ai-template.ts';
import './submissions.ts';
import './job-updates.ts';
import './submit-ai-job.ts';
import './video-jobs.ts';
import './video-results.ts';
import { builder } from './builder.ts';
import { asSubgraph } from './subgraph.ts';

/** The schema that is served: the API, and what makes it a subgraph (Apollo Federation 2). */
export const { schema, sdl: subgraphSDL } = asSubgraph(
  builder.toSubGraphSchema({ linkUrl: 'https://specs.apollo.dev/federation/v2.6' }),
);

/** The API as its clients see it, without what only a supergraph needs. */
export const apiSDL = `${printSchema(builder.toSchema())}\n`;
