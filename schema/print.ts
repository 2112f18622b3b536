import { readFileSync, writeFileSync } from 'node:fs';
import { apiSDL, subgraphSDL } from '../src/graphql/schema/schema.ts';

/** Writes the SDL files of the schema. With `--check` it writes nothing and fails if a file is out of date. */
const files = { 'schema.graphql': apiSDL, 'subgraph.graphql': subgraphSDL };
const check = process.argv.includes('--check');

for (const [name, sdl] of Object.entries(files)) {
  const file = new URL(name, import.meta.url);
  if (!check) writeFileSync(file, sdl);
  else if (read(file) !== sdl) {
    process.stderr.write(`schema/${name} is out of date: run npm run generate\n`);
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
