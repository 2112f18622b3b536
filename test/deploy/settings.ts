import { globSync, readFileSync } from 'node:fs';
import { repositoryFile } from './repository.ts';

/** A variable as src/config*.ts reads it: `env.NAME`, or its name as a text. */
const NAME = /\benv\.([A-Z][A-Z0-9_]+)\b|'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|PORT|HOST|GRAPHIQL)'/g;

/** The names of all variables that the gateway reads, from its code. */
export function settings(): ReadonlySet<string> {
  const files = ['src/config/config.ts', ...globSync('src/config/*.ts', { cwd: repositoryFile('.') })];
  const names = new Set<string>();
  for (const file of files) {
    for (const [, read, named] of readFileSync(repositoryFile(file), 'utf8').matchAll(NAME)) {
      const name = read ?? named;
      if (name) names.add(name);
    }
  }
  return names;
}

/** `NAME=value` lines, without comments. */
export function envFile(path: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readFileSync(repositoryFile(path), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
