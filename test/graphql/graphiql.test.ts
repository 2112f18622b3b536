import { expect, it } from 'vitest';
import { startEmbeddedEmulator } from '../../src/emulator/embedded.ts';
import { graphiqlOptions } from '../../src/graphql/graphiql.ts';
import { runningGateway } from '../support/running-gateway.ts';
import { streaming } from './transports/streaming.ts';

it('every tab of GraphiQL runs without an error', async () => {
  const { emulator: embedded, examples } = await startEmbeddedEmulator('cn-shanghai', 'key');
  await embedded.close();
  const gateway = await runningGateway();
  const { emulator, query } = gateway;
  const { events } = await streaming(gateway);
  for (const jobId of examples.aiJobIds) emulator.jobs.addAIJob({ jobId, createdAt: 0 });
  for (const jobId of examples.aiImageJobIds) emulator.jobs.addAIImageJob({ jobId, createdAt: 0 });

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
