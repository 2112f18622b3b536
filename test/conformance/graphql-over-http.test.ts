import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { bothWays } from '../support/both-ways.ts';
import type { RunningGatewayOptions } from '../support/running-gateway.ts';
import { productionExposure } from '../support/test-app.ts';

/** The audits of `graphql-http` for the GraphQL-over-HTTP specification. Their ids are stable. */
describe('GraphQL over HTTP', () => {
  for (const audit of serverAudits({ url: 'http://gateway/graphql', fetchFn: gatewayFetch({}) })) {
    it(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();

      expect('reason' in result ? result.reason : undefined).toBeUndefined();
      expect(result.status).toBe('ok');
    });
  }
});

const plainGet = 'a GET without a header that requires a preflight is rejected, because any page can send it';
const introspection = 'the audit queries `__type`, and introspection is disabled';

/** The audits that fail in production, with the reason. */
const expectedFailures: ReadonlyMap<string, string> = new Map([
  ['5A70', plainGet],
  ['D6D5', `${plainGet}; ${introspection}`],
  ['6A70', `${plainGet}; ${introspection}`],
  ['2EA1', introspection],
  ['28B9', introspection],
]);

describe('GraphQL over HTTP in production', () => {
  const fetchFn = gatewayFetch({ exposure: productionExposure });
  for (const audit of serverAudits({ url: 'http://gateway/graphql', fetchFn })) {
    const reason = expectedFailures.get(audit.id);
    it(`${audit.id} ${audit.name}${reason ? ` fails because ${reason}` : ''}`, async () => {
      expect((await audit.fn()).status === 'ok').toBe(reason === undefined);
    });
  }
});

/** Sends each request to new gateways, both straight to the engine and through Yoga, which must not differ. */
function gatewayFetch(options: RunningGatewayOptions) {
  return async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const gateways = await bothWays(options);
    return gateways.fetch(init, new URL(String(input)).search);
  };
}
