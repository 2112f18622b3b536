import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { repositoryFile } from './repository.ts';

/** The gateway's source code by path, without the emulator. */
const sources = new Map(
  globSync('src/**/*.ts', { cwd: repositoryFile('.') })
    .filter((path) => !path.startsWith('src/emulator/'))
    .map((path) => [path, readFileSync(repositoryFile(path), 'utf8')]),
);

/** The folders of `src/` in which a file matches. */
function foldersWith(pattern: RegExp): readonly string[] {
  const paths = [...sources].filter(([, source]) => pattern.test(source)).map(([path]) => path);
  return [...new Set(paths.map((path) => path.split('/')[1] ?? ''))].sort();
}

it('connects only to VOD, the token issuer, Postgres and the trace collector', () => {
  const clients =
    /from '(undici|jose|pg|node:https|node:tls|node:dgram|@opentelemetry\/exporter[^']*)'|\bfetch\(/;
  // `account` reads VOD's clock for `npm run check:account`.
  expect(foldersWith(clients)).toEqual(['account', 'auth', 'ledger', 'observability', 'rpc']);
  expect(foldersWith(/import \{[^}]*\b(request|get|connect)\b[^}]*\} from 'node:(http|net)'/)).toEqual([]);
});

it('builds no SQL from strings', () => {
  expect(foldersWith(/\bsql\.raw\b|\bsql\.id\b/)).toEqual([]);
});

it('runs no other programs and no code from strings', () => {
  expect(foldersWith(/node:child_process|node:vm\b|\beval\(|new Function\(/)).toEqual([]);
});
