import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  buildSchema,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  responsePathAsArray,
} from 'graphql';
import { seededChoice } from '../../../src/emulator/results/seeded-choice.ts';

const SDL = /* GraphQL */ `
  enum Color { RED GREEN }
  scalar Anything
  input Point { x: Int = 1, y: [Int!] }
  interface Named { name: String }
  union Pet = Cat | Dog
  type Cat implements Named { name: String lives: Int! owner: Person friends: [Pet!] }
  type Dog implements Named { name: String color: Color keeper: Person! tricks: [String!]! }
  type Person implements Named {
    name: String
    age(unit: Color = RED, at: Point): Int
    email: String!
    pet: Pet
    pets(first: Int! = 2): [Pet]
    strict: [Pet!]!
    matrix: [[Int!]]
    parent: Person
    child: Person!
    named: [Named]
    anything: Anything
  }
  type Query { me: Person you: Person! people(ids: [ID!]!): [Person] pet: Pet named: Named count: Int! }
  type Mutation { first(n: Int): Person second: Person! third: Int }
`;

export type Random = ReturnType<typeof seededChoice>;

export interface UnreliableSchema {
  readonly schema: GraphQLSchema;
  /** What resolvers were called with, in order. */
  readonly calls: string[];
  /** Determines what they do. */
  seed: number;
}

/**
 * A schema whose resolvers return, throw or promise values that depend on the seed and the position alone, so that two
 * executors see the same.
 */
export function unreliableSchema(): UnreliableSchema {
  const schema = buildSchema(SDL);
  const state: UnreliableSchema = { schema, calls: [], seed: 0 };
  const randomAt = (info: GraphQLResolveInfo) =>
    seededChoice(`${state.seed} ${responsePathAsArray(info.path).join('.')}`);
  const resolve: GraphQLFieldResolver<unknown, unknown> = (_source, args, _context, info) => {
    const { fieldName, parentType, returnType, fieldNodes, operation, variableValues } = info;
    const path = responsePathAsArray(info.path).join('.');
    const known = [parentType, fieldName, returnType, fieldNodes.length, operation.operation];
    state.calls.push(`${path}: ${known.join(' ')} ${JSON.stringify([args, variableValues])}`);
    return outcome(randomAt(info), () => valueOfType(returnType, randomAt(info), path));
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInterfaceType(type) || isUnionType(type)) {
      type.resolveType = (value, _context, info) => {
        const { kind } = value as { kind: string };
        return randomAt(info).integer(0, 2) === 0 ? Promise.resolve(kind) : kind;
      };
    }
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      // The others have `graphql`'s own resolver, which reads properties and calls methods.
      if (!['name', 'anything'].includes(field.name)) field.resolve = resolve;
      // It declares no fourth argument, and so gets none.
      if (field.name === 'third')
        field.resolve = (_source, _args, _context) => Promise.resolve(state.seed % 100);
    }
    if (type.name === 'Cat') {
      type.isTypeOf = (_value, _context, info) => {
        const choice = randomAt(info).integer(0, 19);
        if (choice === 0) return Promise.reject(new Error('not a cat'));
        return choice < 5 ? Promise.resolve(true) : true;
      };
    }
  }
  return state;
}

/** Returns, promises, throws or rejects with a value, or does without one. */
function outcome(random: Random, value: () => unknown): unknown {
  const choice = random.integer(0, 29);
  if (choice === 0) throw new Error('thrown');
  if (choice === 1) return Promise.reject(new Error('rejected'));
  if (choice === 2) return new Error('returned');
  if (choice === 3) return nextTurn().then(() => Promise.reject(new Error('rejected later')));
  if (choice === 4) return null;
  if (choice === 5) return Promise.resolve(undefined);
  if (choice < 12) return Promise.resolve(value());
  if (choice < 16) return nextTurn().then(value);
  return value();
}

/** An item of a list: an error that is thrown here would be the list's. */
function itemOutcome(random: Random, value: () => unknown): unknown {
  try {
    return outcome(random, value);
  } catch (error) {
    return error;
  }
}

/** A value of the type, or sometimes of another. */
function valueOfType(type: GraphQLOutputType, random: Random, path: string): unknown {
  if (isNonNullType(type)) return valueOfType(type.ofType, random, path);
  if (isListType(type)) {
    if (random.integer(0, 19) === 0) return 'no list';
    const items = Array.from({ length: random.integer(0, 3) }, (_, index) => {
      const ofItem = seededChoice(`${path} ${index} ${random.integer(0, 99)}`);
      return itemOutcome(ofItem, () => valueOfType(type.ofType, ofItem, `${path}.${index}`));
    });
    return random.integer(0, 3) === 0 ? new Set(items) : items;
  }
  if (isLeafType(type)) {
    if (type.name === 'Color') return random.integer(0, 9) === 0 ? 'BLUE' : 'RED';
    if (type.name === 'Int') return random.integer(0, 9) === 0 ? 'many' : random.integer(0, 99);
    return `text of ${path}`;
  }
  const isPerson = type.name === 'Person' || (isInterfaceType(type) && random.integer(0, 2) === 0);
  const pet = random.integer(0, 1) === 0 ? 'Cat' : 'Dog';
  return {
    kind: isPerson ? 'Person' : pet,
    name: random.integer(0, 1) === 0 ? `name of ${path}` : () => Promise.resolve('called'),
    anything: { list: [1, null] },
  };
}
