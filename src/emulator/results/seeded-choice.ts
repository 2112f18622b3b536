import { createHash } from 'node:crypto';

/** Pseudo-random choices that depend only on a seed, so that the same video always has the same result. */
export interface SeededChoice {
  /** An integer from `from` to `to`, both inclusive. */
  integer(from: number, to: number): number;
  /** True with the given probability (0…1). */
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** `count` different items in random order, or all items if there are fewer. */
  sample<Item>(items: readonly Item[], count: number): Item[];
  /** Lower-case hex digits. */
  hex(length: number): string;
}

/** Creates the choices of a seed. */
export function seededChoice(seed: string): SeededChoice {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);

  // mulberry32. 32 bits of state are enough for sample data.
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  function integer(from: number, to: number): number {
    return from + Math.floor(next() * (to - from + 1));
  }

  function sample<Item>(items: readonly Item[], count: number): Item[] {
    const left = [...items];
    const chosen: Item[] = [];
    while (chosen.length < count && left.length > 0) {
      chosen.push(...left.splice(integer(0, left.length - 1), 1));
    }
    return chosen;
  }

  return {
    integer,
    sample,
    chance: (probability) => next() < probability,
    pick: <Item>(items: readonly Item[]): Item => {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) throw new RangeError('expected at least one item; got none');
      return item;
    },
    hex: (length) => Array.from({ length }, () => integer(0, 15).toString(16)).join(''),
  };
}
