import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PendingMap } from '../../../src/jobs/lookup/pending-map.ts';

it('has what a map has, over many generations', () => {
  const anyDelays = fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 5_000, maxLength: 8_000 });
  fc.assert(
    fc.property(anyDelays, (delays) => {
      const map = new PendingMap<number>();
      const expected = new Map<string, number>();
      const endings = new Map<number, string[]>();
      for (const [time, delay] of delays.entries()) {
        const key = `key-${time}`;
        map.add(key, time);
        expected.set(key, time);
        endings.set(time + delay, [...(endings.get(time + delay) ?? []), key]);
        for (const ended of endings.get(time) ?? []) {
          expect(map.get(ended)).toBe(expected.get(ended));
          map.delete(ended);
          expected.delete(ended);
          expect(map.get(ended)).toBeUndefined();
        }
      }
      expect(map.values().sort((a, b) => a - b)).toEqual([...expected.values()]);
      for (const [key, value] of expected) expect(map.get(key)).toBe(value);
    }),
    { numRuns: 10 },
  );
});

it('adds a key again that was deleted', () => {
  const map = new PendingMap<string>();
  map.add('key', 'first');
  map.delete('key');

  map.add('key', 'second');

  expect(map.get('key')).toBe('second');
  expect(map.values()).toEqual(['second']);
});
