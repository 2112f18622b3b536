import { readFileSync } from 'node:fs';

/** A sample response from the vendor's documents. They mask parts of ids with `*`. */
export function fixture(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));
}
