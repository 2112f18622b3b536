import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { killAtRandom } from './kill.ts';

it('kill -9 at random moments loses no submission and makes none twice', { timeout: 120_000 }, async ({
  signal,
}) => {
  const seed = randomInt(2 ** 31);

  // Each kill hits several of the 16 clients in the middle of a submission. `npm run soak` kills 200 times.
  const { problems, ...counts } = await killAtRandom(6, seed, signal);

  expect(problems, `seed ${seed}`).toEqual([]);
  // Some kills came after VOD had accepted a job, or before it did.
  expect(counts.accepted, `seed ${seed}`).toBeGreaterThan(counts.lost);
  expect(counts.lost + counts.neverMade + counts.settled.made, `seed ${seed}`).toBeGreaterThan(0);
});
