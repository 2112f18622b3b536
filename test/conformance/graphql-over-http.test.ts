import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
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

async function gatewayFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const { app } = await runningGateway();
  return app.server.fetch(input as string, init as RequestInit);
}
