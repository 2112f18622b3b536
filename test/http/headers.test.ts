import { expect, it, onTestFinished } from 'vitest';
import { closedGateway, keys } from '../support/closed-gateway.ts';
import { listening } from '../support/listening.ts';

async function closed() {
  const gateway = await closedGateway({ exposure: { corsOrigins: ['https://app.example.com'] } });
  gateway.emulator.jobs.addAIJob({ jobId: 'a', createdAt: gateway.clock.now() });
  return listening(gateway.app.listener, gateway.app.upgrade);
}

const query = encodeURIComponent('{ __typename }');
const following = encodeURIComponent('subscription { aiJobUpdated(ids: ["a"]) { id } }');

it.each([
  ['a GET', `/graphql?query=${query}`, {}, 200],
  ['a stream', `/graphql?query=${following}`, { accept: 'text/event-stream' }, 200],
  ['a GET without credentials', `/graphql?query=${query}`, { 'x-api-key': '' }, 401],
  ['another path', '/elsewhere', {}, 404],
  ['the metrics', '/metrics', {}, 200],
  ['a rejected callback', '/callbacks/vod', {}, 405],
])('the response to %s is not stored, sniffed or referred to', async (_name, path, headers, status) => {
  const origin = await closed();
  const response = await fetch(`${origin}${path}`, { headers: { 'x-api-key': keys.reader, ...headers } });
  onTestFinished(() => response.body?.cancel());
  expect(response.status).toBe(status);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
});

it('a POST is not stored, and responses vary by credentials and origin', async () => {
  const origin = await closed();
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': keys.reader,
      origin: 'https://app.example.com',
    },
    body: '{"query":"{ __typename }"}',
  });
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('vary')).toBe('origin, accept, authorization, x-api-key');
});
