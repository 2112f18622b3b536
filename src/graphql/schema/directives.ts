import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
} from 'graphql';

/**
 * The directives of the schema: their types for Pothos, and the ones that fields share. Spread them into a field's
 * `directives`.
 */
export type SchemaDirectives = {
  semanticNonNull: { locations: 'FIELD_DEFINITION'; args: { levels?: readonly number[] } };
  cost: { locations: 'FIELD_DEFINITION' | 'ARGUMENT_DEFINITION'; args: { weight: number } };
  listSize: {
    locations: 'FIELD_DEFINITION';
    args: {
      assumedSize: number;
      slicingArguments?: readonly string[];
      sizedFields?: readonly string[];
      requireOneSlicingArgument?: boolean;
    };
  };
  cacheControl: { locations: 'FIELD_DEFINITION' | 'OBJECT'; args: { inheritMaxAge: true } };
};

/** Defined in the SDL for clients and in that of the subgraph. */
export const semanticNonNull = new GraphQLDirective({
  name: 'semanticNonNull',
  description:
    'The field is null only together with an error in `errors`. A client that throws on errors can treat it as non-null.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: {
    levels: {
      type: new GraphQLList(new GraphQLNonNull(GraphQLInt)),
      defaultValue: [0],
      description:
        'The levels of lists that this applies to. Level 0 is the field itself, and 1 the items of its list.',
    },
  },
});

/** Defined in the SDL of the subgraph. */
export const cacheControl = new GraphQLDirective({
  name: 'cacheControl',
  description: 'How long caches may keep the value.',
  locations: [DirectiveLocation.FIELD_DEFINITION, DirectiveLocation.OBJECT],
  args: {
    maxAge: { type: GraphQLInt, description: 'The time in seconds.' },
    inheritMaxAge: {
      type: GraphQLBoolean,
      description: 'Whether caches may keep the value as long as the object that contains it.',
    },
  },
});

/** The directives of federation that the subgraph's SDL applies. */
export const federationDirectives = [
  '@key',
  '@shareable',
  '@authenticated',
  '@requiresScopes',
  '@cost',
  '@listSize',
];

/** For fields that are null only together with an error. */
export const nullOnlyOnError = { semanticNonNull: {} };
/** For lists whose items are null only together with an error. */
export const itemsNullOnlyOnError = { semanticNonNull: { levels: [1] } };

/** The weight of a call to VOD. It is 10 because one call reads ten jobs, so that one job of a list has the weight 1. */
const CALL_WEIGHT = 10;

/** For fields that make calls to VOD of their own, and for arguments that make their field do so. */
export function callsVOD(calls: number) {
  return { cost: { weight: CALL_WEIGHT * calls } };
}

/** For fields with jobs that are read together with other jobs, `maxIds` a call. */
export function readsJobsTogether({ maxIds }: { readonly maxIds: number }) {
  return { cost: { weight: CALL_WEIGHT / maxIds } };
}

/** For lists that one call to VOD returns, whatever their length: the assumed items have the weight of one call. */
export const listedInOneCall = { cost: { weight: 1 }, listSize: { assumedSize: CALL_WEIGHT } };

/** For lists with at most this many items. */
export function hasItems(assumedSize: number) {
  return { listSize: { assumedSize } };
}

/** For values that never change while the object that contains them stays the same, such as the result of a final job. */
export const cachedWithParent = { cacheControl: { inheritMaxAge: true as const } };
