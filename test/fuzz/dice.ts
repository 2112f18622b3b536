import fc from 'fast-check';

/**
 * Random choices from given bytes. fast-check shrinks the bytes, and with them the value that is built from the choices.
 * After the last byte, every choice is the first option, so that building ends.
 */
export class Dice {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A whole number from 0 up to, but not including, `bound`, which is at most 65536. */
  below(bound: number): number {
    const high = bound > 256 ? this.#next() * 256 : 0;
    return (high + this.#next()) % bound;
  }

  pick<T>(values: readonly [T, ...T[]] | readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** True in this percentage of the cases. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  /** Up to `max` values. */
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

/** Cases that are built from random choices. */
export function built<T>(build: (dice: Dice) => T): fc.Arbitrary<T> {
  return fc.uint8Array({ maxLength: 500, size: 'max' }).map((bytes) => build(new Dice(bytes)));
}
