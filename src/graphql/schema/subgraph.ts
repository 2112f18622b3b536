import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLField,
  type GraphQLFieldMap,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  print,
  type StringValueNode,
  visit,
} from 'graphql';
import type { Scope } from '../../auth/caller.ts';
import { badUserInput } from '../errors.ts';
import { requiredScope } from './scopes.ts';

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
 * Completes the schema of the federation plugin in place: descriptions, checks of `_entities`, and the order of the fields.
 * Also returns the SDL for composition, with the directives that routers read. It is made when it is first asked for: it takes
 * longer than the schema, and most gateways are never asked.
 *
 * That SDL omits the descriptions of shared types. If two subgraphs describe a type in different words, composition
 * reports a hint and uses either text. Introspection still returns all descriptions.
 */
export function asSubgraph(schema: GraphQLSchema): { schema: GraphQLSchema; sdl: () => string } {
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
  const ownSDL = serviceSDL(fields._service);
  let text: string | undefined;
  const sdl = () => {
    text ??= `${print(withScopes(schema, withoutSharedDescriptions(parse(ownSDL))))}\n`;
    return text;
  };
  if (fields._service) fields._service.resolve = () => ({ sdl: sdl() });
  showLast(fields, ['_entities', '_service']);
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

/** The SDL that the federation plugin has printed. */
function serviceSDL(field: GraphQLField<unknown, unknown> | undefined): string {
  const service = field?.resolve?.(undefined, {}, undefined, {} as GraphQLResolveInfo);
  const { sdl } = Object(service) as { readonly sdl?: unknown };
  if (typeof sdl !== 'string') throw new Error('expected a schema with the field _service; got none');
  return sdl;
}

/** Moves fields to the end, where documentation shows them after the fields for clients. */
function showLast(fields: GraphQLFieldMap<unknown, unknown>, names: readonly string[]): void {
  for (const name of names) {
    const field = fields[name];
    if (!field) continue;
    delete fields[name];
    fields[name] = field;
  }
}

/** Adds `@authenticated` and `@requiresScopes` to the fields that require a scope, so that routers can check it too. */
function withScopes(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  return visit(document, {
    ObjectTypeDefinition({ name, fields, ...node }) {
      const type = schema.getType(name.value);
      if (!isObjectType(type)) return undefined;
      const scoped = fields?.map((field): FieldDefinitionNode => {
        const scope = requiredScope(type, type.getFields()[field.name.value]);
        if (scope === undefined) return field;
        return { ...field, directives: [...(field.directives ?? []), ...directivesOf(scope)] };
      });
      return { ...node, name, ...(scoped && { fields: scoped }) };
    },
  });
}

function directivesOf(scope: Scope): readonly ConstDirectiveNode[] {
  const [definition] = parse(`scalar S @authenticated @requiresScopes(scopes: [["${scope}"]])`).definitions;
  return definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? (definition.directives ?? []) : [];
}

function withoutSharedDescriptions(document: DocumentNode): DocumentNode {
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
  return { ...document, definitions };
}

function undescribed<Node extends { readonly description?: StringValueNode }>(
  node: Node,
): Omit<Node, 'description'> {
  const { description: _, ...rest } = node;
  return rest;
}
