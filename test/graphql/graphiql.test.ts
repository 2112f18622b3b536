import { expect, it } from 'vitest';
import { startEmbeddedEmulator } from '../../src/embedded-emulator.ts';
import { graphiqlOptions } from '../../src/graphql/graphiql.ts';
import { runningGateway } from '../running-gateway.ts';

it('every tab of GraphiQL does something with its first click', async () => {
  const { emulator: embedded, examples } = await startEmbeddedEmulator('cn-shanghai');
  await embedded.close();
  const { query, emulator } = await runningGateway();
  for (const jobId of examples.aiJobIds) emulator.jobs.addAIJob({ jobId, createdAt: 0 });
  for (const jobId of examples.aiImageJobIds) emulator.jobs.addAIImageJob({ jobId, createdAt: 0 });

  for (const tab of graphiqlOptions(examples).defaultTabs ?? []) {
    const { data, errors } = await query(tab.query ?? '', JSON.parse(tab.variables ?? '{}'));

    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).toMatch(/"id":"\w/);
    for (const payload of Object.values<{ userErrors?: unknown[] }>(data))
      expect(payload.userErrors ?? []).toEqual([]);
  }
});
