/** How many names are told apart. */
const MAX_NAMES = 100;

/**
 * Names that somebody else makes up, as the values of a label: each is a time series of its own, in this process and in
 * Prometheus, so that beyond so many all others go by the name of `other`.
 */
export class BoundedNames {
  readonly #names = new Set<string>();

  bounded(name: string): string {
    if (this.#names.has(name)) return name;
    if (this.#names.size >= MAX_NAMES) return 'other';
    this.#names.add(name);
    return name;
  }
}
