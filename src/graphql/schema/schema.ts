import {
  type FieldDefinitionNode,
  isObjectType,
  parse,
  print,
  printSchema,
  specifiedDirectives,
  visit,
} from 'graphql';
import './ai-image-job.ts';
import './ai-job.ts';
import './ai-media-audit-job.ts';
import './ai-template.ts';
import './media-audit-video.ts';
import './media-dna-deletion.ts';
import './submission.ts';
import './submit-ai-jobs.ts';
import './video-ai-image.ts';
import { builder } from './builder.ts';
import { cacheControl, federationDirectives, semanticNonNull } from './directives.ts';
import { meterResponses } from './metering.ts';
import { enforceScopes } from './scopes.ts';
import { asSubgraph } from './subgraph.ts';

const description =
  'Video-AI jobs on ApsaraVideo VOD: smart tags, video DNA, covers and automated review, with their results, and the templates of covers ' +
  'and automated reviews.';

/** The schema that the gateway serves: the API and the fields of a subgraph (Apollo Federation 2). */
export const { schema, sdl: subgraphSDL } = asSubgraph(
  builder.toSubGraphSchema({
    // The first version with @cost and @listSize.
    linkUrl: 'https://specs.apollo.dev/federation/v2.9',
    federationDirectives,
    directives: [...specifiedDirectives, semanticNonNull, cacheControl],
  }),
);
schema.description = description;

meterResponses(schema);
// Last, so that a scope is checked before anything else runs.
enforceScopes(schema);

/** The SDL of the API, without the directives and fields of a subgraph. `printSchema` would omit `@semanticNonNull`. */
export function apiSDL(): string {
  const api = builder.toSchema({ directives: [...specifiedDirectives, semanticNonNull] });
  api.description = description;
  const document = visit(parse(printSchema(api)), {
    ObjectTypeDefinition({ name, fields, ...node }) {
      const type = api.getType(name.value);
      if (!isObjectType(type)) return undefined;
      const withDirectives = fields?.map((field): FieldDefinitionNode => {
        const { directives = [] } = type.getFields()[field.name.value]?.astNode ?? {};
        const shown = directives.filter((directive) => directive.name.value === 'semanticNonNull');
        return { ...field, directives: [...(field.directives ?? []), ...shown] };
      });
      return { ...node, name, ...(withDirectives && { fields: withDirectives }) };
    },
  });
  return `${print(document)}\n`;
}
