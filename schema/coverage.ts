import { readdirSync, readFileSync } from 'node:fs';
import { coverage } from '@graphql-inspector/core';
import { buildSchema, Source } from 'graphql';

const at = (path: string) => new URL(path, import.meta.url);

/** The fields of the schema that no operation of `operations/` selects, as `Type.field`. */
export function unusedFields(sdl = readFileSync(at('schema.graphql'), 'utf8')): readonly string[] {
  const operations = readdirSync(at('operations/')).map(
    (name) => new Source(readFileSync(at(`operations/${name}`), 'utf8'), name),
  );
  const { types } = coverage(buildSchema(sdl), operations);
  return Object.entries(types).flatMap(([type, { children }]) =>
    Object.entries(children).flatMap(([field, { hits }]) => (hits === 0 ? [`${type}.${field}`] : [])),
  );
}
