import { deepStrictEqual } from 'node:assert/strict';
import { expectedJob, FINISHED, jobId, UNFINISHED } from '../jobs.ts';
import type { Running } from '../processes.ts';
import type { Contestant } from './contestants.ts';

/** Makes sure that a server gives the right answers before it is measured; throws where it does not. */

const FIELDS = '{ id type status video { id } data }';

/** Asks for jobs in each way that the load does. */
export async function checkAnswers({ name, lists }: Contestant, { origin }: Running): Promise<void> {
  // Numbers that the load does not come to.
  const finished = jobId(FINISHED, 0xf_0000_0000);
  const unfinished = jobId(UNFINISHED, 0xf_0000_0000);
  for (const id of [finished, unfinished, finished]) {
    const data = await query(origin, `query Job($id: ID!) { aiJob(id: $id) ${FIELDS} }`, { id });
    deepStrictEqual(data, { aiJob: expectedJob(id) }, `${name} answers wrong when asked for one job`);
  }
  const ids = Array.from({ length: 20 }, (_, i) => jobId(i % 2 ? FINISHED : UNFINISHED, 0xf_0000_0001 + i));
  deepStrictEqual(
    await (lists ? list(origin, ids) : aliases(origin, ids)),
    ids.map(expectedJob),
    `${name} answers wrong when asked for twenty jobs`,
  );
  if (!lists) return;
  deepStrictEqual(
    await entities(origin, ids),
    ids.map((id) => {
      const { data: _, ...state } = expectedJob(id);
      return state;
    }),
    `${name} answers wrong when asked for twenty entities`,
  );
}

async function entities(origin: string, ids: readonly string[]): Promise<unknown> {
  const document =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on AIJob { id type status video { id } } } }';
  const representations = ids.map((id) => ({ __typename: 'AIJob', id }));
  return (await query(origin, document, { representations }))._entities;
}

async function list(origin: string, ids: readonly string[]): Promise<unknown> {
  const data = await query(origin, `query Jobs($ids: [ID!]!) { aiJobs(ids: $ids) ${FIELDS} }`, { ids });
  return data.aiJobs;
}

async function aliases(origin: string, ids: readonly string[]): Promise<unknown> {
  const parameters = ids.map((_, i) => `$i${i}: ID!`).join(', ');
  const selections = ids.map((_, i) => `j${i}: aiJob(id: $i${i}) ${FIELDS}`).join(' ');
  const variables = Object.fromEntries(ids.map((id, i) => [`i${i}`, id]));
  const data = await query(origin, `query Jobs(${parameters}) { ${selections} }`, variables);
  return ids.map((_, i) => data[`j${i}`]);
}

async function query(origin: string, document: string, variables: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: document, variables }),
  });
  const { data, ...rest } = (await response.json()) as { data: Record<string, unknown> };
  deepStrictEqual(rest, {}, `expected nothing but data; got ${JSON.stringify(rest)}`);
  return data;
}
