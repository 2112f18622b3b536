import { expect, it } from 'vitest';
import { responseBudget } from '../../support/response-budget.ts';
import { ATTACK_MS, attackedGateway, codesOf, keys } from './attacked-gateway.ts';
import { vodWithResults } from './vod-with-results.ts';

const MAX_ENTITIES = 1_000;
const MAX_LEDGER_READS = 500;
const ALIASES = 40;

/** Forty pages of the ledger for each of these videos. */
function pagesOfVideos(videos: number) {
  const pages = Array.from({ length: ALIASES }, (_, index) => `a${index}: aiJobs { totalCount }`).join(' ');
  return {
    query: `query ($v: [_Any!]!) { _entities(representations: $v) { ... on Video { ${pages} } } }`,
    variables: { v: Array.from({ length: videos }, (_, index) => ({ __typename: 'Video', id: `${index}` })) },
  };
}

interface Entities {
  readonly _entities: readonly (Readonly<Record<string, { readonly totalCount: number } | null>> | null)[];
}

it.each([
  ['with jobs:read', keys.attacker],
  ['without jobs:read', keys.withoutReading],
])(
  '2,700 references are refused before any is resolved (a key %s)',
  async (_name, key) => {
    const gateway = await attackedGateway((await vodWithResults()).origin);

    const { data, errors } = await gateway.survives(() => gateway.ask(pagesOfVideos(2_700), key));

    expect(data ?? undefined).toBeUndefined();
    expect(errors).toHaveLength(1);
    expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
    expect(errors[0]?.message).toMatch(new RegExp(`${MAX_ENTITIES}.*2700`));
  },
  ATTACK_MS,
);

it(
  'a missing scope is an error for each field of the document, not for each reference',
  async () => {
    const gateway = await attackedGateway((await vodWithResults()).origin);

    const { errors } = await gateway.survives(() =>
      gateway.ask(pagesOfVideos(MAX_ENTITIES), keys.withoutReading),
    );

    expect(codesOf(errors)).toEqual(['FORBIDDEN']);
    expect(errors).toHaveLength(ALIASES);
  },
  ATTACK_MS,
);

it(
  'an operation reads at most 500 pages of the ledger, and reports at most 1,000 errors',
  async () => {
    const gateway = await attackedGateway((await vodWithResults()).origin);

    const { data, errors } = await gateway.survives(() => gateway.ask<Entities>(pagesOfVideos(MAX_ENTITIES)));

    const pages = data?._entities.flatMap((video) => Object.values(video ?? {})) ?? [];
    const refused = pages.filter((page) => page === null).length;
    expect(pages).toHaveLength(MAX_ENTITIES * ALIASES);
    expect(pages.length - refused).toBeGreaterThan(0);
    expect(pages.length - refused).toBeLessThanOrEqual(MAX_LEDGER_READS);
    expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
    expect(errors.length).toBeLessThanOrEqual(responseBudget.errors);
    const leftOut = refused - (errors.length - 1);
    expect(errors.at(-1)?.message.replaceAll(',', '')).toContain(String(leftOut));
  },
  ATTACK_MS,
);
