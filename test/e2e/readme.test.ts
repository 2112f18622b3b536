import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway-process.ts';

it('the query in the README gives the output in the README', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, query] = /```graphql\n(.*?)```/s.exec(readme) ?? [];
  const [, output] = /```json\n(.*?)```/s.exec(readme) ?? [];
  const origin = await startGateway().origin();

  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });

  expect(await response.json()).toEqual(JSON.parse(output ?? ''));
});
