import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { loadUnderFaults } from './faults.ts';

/** `npm run soak:faults` does this for ten minutes, and looks at memory: seconds tell nothing about that. */
it('64 clients are told the truth, in time, and pay for nothing twice while a third of the calls to VOD fail', {
  timeout: 120_000,
}, async () => {
  const seed = randomInt(2 ** 31);

  const { problems, ...run } = await loadUnderFaults(4_000, seed);

  expect(problems, `seed ${seed}`).toEqual([]);
  // There was something to be told of.
  expect(run.faults, `seed ${seed}`).toBeGreaterThan(10);
  expect(run.made, `seed ${seed}`).toBeGreaterThan(10);
  expect(run.outcomes.ok, `seed ${seed}`).toBeGreaterThan(100);
});
