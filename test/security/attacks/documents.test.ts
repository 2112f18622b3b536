import { expect, it } from 'vitest';
import { ATTACK_MS, attackedGateway, codesOf, inParallel, keys } from './attacked-gateway.ts';
import { vodWithResults } from './vod-with-results.ts';

/** A document of about 5.7 KB and 1,700 tokens. It differs from all others, and executing it costs nothing. */
function largeDocument(index: number, end = ''): string {
  const ids = Array.from({ length: 26 }, (_, id) => `"${String.fromCharCode(97 + id)}"`).join(' ');
  const fields = Array.from({ length: 43 }, (_, field) => `a${field}: aiJobs(ids: [${ids}]) { id }`).join(
    ' ',
  );
  return `query Q${index} { __typename ...F @skip(if: true) } fragment F on Query { ${fields} ${end} }`;
}

it(
  'distinct invalid documents are not kept',
  async () => {
    const gateway = await attackedGateway((await vodWithResults()).origin);

    await gateway.survives(() =>
      inParallel(1_200, 8, async (index) => {
        const query = largeDocument(index, index % 3 === 0 ? '} }' : 'nothing');
        const { data, errors } = await gateway.ask({ query }, keys.withoutScopes);
        expect(data).toBeUndefined();
        expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
      }),
    );
  },
  ATTACK_MS,
);

it(
  'distinct valid documents are kept up to a number of bytes',
  async () => {
    const gateway = await attackedGateway((await vodWithResults()).origin);

    await gateway.survives(() =>
      inParallel(1_500, 8, async (index) => {
        const { data } = await gateway.ask({ query: largeDocument(index) });
        expect(data).toEqual({ __typename: 'Query' });
      }),
    );
  },
  ATTACK_MS,
);
