import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { loadUnderFaults } from './faults.ts';

/** `npm run soak:faults` does this for ten minutes and checks the memory, which takes longer than a test. */
it('gives 64 clients correct results in time, and submits nothing twice, while a third of the calls to VOD fail', {
  timeout: 120_000,
}, async () => {
  const seed = randomInt(2 ** 31);

  const { problems, ...run } = await loadUnderFaults(2_000, seed);

  expect(problems, `seed ${seed}`).toEqual([]);
  // Enough has happened for the checks to mean something.
  expect(run.faults, `seed ${seed}`).toBeGreaterThan(10);
  expect(run.made, `seed ${seed}`).toBeGreaterThan(10);
  expect(run.outcomes.ok, `seed ${seed}`).toBeGreaterThan(100);
});
