import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { killAtRandom } from './kill.ts';

it('kill -9 at 20 random moments loses no submission and makes none twice', { timeout: 120_000 }, async ({
  signal,
}) => {
  const seed = randomInt(2 ** 31);

  const { problems, ...counts } = await killAtRandom(20, seed, signal);

  expect(problems, `seed ${seed}`).toEqual([]);
  // The moments that count were among them.
  expect(counts.accepted, `seed ${seed}`).toBeGreaterThan(counts.lost);
  expect(counts.lost + counts.neverMade, `seed ${seed}`).toBeGreaterThan(0);
});
