import type { Random } from './unreliable-schema.ts';

type Part = (depth: number) => string;

/** A random operation for the unreliable schema. Some are not valid. */
export function randomOperation(random: Random): string {
  const pick = (texts: readonly string[]) => texts[random.integer(0, texts.length - 1)] ?? '';
  const pickPart = (parts: readonly (string | Part)[], depth: number) => {
    const part = parts[random.integer(0, parts.length - 1)] ?? '';
    return typeof part === 'string' ? part : part(depth - 1);
  };
  const some = (part: Part, depth: number) =>
    Array.from({ length: random.integer(1, 4) }, () => part(depth)).join(' ');
  const condition = () => pick(['', '', '', '@include(if: $yes)', '@skip(if: $yes)', '@skip(if: false)']);
  const alias = (name: string) => pick(['', '', '', `${name}A: `, `${name}B: `]);

  const cat: Part = (depth) =>
    depth <= 0
      ? pick(['name', 'lives'])
      : pickPart(
          [
            'name',
            'lives',
            (d) => `owner ${condition()} { ${some(person, d)} }`,
            (d) => `friends { ${pet(d)} }`,
          ],
          depth,
        );
  const dog: Part = (depth) =>
    depth <= 0
      ? pick(['color', 'tricks'])
      : pickPart(['name', 'tricks', (d) => `keeper { ${some(person, d)} }`], depth);
  const pet: Part = (depth) =>
    `... on Cat { ${some(cat, depth)} } ... on Dog { ${some(dog, depth)} } ... on Named { name }`;
  const named: Part = (depth) => `... on Person { ${some(person, depth)} } ${pet(depth)}`;
  const person: Part = (depth) =>
    depth <= 0
      ? pick(['name', 'email', '...Base'])
      : pickPart(
          [
            'name',
            '__typename',
            'age',
            'aged: age(unit: $color, at: { x: $n })',
            'old: age(at: $point)',
            'matrix',
            'anything',
            () => `email ${condition()}`,
            () => `...Base ${condition()}`,
            () => `... on Named ${condition()} { name }`,
            (d) => `pet ${condition()} { ${pet(d)} }`,
            (d) => `pets(first: $n) { ${pet(d)} }`,
            (d) => `strict { ${pet(d)} }`,
            (d) => `parent { ${some(person, d)} }`,
            (d) => `child { ${some(person, d)} }`,
            (d) => `named { ${named(d)} }`,
            (d) => `... { ${some(person, d)} }`,
          ],
          depth,
        );
  const query: Part = (depth) =>
    pickPart(
      [
        '__proto__: __typename',
        'constructor: __typename',
        '__schema { queryType { name } }',
        '__type(name: "Cat") { fields { name type { kind ofType { name } } } }',
        () => `${alias('count')}count`,
        (d) => `${alias('me')}me ${condition()} { ${some(person, d)} }`,
        (d) => `${alias('me')}me { ${some(person, d)} }`,
        (d) => `${alias('you')}you { ${some(person, d)} }`,
        (d) => `people(ids: $ids) { ${some(person, d)} }`,
        (d) => `pet { ${pet(d)} }`,
        (d) => `named { ${named(d)} }`,
      ],
      depth,
    );
  const mutation: Part = (depth) =>
    pickPart(
      [
        'third',
        (d) => `${alias('first')}first(n: $n) { ${some(person, d)} }`,
        (d) => `${alias('second')}second { ${some(person, d)} }`,
      ],
      depth,
    );
  const isMutation = random.integer(0, 4) === 0;
  const root = some(isMutation ? mutation : query, isMutation ? 3 : 5);
  const variables = '$yes: Boolean!, $n: Int = 3, $color: Color, $point: Point, $ids: [ID!]! = ["x", "y"]';
  return `
    ${isMutation ? 'mutation' : 'query'} (${variables}) { ${root} }
    fragment Base on Person { name parent { email } }
  `;
}
