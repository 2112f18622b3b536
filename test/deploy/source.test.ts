import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { repositoryFile } from './repository.ts';

/** The code of the gateway itself, by path; the emulator plays VOD, and is no part of it. */
const sources = new Map(
  globSync('src/**/*.ts', { cwd: repositoryFile('.') })
    .filter((path) => !path.startsWith('src/emulator/'))
    .map((path) => [path, readFileSync(repositoryFile(path), 'utf8')]),
);

function filesWith(pattern: RegExp): readonly string[] {
  return [...sources].filter(([, source]) => pattern.test(source)).map(([path]) => path);
}

describe('the code of the gateway', () => {
  it('speaks to VOD, the issuer, Postgres and the collector, and has nothing that would speak to others', () => {
    const clients =
      /from '(undici|jose|pg|node:https|node:tls|node:dgram|@opentelemetry\/exporter[^']*)'|\bfetch\(/;
    for (const path of filesWith(clients)) {
      expect(path).toMatch(
        /^src\/(rpc\/client|auth\/tokens|ledger\/(postgres|changes)|auth\/rate-limits|observability\/tracing\/otlp)\.ts$/,
      );
    }
    expect(filesWith(/import \{[^}]*\b(request|get|connect)\b[^}]*\} from 'node:(http|net)'/)).toEqual([]);
  });

  it('puts no SQL together from texts', () => {
    expect(filesWith(/\bsql\.raw\b|\bsql\.id\b/)).toEqual([]);
    // SQLite's own settings, each written out.
    expect(filesWith(/CompiledQuery\.raw\(/)).toEqual(['src/ledger/sqlite.ts']);
  });

  it('runs no other programs and no code from texts', () => {
    expect(filesWith(/node:child_process|node:vm\b|\beval\(|new Function\(/)).toEqual([]);
  });
});
