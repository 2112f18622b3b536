import { readFileSync, writeFileSync } from 'node:fs';
import { buildSchema, isObjectType } from 'graphql';
import { apiSDL, subgraphSDL } from '../src/graphql/schema/schema.ts';

/** Writes the files that depend only on the schema. With `--check` it writes nothing and fails if a file is out of date. */
const api = apiSDL();
const files = {
  'schema.graphql': api,
  'subgraph.graphql': subgraphSDL(),
  'generated/graphcache-keys.ts': graphcacheKeys(),
};
const check = process.argv.includes('--check');

for (const [name, sdl] of Object.entries(files)) {
  const file = new URL(name, import.meta.url);
  if (!check) writeFileSync(file, sdl);
  else if (read(file) !== sdl) {
    process.stderr.write(`schema/${name} is out of date: run npm run generate\n`);
    process.exitCode = 1;
  }
}

/** The option `keys` of urql's Graphcache: the types that have no id, so that they stay inside the entity that contains them. */
function graphcacheKeys(): string {
  // Built again, because the `graphql` of this folder rejects types of another copy.
  const schema = buildSchema(api);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const values = Object.values(schema.getTypeMap()).filter(
    (type) =>
      isObjectType(type) &&
      !type.name.startsWith('_') &&
      !roots.includes(type) &&
      !('id' in type.getFields()),
  );
  return [
    "/** Pass these keys to the cache exchange of urql's Graphcache: `cacheExchange({ schema, keys })`. */",
    'export const keys = {',
    ...values.map(({ name }) => `  ${name}: () => null,`),
    '};',
    '',
  ].join('\n');
}

function read(file: URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
