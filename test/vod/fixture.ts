import { readFileSync } from 'node:fs';

/** An answer from the samples of the vendor's documents; `*` stands where the documents mask an id. */
export function fixture(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));
}
