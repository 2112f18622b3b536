import { expect, it } from 'vitest';
import { objectsIn, responseBudget } from '../../support/response-budget.ts';
import { ATTACK_MS, attackedGateway, codesOf, inParallel, keys, type Response } from './attacked-gateway.ts';
import { resultOf, vodWithResults } from './vod-with-results.ts';

const ALIASES = 50;
const IDS = 100;
const data = resultOf(45_000);

type Jobs = Readonly<Record<string, readonly ({ readonly data: string | null } | null)[]>>;

/** The raw results of these jobs, one list for each alias. */
function rawResults(lists: readonly (readonly string[])[]) {
  const names = lists.map((_, index) => `a${index}`);
  const variables = names.map((name) => `$${name}: [ID!]!`).join(' ');
  const fields = names.map((name) => `${name}: aiJobs(ids: $${name}) { data }`).join(' ');
  return {
    query: `query (${variables}) { ${fields} }`,
    variables: Object.fromEntries(names.map((name, index) => [name, lists[index]])),
  };
}

/** Fifty lists of the same id a hundred times. */
const sameResult = rawResults(Array(ALIASES).fill(Array(IDS).fill('job-1')));

/** Checks a response that has as many of the results as fit. */
function expectWithinBudget({ bytes, data: lists, errors }: Response<Jobs>): void {
  expect(bytes).toBeLessThanOrEqual(responseBudget.bytes);
  expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
  expect(errors.length).toBeLessThanOrEqual(responseBudget.errors);
  const jobs = Object.values(lists ?? {}).flat();
  expect(jobs).toHaveLength(ALIASES * IDS);
  const intact = jobs.filter((job) => typeof job?.data === 'string');
  expect(intact.every((job) => job?.data === data)).toBe(true);
  expect(intact.length).toBeGreaterThan(100);
}

/**
 * The bounds where hundreds of megabytes pass through the process. V8 uses its whole heap of 400 MiB before it collects such
 * garbage, and the process needs 200 MiB beside it. Each response of 16 MiB takes 0.4 s to build and to send; on a machine
 * whose cores also parse them, a poll of `/health` can wait for several.
 */
const many = { residentMiB: 700, silenceMs: 5_000 };

it(
  'a long result that is asked for 5,000 times is in the response as often as it fits',
  async () => {
    const gateway = await attackedGateway((await vodWithResults({ data })).origin);

    const response = await gateway.survives(() => gateway.ask<Jobs>(sameResult));

    expect(response.status).toBe(200);
    expectWithinBudget(response);
  },
  ATTACK_MS,
);

it(
  'twenty such requests at once get as much each, or are told to come back',
  async () => {
    const gateway = await attackedGateway((await vodWithResults({ data })).origin);
    let served = 0;

    await gateway.survives(
      () =>
        inParallel(20, 20, async (index) => {
          const response = await gateway.ask<Jobs>(sameResult, index % 2 ? keys.attacker : keys.neighbour);
          if (response.status === 503) expect(codesOf(response.errors)).toEqual(['OVERLOADED']);
          else {
            served++;
            expectWithinBudget(response);
          }
        }),
      many,
    );

    expect(served).toBeGreaterThan(0);
  },
  ATTACK_MS,
);

it(
  '5,000 long results that the ledger has are read as far as they fit',
  async () => {
    const vod = await vodWithResults({ data });
    const gateway = await attackedGateway(vod.origin);
    const lists = Array.from({ length: ALIASES }, (_, list) =>
      Array.from({ length: IDS }, (_id, index) => `job-${list}-${index}`),
    );
    await inParallel(lists.length, 2, async (list) => {
      const operation = {
        query: 'query ($v: [ID!]!) { aiJobs(ids: $v) { status } }',
        variables: { v: lists[list] },
      };
      expect((await gateway.ask(operation)).errors).toEqual([]);
    });
    const callsBefore = vod.calls;

    const response = await gateway.survives(() => gateway.ask<Jobs>(rawResults(lists)), many);

    expectWithinBudget(response);
    expect(vod.calls).toBe(callsBefore);
  },
  ATTACK_MS,
);

it(
  'a result of more objects than fit is an error of its field',
  async () => {
    const matches = responseBudget.objects + 10_000;
    const gateway = await attackedGateway((await vodWithResults({ matches })).origin);
    const query =
      '{ aiVideo(id: "video-1") { id dna { matches { similarity } } tags { keywords { tag } } } }';

    const { data: answer, errors } = await gateway.survives(() => gateway.ask({ query }));

    expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
    expect(answer).toMatchObject({ aiVideo: { id: 'video-1', tags: { keywords: [{ tag: 'harbour' }] } } });
    expect(objectsIn(answer)).toBeLessThanOrEqual(responseBudget.objects);
  },
  ATTACK_MS,
);

it(
  'one field is not resolved for more objects than fit',
  async () => {
    const keywords = JSON.stringify({ Keyword: Array(600).fill({ Tag: 'a', Times: [] }) });
    const gateway = await attackedGateway((await vodWithResults({ data: keywords })).origin);
    const result = 'result { ... on VideoTagResult { keywords { tag } } }';
    const aliases = Array.from({ length: ALIASES }, (_, index) => `a${index}: aiJobs(ids: $v) { ${result} }`);
    const operation = {
      query: `query ($v: [ID!]!) { ${aliases.join(' ')} }`,
      variables: { v: Array(IDS).fill('job-1') },
    };

    const { data: answer, errors, bytes } = await gateway.survives(() => gateway.ask(operation));

    expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
    expect(errors.length).toBeLessThanOrEqual(responseBudget.errors);
    expect(objectsIn(answer)).toBeLessThanOrEqual(responseBudget.objects);
    expect(bytes).toBeLessThanOrEqual(responseBudget.bytes);
  },
  ATTACK_MS,
);

it(
  'many fields of many objects are within the budget',
  async () => {
    const gateway = await attackedGateway((await vodWithResults({ matches: 45_000 })).origin);
    const fields = Array.from({ length: 95 }, (_, index) => `field${index}: similarity`).join(' ');

    const {
      data: answer,
      errors,
      bytes,
    } = await gateway.survives(() =>
      gateway.ask({ query: `{ aiVideo(id: "video-1") { id dna { matches { ${fields} } } } }` }),
    );

    expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
    expect(errors.length).toBeLessThanOrEqual(responseBudget.errors);
    expect(bytes).toBeLessThanOrEqual(responseBudget.bytes);
    expect(answer).toMatchObject({ aiVideo: { id: 'video-1' } });
  },
  ATTACK_MS,
);
