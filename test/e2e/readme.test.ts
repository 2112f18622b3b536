import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway-process.ts';

it('the operations in the README give the responses in the README', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const examples = [...readme.matchAll(/```graphql\n(.*?)```\s+```json\n(.*?)```/gs)];
  expect(examples.length).toBeGreaterThan(0);
  const origin = await startGateway().origin();

  for (const [, query, output = ''] of examples) {
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(withoutIds(await response.text())).toEqual(withoutIds(output));
  }
});

/** Parses a response and replaces the ids that differ in every run. */
function withoutIds(text: string): unknown {
  return JSON.parse(
    text.replace(/"[0-9a-f]{32}"/g, '"<job id>"').replace(/"[0-9A-F-]{36}"/g, '"<request id>"'),
  );
}
