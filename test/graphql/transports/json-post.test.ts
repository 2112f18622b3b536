import { createHash, randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import manifest from '../../../schema/generated/persisted-documents.json' with { type: 'json' };
import { limitsConfig } from '../../../src/config/config.ts';
import { Dice } from '../../fuzz/dice.ts';
import { randomOperation } from '../../fuzz/documents.ts';
import { knownIds } from '../../fuzz/hostile-values.ts';
import { bothWays } from '../../support/both-ways.ts';
import { ignoreShown } from '../../support/collected-logs.ts';
import { productionExposure } from '../../support/test-app.ts';

// The operations are random, and may spell what other tests keep secret.
ignoreShown();

/** `BOTH_WAYS_RUNS=10000` compares as many operations. `BOTH_WAYS_SEED` repeats an earlier run. */
const runs = Number(process.env.BOTH_WAYS_RUNS || 300);
const firstSeed = Number(process.env.BOTH_WAYS_SEED || randomInt(2 ** 31));

const accepts = [
  '*/*',
  'application/json',
  'application/graphql-response+json',
  'application/graphql-response+json; charset=utf-8, application/json;q=0.9',
  'application/json, application/graphql-response+json',
  'text/html, application/*',
  'multipart/mixed, application/json',
  'text/event-stream, application/json; charset=utf-16, */*',
];
const types = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json, text/plain',
  'application/graphql+json',
  'APPLICATION/JSON',
  'text/plain',
];
const origins = ['https://app.example.com', 'https://evil.example.com'];

/** Ten times the bytes that most operations are built from. */
function diceOf(seed: number): Dice {
  const blocks = Array.from({ length: 20 }, (_, block) =>
    createHash('sha512').update(`${seed}/${block}`).digest(),
  );
  return new Dice(Buffer.concat(blocks));
}

function requestOf(dice: Dice): RequestInit {
  const { query, variables, operationName } = randomOperation(dice);
  // Subscriptions take Yoga's way from every path.
  const parameters = [`"query":${JSON.stringify(query.replaceAll('subscription', 'query'))}`];
  parameters.push(`"variables":${variables}`);
  if (operationName !== undefined) parameters.push(`"operationName":${JSON.stringify(operationName)}`);
  if (dice.chance(3)) parameters.push(dice.pick(unusual));
  if (dice.chance(10)) parameters.splice(0, 2, ...byId(dice));
  const body = `{${parameters.join()}}`;
  return {
    method: 'POST',
    headers: {
      'content-type': dice.chance(10) ? dice.pick(types) : 'application/json',
      accept: dice.pick(accepts),
      ...(dice.chance(10) && { origin: dice.pick(origins) }),
    },
    body: dice.chance(3) ? dice.pick(['', '[]', '[{}]', 'null', '1', body.slice(1), `[${body}]`]) : body,
  };
}

/** The id of a document in place of its text, in all forms and wrong ones. */
function byId(dice: Dice): string[] {
  const [documentId = ''] =
    Object.entries(manifest).find(([, text]) =>
      text.startsWith(dice.pick(['query AIJobs(', 'query AIJob('])),
    ) ?? [];
  const hash = dice.pick([documentId.replace('sha256:', ''), documentId, '0'.repeat(64)]);
  const version = dice.pick([1, 1, 1, 2]);
  const forms = [
    `"documentId":"${hash}"`,
    `"extensions":{"persistedQuery":{"version":${version},"sha256Hash":"${hash}"}}`,
  ];
  const ids = JSON.stringify(knownIds.ai);
  const rest = [`"variables":{"ids":${ids},"id":"${knownIds.ai[0]}"}`];
  if (dice.chance(10)) rest.push('"query":null');
  if (dice.chance(10)) rest.push('"query":"{ __typename }"');
  return [...(dice.chance(10) ? forms : [dice.pick(forms)]), ...rest];
}

const unusual = [
  '"extensions":null',
  '"extensions":{"client":"a"}',
  '"extensions":[]',
  '"extensions":{"persistedQuery":{"version":1,"sha256Hash":"none"}}',
  '"documentId":"none"',
  '"operationName":5',
  '"query":5',
  '"then":1',
  '"__proto__":1',
  '"other":null',
];

it.each([
  ['development', {}],
  [
    'production with low limits',
    {
      exposure: { ...productionExposure, corsOrigins: ['https://app.example.com'] },
      limits: limitsConfig({
        MAX_RESPONSE_OBJECTS: '1000',
        MAX_RESPONSE_BYTES: '65536',
        MAX_ENTITIES: '50',
        MAX_LEDGER_READS: '20',
        MAX_UPSTREAM_CALLS: '10',
      }),
    },
  ],
  // The clock advances by a second for each request.
  ['a limit for a minute that is reached', { limits: limitsConfig({ RATE_LIMIT_PER_MINUTE: '20' }) }, 429],
])(
  'a POST of JSON gets the response of Yoga: status, headers and body (%s)',
  async (_name, config, refused?: number) => {
    const { fetch, emulators } = await bothWays(config);
    for (const emulator of emulators) {
      for (const [index, jobId] of knownIds.ai.entries()) {
        emulator.jobs.addAIJob({ jobId, status: 'success', mediaId: `video-${index}` });
      }
      for (const jobId of knownIds.image) emulator.jobs.addAIImageJob({ jobId, videoId: 'video-1' });
    }
    const seen = new Map<number, number>();
    for (let seed = firstSeed; seed < firstSeed + runs / 3; seed++) {
      const request = requestOf(diceOf(seed));
      try {
        const { status } = await fetch(request);
        seen.set(status, (seen.get(status) ?? 0) + 1);
      } catch (error) {
        throw new Error(`BOTH_WAYS_SEED=${seed}: ${JSON.stringify(request)}`, { cause: error });
      }
    }
    // Random operations are of no use if all of them are rejected.
    expect(seen.get(200), `${JSON.stringify([...seen])}`).toBeGreaterThan(runs / 20);
    if (refused) expect(seen.get(refused)).toBeGreaterThan(runs / 20);
  },
  runs * 1_000,
);
