import { readFileSync } from 'node:fs';

/** The raw body of a callback from the event documents, which mask parts of ids with `*`. */
export function payload(name: string): string {
  return readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8');
}
