import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { listening } from '../listening.ts';
import { runningGateway } from '../running-gateway.ts';

/** The audits of `graphql-http` against the GraphQL-over-HTTP specification, each by its stable id. */
describe('GraphQL over HTTP', () => {
  for (const audit of serverAudits({ url: 'http://gateway/graphql', fetchFn: gatewayFetch })) {
    it(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();

      expect('reason' in result ? result.reason : undefined).toBeUndefined();
      expect(result.status).toBe('ok');
    });
  }
});

/** Each audit has a gateway of its own, on a real socket. */
async function gatewayFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const { app } = await runningGateway();
  const origin = await listening(app.listener);
  return fetch(String(input).replace('http://gateway', origin), init);
}
