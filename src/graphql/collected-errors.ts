import type { GraphQLError } from 'graphql';
import type { Path } from 'graphql/jsutils/Path.js';
import { MAX_ERRORS } from './budget.ts';

/** The errors of an execution, without those below a position that is `null` because of another error. */
export class CollectedErrors {
  readonly found: GraphQLError[] = [];
  #positions: Set<Path | undefined> | undefined;

  /** Whether further errors are counted and not listed. */
  get areMany(): boolean {
    return this.found.length >= MAX_ERRORS;
  }

  add(error: GraphQLError, path: Path | undefined): void {
    this.#positions ??= new Set();
    for (let position = path; position; position = position.prev) if (this.#positions.has(position)) return;
    if (this.#positions.has(undefined)) return;
    this.#positions.add(path);
    this.found.push(error);
  }
}
