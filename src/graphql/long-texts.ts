import { LRUCache } from 'lru-cache';

/** Shorter texts are converted to JSON as fast as they are found here. */
export const MIN_LONG_TEXT = 1_024;
/** The memory of all texts with their JSON, in bytes. */
const MAX_BYTES = 16 * 1024 * 1024;
/** The memory of a character at most. */
const CHARACTER_BYTES = 2;

/** A value that `JSON.stringify` writes as it is. TypeScript's library does not have it yet. */
const { rawJSON } = JSON as unknown as { readonly rawJSON: (json: string) => object };

/** Remembers the JSON of long texts: the `data` of a finished job is asked for again and again, and never changes. */
export class LongTexts {
  /** A text that was seen only once has no JSON. */
  readonly #texts = new LRUCache<string, { readonly json: object | undefined; readonly length: number }>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ length }, text) => CHARACTER_BYTES * (text.length + length),
  });

  /** Returns the text, or a value that `JSON.stringify` writes like the text, but faster. */
  written(text: string): string | object {
    const known = this.#texts.get(text);
    if (known?.json) return known.json;
    const written = known ? JSON.stringify(text) : '';
    const json = known && rawJSON(written);
    this.#texts.set(text, { json, length: written.length });
    return json ?? text;
  }
}
