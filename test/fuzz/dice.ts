import fc from 'fast-check';

/**
 * Choices that are made already, for code that builds something at random: fast-check shrinks the bytes, and what is
 * built of them with it. When they are used up each choice is the first one, so that everything comes to an end.
 */
export class Dice {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A whole number from 0 to below the bound, which is at most 65536. */
  below(bound: number): number {
    const high = bound > 256 ? this.#next() * 256 : 0;
    return (high + this.#next()) % bound;
  }

  pick<T>(values: readonly [T, ...T[]] | readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** Whether something happens that does so in this many of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  /** Up to so many of something. */
  some<T>(max: number, make: () => T): T[] {
    return Array.from({ length: this.below(max + 1) }, make);
  }

  bytes(max: number): Buffer {
    return Buffer.from(this.some(max, () => this.#next()));
  }

  #next(): number {
    return this.#bytes[this.#at++] ?? 0;
  }
}

/** Cases that are built by choices. */
export function built<T>(build: (dice: Dice) => T): fc.Arbitrary<T> {
  return fc.uint8Array({ maxLength: 500, size: 'max' }).map((bytes) => build(new Dice(bytes)));
}
