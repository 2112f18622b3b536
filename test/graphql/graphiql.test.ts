import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startEmbeddedEmulator } from '../../src/emulator/embedded.ts';
import { graphiqlOptions } from '../../src/graphql/graphiql.ts';
import { runningGateway } from '../support/running-gateway.ts';
import { streaming } from './transports/streaming.ts';

const nameOf = (operation = '') => /^(?:query|mutation|subscription) (\w+)/m.exec(operation)?.[1];

it('every tab of GraphiQL runs without an error', async () => {
  const { emulator: embedded, examples } = await startEmbeddedEmulator('cn-shanghai', 'key');
  await embedded.close();
  const gateway = await runningGateway();
  const { emulator, query } = gateway;
  const { events } = await streaming(gateway);
  const jobIds = [...examples.aiJobIds, examples.unfinishedAIJobId];
  for (const jobId of jobIds) emulator.jobs.addAIJob({ jobId, createdAt: 0 });
  emulator.jobs.addAIImageJob({ videoId: 'example-video-0', createdAt: 0 });

  for (const tab of graphiqlOptions(examples).defaultTabs ?? []) {
    const operation = tab.query ?? '';
    const variables: object = JSON.parse(tab.variables ?? '{}');
    const isSubscription = /^subscription/m.test(operation);
    const [{ data, errors }] = isSubscription
      ? await events(operation, variables)
      : [await query(operation, variables)];

    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).toMatch(/"id":"\w/);
    for (const payload of Object.values<{ userErrors?: unknown[] }>(data))
      expect(payload.userErrors ?? []).toEqual([]);
  }
});

it.each([{ aiJobIds: [] }, { aiJobIds: ['0'.repeat(32)], unfinishedAIJobId: '1'.repeat(32) }])(
  'GraphiQL has at most seven tabs, with lines that fit into its editor',
  (examples) => {
    const tabs = graphiqlOptions(examples).defaultTabs ?? [];
    const names = tabs.map(({ query }) => nameOf(query ?? ''));
    expect(names.length).toBeLessThanOrEqual(7);
    expect(names.slice(0, 3)).toEqual(['SubmitAIJob', 'FollowAIJobs', 'ReadAIJobResult']);
    expect(names).toContain('AISubmissions');
    const lines = tabs.flatMap(({ query, variables }) => `${query}\n${variables ?? ''}`.split('\n'));
    expect(lines.filter((line) => line.length >= 50)).toEqual([]);
  },
);

it('the first hour describes the tabs of GraphiQL, in their order', () => {
  const page = readFileSync(new URL('../../docs/first-hour.md', import.meta.url), 'utf8');
  const rows = Array.from(page.matchAll(/^\| `(\w+)` \|/gm), ([, name]) => name);
  expect(rows).toEqual(
    graphiqlOptions({ aiJobIds: [] }).defaultTabs?.map(({ query }) => nameOf(query ?? '')),
  );
});

it('the job to follow begins when it is read, and its last state has the result', async () => {
  const { emulator: embedded, examples } = await startEmbeddedEmulator('cn-shanghai', 'key');
  await embedded.close();
  const gateway = await runningGateway();
  const { emulator, clock, query } = gateway;
  const { events, over } = await streaming(gateway);
  const id = examples.unfinishedAIJobId;
  emulator.jobs.addAIJob({ jobId: id, mediaId: 'v', createdWhenRead: true });
  clock.advance(3_600_000);

  const following = over('graphql-sse')([id]);
  // Time passes only after the first read, which would exceed its deadline otherwise.
  await expect.poll(() => following.seen).toEqual([`${id} INIT`]);
  await expect
    .poll(async () => {
      clock.advance(1_500);
      return (await query(`{ aiJob(id: "${id}") { status } }`)).data.aiJob.status;
    })
    .toBe('SUCCESS');
  expect(await following.end).toBe('complete');
  expect(following.seen.at(-1)).toBe(`${id} SUCCESS`);

  const tab = graphiqlOptions(examples).defaultTabs?.[1];
  const [last] = await events(tab?.query ?? '', JSON.parse(tab?.variables ?? ''));
  expect(last.data.aiJobUpdated.result).toMatchObject({ __typename: 'VideoTagResult' });
});
