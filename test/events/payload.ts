import { readFileSync } from 'node:fs';

/** The raw body of a callback, as the documents of the events show it; `*` stands where they mask an id. */
export function payload(name: string): string {
  return readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8');
}
