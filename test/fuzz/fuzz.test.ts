import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { ignoreShown } from '../support/collected-logs.ts';
import { fuzz } from './campaign.ts';
import { profiles } from './fuzzed-gateway.ts';

// It searches its own log for its own secrets; the others that it shows are any words.
ignoreShown();

/** `npm run fuzz` does this with 100,000 cases. */
it.each(profiles)(
  'no input breaks a gateway, or makes it tell what it should not (%s)',
  {
    timeout: 120_000,
  },
  async (profile) => {
    const seed = randomInt(2 ** 31);

    const { cases, findings } = await fuzz(profile, 300, seed, 2_000);

    expect(findings, `FUZZ_SEED=${seed}`).toEqual([]);
    const tried = Object.values(cases).reduce((sum, some) => sum + some, 0);
    expect(tried, `FUZZ_SEED=${seed}`).toBeGreaterThan(50);
  },
);
