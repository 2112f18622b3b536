import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { unusedFields } from '../../schema/coverage.ts';

it('every field of the schema is in an operation', () => {
  expect(unusedFields()).toEqual([]);
});

it('a field without an operation is found', () => {
  const sdl = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
  expect(unusedFields(sdl.replace('type AIImage {', 'type AIImage {\n  added: Int\n'))).toEqual([
    'AIImage.added',
  ]);
});
