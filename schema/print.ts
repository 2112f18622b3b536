import { readFileSync, writeFileSync } from 'node:fs';
import { apiSDL, subgraphSDL } from '../src/graphql/schema/schema.ts';

/** Writes the schema's definitions beside this file; with `--check` only tells whether they are up to date. */
const files = { 'schema.graphql': apiSDL, 'subgraph.graphql': subgraphSDL };
const check = process.argv.includes('--check');

for (const [name, sdl] of Object.entries(files)) {
  const file = new URL(name, import.meta.url);
  if (!check) writeFileSync(file, sdl);
  else if (read(file) !== sdl) {
    process.stderr.write(`schema/${name} is stale: run npm run generate\n`);
    process.exitCode = 1;
  }
}

function read(file: URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
