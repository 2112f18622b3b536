import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { schema } from '../../src/graphql/schema/schema.ts';
import type { Dice } from './dice.ts';
import { someJson, someText } from './hostile-values.ts';

/** An operation as a client sends it. `variables` is text and not always valid JSON. */
export interface RandomOperation {
  readonly query: string;
  readonly variables: string;
  readonly operationName?: string;
}

/** An operation of the schema with random arguments. It is not always valid. */
export function randomOperation(dice: Dice): RandomOperation {
  const operation = new OperationBuilder(dice).build();
  return dice.chance(25) ? { ...operation, query: mutated(dice, operation.query) } : operation;
}

/** Removes, repeats, replaces and inserts tokens. */
function mutated(dice: Dice, query: string): string {
  const tokens = query.match(/"(?:[^"\\\n]|\\.)*"|[\w$@]+|\.\.\.|\s+|./gsu) ?? [];
  for (let change = dice.below(4); change >= 0; change--) {
    const at = dice.below(Math.max(1, tokens.length));
    const token = tokens[at] ?? '';
    switch (dice.below(4)) {
      case 0:
        tokens.splice(at, 1);
        break;
      case 1:
        tokens.splice(at, 0, token);
        break;
      case 2:
        tokens[at] = tokens[at + 2] ?? '';
        break;
      default:
        tokens.splice(at, 0, dice.pick(strays));
    }
  }
  return tokens.join('');
}

// biome-ignore format: one list, not forty lines
const strays = [
  '{', '}', '(', ')', '[', ']', ':', '!', '=', '|', '&', '@', '$', '...', '"', '"""', '#', '\\', '\u0000', '\ufeff',
  ' on ', ' fragment ', ' query ', ' mutation ', ' subscription ', ' __typename ', ' __schema { types { name } } ',
  ' __type(name: "Query") { name } ', ' _service { sdl } ', ' @skip(if: true) ', ' @defer ', ' null ', ' 1e999 ', ' é ',
] as const;

const objectTypes: readonly GraphQLNamedType[] = Object.values(schema.getTypeMap()).filter((type) =>
  isObjectType(type),
);

type Argument = GraphQLArgument | GraphQLInputField;

class OperationBuilder {
  readonly #dice: Dice;
  readonly #variables: { readonly definition: string; readonly value: string }[] = [];
  readonly #fragments: string[] = [];
  /** The number of fields that can still be selected. Only some documents are large. */
  #left: number;
  readonly #maxDepth: number;

  constructor(dice: Dice) {
    this.#dice = dice;
    this.#maxDepth = dice.chance(5) ? 20 : 6;
    this.#left = dice.chance(3) ? 400 : 40;
  }

  build(): RandomOperation {
    const dice = this.#dice;
    const kind = dice.pick([
      'query',
      'query',
      'query',
      'query',
      'mutation',
      'mutation',
      'subscription',
    ] as const);
    const root = schema.getRootType(kind as never) as GraphQLObjectType;
    const selection = this.#selection(root, 0);
    const name = dice.chance(30) ? dice.pick(['A', 'B', '__proto__', 'IntrospectionQuery']) : '';
    const definitions = this.#variables.map(({ definition }) => definition).join(', ');
    const head = `${kind} ${name}${definitions && `(${definitions})`}${this.#directives()}`;
    const others = dice.chance(5)
      ? [dice.pick(['query B { __typename }', 'type T { a: Int }', '{ __typename }'])]
      : [];
    const values = this.#variables.map(({ value }) => value);
    if (dice.chance(5)) values.push(`"v${dice.below(9)}":${someJson(dice)}`);
    const operationName = dice.chance(20) ? dice.pick(['A', 'B', 'C', '', '__proto__']) : undefined;
    return {
      query: [`${head} ${selection}`, ...this.#fragments, ...others].join('\n'),
      variables: dice.chance(4) ? someJson(dice) : `{${values.join()}}`,
      ...(operationName !== undefined && { operationName }),
    };
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    const count = 1 + this.#dice.below(depth < 2 ? 4 : 3);
    const selections = Array.from({ length: count }, () => this.#selected(type, depth));
    return `{ ${selections.join(' ')} }`;
  }

  #selected(type: GraphQLNamedType, depth: number): string {
    const dice = this.#dice;
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    const isDeep = depth >= this.#maxDepth || --this.#left <= 0;
    const flat = isDeep ? fields.filter((field) => isLeafType(getNamedType(field.type))) : fields;
    if (dice.chance(4)) return dice.pick(['__typename', 'nothing', 'id', '__schema { types { name } }']);
    if (!isDeep && (isAbstractType(type) || dice.chance(8))) return this.#fragment(type, depth);
    const field = flat.length === 0 ? undefined : dice.pick(flat);
    if (!field) return '__typename';
    const alias = dice.chance(30) ? `${dice.pick(['a', 'b', 'c', '__proto__', 'errors', 'data'])}: ` : '';
    const args = this.#arguments(field.args);
    const named = getNamedType(field.type);
    const isLeaf = isLeafType(named) !== dice.chance(1);
    return `${alias}${field.name}${args}${this.#directives()} ${isLeaf ? '' : this.#selection(named, depth + 1)}`;
  }

  #fragment(type: GraphQLNamedType, depth: number): string {
    const dice = this.#dice;
    const possible: readonly GraphQLNamedType[] = isAbstractType(type)
      ? schema.getPossibleTypes(type)
      : [type];
    const on = dice.pick(dice.chance(10) ? objectTypes : possible);
    const selection = this.#selection(on, depth + 1);
    if (dice.chance(50))
      return `...${dice.chance(20) ? '' : ` on ${on.name}`}${this.#directives()} ${selection}`;
    const name = `F${this.#fragments.length}`;
    // Sometimes spreads itself or a fragment that does not exist.
    const spread = dice.chance(6) ? `...F${dice.below(6)}` : '';
    this.#fragments.push(`fragment ${name} on ${on.name} ${selection.replace(/\}$/, `${spread} }`)}`);
    return `...${name}${this.#directives()}`;
  }

  #arguments(args: readonly Argument[]): string {
    const dice = this.#dice;
    const given = args.filter((arg) => (isNonNullType(arg.type) ? !dice.chance(3) : dice.chance(40)));
    const texts = given.map((arg) => `${arg.name}: ${this.#argument(arg)}`);
    if (dice.chance(2)) texts.push(`nothing: ${this.#literal(arbitraryScalar, 0)}`);
    return texts.length === 0 ? '' : `(${texts.join(', ')})`;
  }

  #argument({ type }: Argument): string {
    const dice = this.#dice;
    if (!dice.chance(35)) return this.#value(type, 0, false);
    const name = `v${this.#variables.length}`;
    const declared = dice.chance(5)
      ? dice.pick(['Int', 'String!', '[ID]', 'JSON', 'Nothing', 'Query'])
      : String(type);
    const fallback = dice.chance(10) ? ` = ${this.#value(type, 0, false)}` : '';
    this.#variables.push({
      definition: `$${name}: ${declared}${fallback}`,
      value: `"${name}":${dice.chance(8) ? someJson(dice) : this.#value(type, 0, true)}`,
    });
    return dice.chance(3) ? '$nothing' : `$${name}`;
  }

  /** A value of a type, as a GraphQL literal or as JSON. Sometimes of another type. */
  #value(type: GraphQLInputType, depth: number, isJson: boolean): string {
    const dice = this.#dice;
    if (isNonNullType(type)) return this.#value(type.ofType, depth, isJson);
    if (dice.chance(4)) return isJson ? someJson(dice) : this.#literal(arbitraryScalar, depth);
    if (isListType(type)) {
      if (dice.chance(5)) return this.#value(type.ofType, depth + 1, isJson);
      const max = dice.chance(4) ? 120 : 12;
      return `[${dice.some(max, () => this.#value(type.ofType, depth + 1, isJson)).join(', ')}]`;
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) =>
        isNonNullType(field.type) ? !dice.chance(3) : depth < 5 && dice.chance(40),
      );
      const texts = fields.map(
        (field) =>
          `${isJson ? `"${field.name}"` : field.name}: ${this.#value(field.type, depth + 1, isJson)}`,
      );
      return `{${texts.join(', ')}}`;
    }
    if (isEnumType(type)) {
      const { name } = dice.pick(type.getValues());
      return isJson ? `"${name}"` : name;
    }
    return isJson ? this.#json(type.name) : this.#literal(type.name, depth);
  }

  #json(scalar: string): string {
    const dice = this.#dice;
    if (scalar === '_Any') return this.#representation(true);
    if (scalar === 'JSON') return someJson(dice);
    if (scalar === 'Int') return String(dice.pick([1, 0, -1, 20, 100, 101, 2_147_483_647, 2_147_483_648]));
    if (scalar === 'Boolean') return String(dice.chance(50));
    return JSON.stringify(someText(dice));
  }

  #literal(scalar: string, depth: number): string {
    const dice = this.#dice;
    if (scalar === '_Any') return this.#representation(false);
    if (scalar === 'Int' || scalar === 'Boolean') return this.#json(scalar);
    if (scalar === 'ID' || scalar === 'String') return JSON.stringify(someText(dice));
    switch (dice.below(depth > 4 ? 5 : 7)) {
      case 0:
        return JSON.stringify(someText(dice));
      case 1:
        return dice.pick(['null', 'true', 'ENUM', 'VIDEO_TAG', '$v0']);
      case 2:
        return dice.pick(['0', '-1', '1.5', '1e400', '99999999999999999999', '-0.0']);
      case 3:
        return dice.pick(['"""block"""', '"""', '"\\u{1F600}"', '"\\u{110000}"', '"\\uD800"']);
      case 4:
        return dice.chance(2) ? '['.repeat(900) + ']'.repeat(900) : '[]';
      case 5:
        return `[${dice.some(4, () => this.#literal(arbitraryScalar, depth + 1)).join()}]`;
      default:
        return `{${dice.some(4, () => `${dice.pick(names)}: ${this.#literal(arbitraryScalar, depth + 1)}`).join()}}`;
    }
  }

  #representation(isJson: boolean): string {
    const dice = this.#dice;
    const key = (name: string) => (isJson ? `"${name}"` : name);
    const type = dice.pick(['AIJob', 'AIImageJob', 'Video', 'AIJob', 'Query', 'Nothing', '__proto__', '']);
    const id = dice.chance(90) ? JSON.stringify(someText(dice)) : isJson ? someJson(dice) : '[1]';
    const more = dice.chance(10) ? `, ${key('__proto__')}: null` : '';
    return `{${key('__typename')}: "${type}", ${key('id')}: ${id}${more}}`;
  }

  #directives(): string {
    const dice = this.#dice;
    if (!dice.chance(8)) return '';
    const one = () =>
      dice.pick([
        '@include(if: true)',
        '@skip(if: false)',
        '@skip(if: true)',
        '@nothing',
        '@include',
        '@skip(if: $v0)',
        '@defer',
        '@stream',
        '@deprecated',
      ]);
    return ` ${dice.chance(5) ? Array.from({ length: 30 }, one).join(' ') : one()}`;
  }
}

const arbitraryScalar = 'any';
const names = ['id', '__typename', '__proto__', 'extend', 'a', 'constructor'] as const;
