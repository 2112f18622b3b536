import { createHash } from 'node:crypto';

/** Makes ids that follow from `random` and are never the same twice, even where `random` always is. */
export class IdSource {
  readonly #random: () => number;
  #made = 0;

  /** @param random 0…1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** 32 lower-case hex digits, as the API's ids of jobs and templates are. */
  hexId(): string {
    this.#made += 1;
    return createHash('md5').update(`${this.#random()}|${this.#random()}|${this.#made}`).digest('hex');
  }

  /** An upper-case UUID, as the API's request ids are. */
  requestId(): string {
    const hex = this.hexId().toUpperCase();
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-A${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
