import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { loadUnderFaults } from './faults.ts';

/** A request that has no response by then has been forgotten, however busy the machine is. */
const PATIENCE_MS = 60_000;

/** `npm run soak:faults` does this for ten minutes, checks the memory as well, and expects responses in seconds. */
it('gives 64 clients correct results, and submits nothing twice, while a third of the calls to VOD fail', {
  timeout: 180_000,
}, async () => {
  const seed = randomInt(2 ** 31);

  const { problems, ...run } = await loadUnderFaults(2_000, seed, PATIENCE_MS);

  expect(problems, `seed ${seed}`).toEqual([]);
  // Enough has happened for the checks to mean something.
  expect(run.faults, `seed ${seed}`).toBeGreaterThan(10);
  expect(run.made, `seed ${seed}`).toBeGreaterThan(10);
  expect(run.outcomes.ok, `seed ${seed}`).toBeGreaterThan(100);
});
