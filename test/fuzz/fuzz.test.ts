import { randomBytes, randomInt } from 'node:crypto';
import { parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema/schema.ts';
import { ignoreShown } from '../support/collected-logs.ts';
import { largeOperation } from './budget-cases.ts';
import { fuzz } from './campaign.ts';
import { Dice } from './dice.ts';
import { profiles } from './fuzzed-gateway.ts';

// These tests search their own logs for their secrets. Other credentials that they send are common words.
ignoreShown();

/** `npm run fuzz` tries 100,000 cases. */
it.each(profiles)(
  'no input breaks a gateway or makes it leak internals (%s)',
  {
    timeout: 120_000,
  },
  async (profile) => {
    const seed = randomInt(2 ** 31);

    const { cases, findings } = await fuzz(profile, 300, seed, 3_000);

    expect(findings, `FUZZ_SEED=${seed}`).toEqual([]);
    const tried = Object.values(cases).reduce((sum, some) => sum + some, 0);
    expect(tried, `FUZZ_SEED=${seed}`).toBeGreaterThan(50);
  },
);

it('aims valid operations at the limits', () => {
  for (let seed = 0; seed < 100; seed++) {
    const { query } = largeOperation(new Dice(Uint8Array.from(randomBytes(50))));
    expect([query, validate(schema, parse(query))]).toEqual([query, []]);
  }
});
