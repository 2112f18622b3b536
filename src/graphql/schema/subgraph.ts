import {
  type DefinitionNode,
  type GraphQLSchema,
  graphqlSync,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  print,
  type StringValueNode,
} from 'graphql';
import { badUserInput } from '../errors.ts';

/** Types that other subgraphs define too, with descriptions of their own. Of `Video`, they define only `id`. */
const shared = new Set(['Video', 'PageInfo', 'DateTime', 'JSON']);

const descriptions: Readonly<Record<string, string>> = {
  _entities: 'Resolves entities by their keys. Federation routers use it.',
  _service: 'The definition of this subgraph. Federation routers use it.',
  _Any: 'A reference to an entity: its `__typename` and the fields of one of its keys.',
  _Entity: 'An entity that this subgraph resolves.',
  _Service: 'The definition of a subgraph.',
  sdl: 'The schema of this subgraph in SDL.',
  representations:
    'The references to resolve. The result has one entry for each, in order; an entry is null if no such entity exists.',
};

/**
 * Completes the schema of the federation plugin in place: descriptions and checks of `_entities`. Also
 * returns the SDL for composition.
 *
 * That SDL omits the descriptions of shared types. If two subgraphs describe a type in different words, composition
 * reports a hint and uses either text. Introspection still returns all descriptions.
 */
export function asSubgraph(schema: GraphQLSchema): { schema: GraphQLSchema; sdl: string } {
  const fields = schema.getQueryType()?.getFields() ?? {};
  const service = schema.getType('_Service');
  for (const described of [
    fields._entities,
    ...(fields._entities?.args ?? []),
    fields._service,
    schema.getType('_Any'),
    schema.getType('_Entity'),
    service,
    isObjectType(service) ? service.getFields().sdl : undefined,
  ]) {
    if (described) described.description = descriptions[described.name];
  }
  checkEntities(schema);
  const sdl = withoutSharedDescriptions(serviceSDL(schema));
  if (fields._service) fields._service.resolve = () => ({ sdl });
  return { schema, sdl };
}

/**
 * Rejects too many references, and references to unknown types, with `BAD_USER_INPUT`, before any is resolved.
 * `@apollo/subgraph` reports unknown types as a server error.
 */
function checkEntities(schema: GraphQLSchema): void {
  const entities = schema.getQueryType()?.getFields()._entities;
  const union = schema.getType('_Entity');
  if (!entities?.resolve || !isUnionType(union)) return;
  const names: readonly unknown[] = union.getTypes().map(({ name }) => name);
  const { resolve } = entities;
  entities.resolve = (source, args: { representations: readonly unknown[] }, context, info) => {
    context.budget.addEntities(args.representations.length);
    context.budget.expect(args.representations.length);
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
  if (!service) throw new Error('expected a schema with the field _service; got none');
  return service.sdl;
}

function withoutSharedDescriptions(sdl: string): string {
  const document = parse(sdl);
  const definitions = document.definitions.map((definition): DefinitionNode => {
    if (definition.kind === Kind.SCALAR_TYPE_DEFINITION && shared.has(definition.name.value)) {
      return undescribed(definition);
    }
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION && shared.has(definition.name.value)) {
      // The other fields of Video belong to this subgraph.
      const isOwn = (name: string) => definition.name.value === 'Video' && name !== 'id';
      const fields = definition.fields?.map((field) =>
        isOwn(field.name.value) ? field : undescribed(field),
      );
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
