import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Scope } from '../../src/auth/caller.ts';

/** The entry for a key. It holds the key's hash, not the key. */
export function entryOf(name: string, key: string, scopes: readonly Scope[] = ['jobs:read', 'jobs:submit']) {
  return { name, sha256: createHash('sha256').update(key).digest('hex'), scopes };
}

/** A file of API keys that is deleted after the test. `write` replaces its content. */
export function keyFile(content: unknown): { readonly path: string; write(content: unknown): void } {
  const folder = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'keys.json');
  const write = (next: unknown) =>
    writeFileSync(path, typeof next === 'string' ? next : JSON.stringify(next));
  write(content);
  return { path, write };
}
