import { describe, expect, it } from 'vitest';
import { Slots } from '../../src/http/slots.ts';

describe('slots', () => {
  it('are given to one caller up to half, and to all together up to the limit', () => {
    const slots = new Slots(1_000);
    const taken = (key: string) =>
      Array.from({ length: 1_000 }, () => slots.take(key)).filter(Boolean).length;
    expect([taken('a'), taken('b'), taken('c')]).toEqual([500, 500, 0]);
    expect(slots.isFull).toBe(true);
    slots.release('b');
    expect([slots.take('a'), slots.take('c'), slots.size]).toEqual([false, true, 1_000]);
  });

  it('are not divided if there are fewer than four', () => {
    const slots = new Slots(3);
    expect([slots.take('a'), slots.take('a'), slots.take('a'), slots.take('a')]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});
