import {
  type DefinitionNode,
  type GraphQLSchema,
  graphqlSync,
  isUnionType,
  Kind,
  parse,
  print,
  type StringValueNode,
} from 'graphql';
import { badUserInput } from '../errors.ts';
import { callCost } from './call-cost.ts';

/** Types that this subgraph shares with others, who describe them in their own words; of `Video`, its `id`. */
const shared = new Set(['Video', 'PageInfo', 'DateTime', 'JSON']);

const descriptions: Readonly<Record<string, string>> = {
  _entities: 'For federation routers: entities of this subgraph by their keys.',
  _service: 'For federation routers: this subgraph itself.',
  _Any: 'A representation of an entity: its `__typename` and the fields of a key.',
  _Entity: 'The entities that this subgraph resolves.',
  _Service: 'A subgraph.',
  sdl: 'The schema of this subgraph, in the schema definition language.',
  representations: 'What to resolve: one slot comes back for each, in order.',
};

/**
 * Completes what the federation plugin makes of the schema, in place.
 *
 * The definition that composers read comes without descriptions of shared types: where two subgraphs describe one
 * type in different words, composition says so in a hint and takes either text for the supergraph. GraphiQL, which
 * reads the schema by introspection, shows them all.
 */
export function asSubgraph(schema: GraphQLSchema): { schema: GraphQLSchema; sdl: string } {
  const fields = schema.getQueryType()?.getFields() ?? {};
  for (const described of [
    fields._entities,
    ...(fields._entities?.args ?? []),
    fields._service,
    schema.getType('_Any'),
    schema.getType('_Entity'),
    schema.getType('_Service'),
  ]) {
    if (described) described.description ??= descriptions[described.name];
  }
  if (fields._entities) Object.assign(fields._entities.extensions, callCost({ does: 'entities' }));
  refuseUnknownEntities(schema);
  const sdl = withoutSharedDescriptions(serviceSDL(schema));
  if (fields._service) fields._service.resolve = () => ({ sdl });
  return { schema, sdl };
}

/** The resolver of `@apollo/subgraph` takes a type that it does not know for a mistake of the server's. */
function refuseUnknownEntities(schema: GraphQLSchema): void {
  const entities = schema.getQueryType()?.getFields()._entities;
  const union = schema.getType('_Entity');
  if (!entities?.resolve || !isUnionType(union)) return;
  const names: readonly unknown[] = union.getTypes().map(({ name }) => name);
  const { resolve } = entities;
  entities.resolve = (source, args: { representations: readonly unknown[] }, context, info) => {
    const problems = args.representations.flatMap((representation, index) =>
      names.includes(Object(representation).__typename)
        ? []
        : [{ field: `representations.${index}`, message: `expected a __typename of ${names.join(', ')}` }],
    );
    if (problems.length > 0) throw badUserInput(problems);
    return resolve(source, args, context, info);
  };
}

function serviceSDL(schema: GraphQLSchema): string {
  const { data } = graphqlSync({ schema, source: '{ _service { sdl } }' });
  const service = data?._service as { readonly sdl: string } | undefined;
  if (!service) throw new Error('expected a schema with _service; it gave none');
  return service.sdl;
}

function withoutSharedDescriptions(sdl: string): string {
  const document = parse(sdl);
  const definitions = document.definitions.map((definition): DefinitionNode => {
    if (definition.kind === Kind.SCALAR_TYPE_DEFINITION && shared.has(definition.name.value)) {
      return undescribed(definition);
    }
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION && shared.has(definition.name.value)) {
      // The other fields of Video are this subgraph's own.
      const ours = (name: string) => definition.name.value === 'Video' && name !== 'id';
      const fields = definition.fields?.map((field) => (ours(field.name.value) ? field : undescribed(field)));
      return undescribed({ ...definition, ...(fields && { fields }) });
    }
    return definition;
  });
  return `${print({ ...document, definitions })}\n`;
}

function undescribed<Node extends { readonly description?: StringValueNode }>(
  node: Node,
): Omit<Node, 'description'> {
  const { description: _, ...rest } = node;
  return rest;
}
