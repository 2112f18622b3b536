import { describe, expect, it } from 'vitest';
import { runningGateway } from '../support/running-gateway.ts';
import { productionExposure } from '../support/test-app.ts';
import { everyTransport, post } from './every-transport.ts';

/**
 * The probes of graphql-cop (https://github.com/dolevf/graphql-cop, `lib/tests/`) against the gateway in production, with
 * the same requests and the same criteria.
 */
async function production() {
  const { url } = await everyTransport(await runningGateway({ exposure: productionExposure }));
  return {
    url,
    // biome-ignore lint/suspicious/noExplicitAny: the probes look for properties of any kind
    async query(query: string): Promise<any> {
      return (await post(url, { query })).json();
    },
  };
}

describe('denial of service', () => {
  it('alias overloading', async () => {
    const { query } = await production();
    const aliases = Array.from({ length: 101 }, (_, index) => `alias${index}:__typename \n`).join('');
    expect((await query(`query cop { ${aliases} }`)).data?.alias100).toBeUndefined();
  });

  it('array-based query batching', async () => {
    const { url } = await production();
    const response = await post(url, Array(10).fill({ query: 'query cop { __typename }' }));
    expect(response.status).toBe(400);
    expect(Array.isArray(await response.json())).toBe(false);
  });

  it('directive overloading', async () => {
    const { query } = await production();
    const { errors } = await query(`query cop { __typename ${'@aa'.repeat(10)} }`);
    expect(errors).not.toHaveLength(10);
  });

  it('circular introspection', async () => {
    const { query } = await production();
    const fields = `${'fields { type { '.repeat(4)}name${' } }'.repeat(4)}`;
    expect((await query(`query cop { __schema { types { ${fields} } } }`)).data).toBeUndefined();
  });

  it('circular introspection in development', async () => {
    const { query } = await runningGateway();
    const fields = `${'fields { type { '.repeat(4)}name${' } }'.repeat(4)}`;
    expect((await query(`query cop { __schema { types { ${fields} } } }`)).data).toBeUndefined();
  });

  it('field duplication', async () => {
    const { query } = await production();
    expect((await query(`query cop { ${'__typename \n'.repeat(500)} }`)).data).toBeUndefined();
  });
});

describe('information leakage', () => {
  it('field suggestions', async () => {
    const { query } = await production();
    const { errors } = await query('query cop { __schema { directive } }');
    expect(errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toContain('Did you mean');
  });

  it('introspection', async () => {
    const { query } = await production();
    expect((await query('query cop { __schema { types { name fields { name } } } }')).data).toBeUndefined();
  });

  it.each(['', '/graphiql', '/playground', '/console', '/graphql'])('GraphiQL at %s/', async (path) => {
    const { url } = await production();
    const response = await fetch(url.replace('/graphql', path), { headers: { accept: 'text/html' } });
    expect(await response.text()).not.toMatch(/graphiql|graphql playground|playground-react|<html/i);
  });

  it('trace mode', async () => {
    const { query } = await production();
    expect((await query('query cop { __typename }')).extensions?.tracing).toBeUndefined();
  });

  it('unhandled errors', async () => {
    const { query } = await production();
    const { errors } = await query('qwerty cop { abc }');
    expect(errors[0].extensions.exception).toBeUndefined();
    expect(JSON.stringify(errors)).not.toMatch(/exception|stack|node_modules|\.ts/i);
  });
});

describe('cross-site requests', () => {
  it('queries over GET', async () => {
    const { url } = await production();
    const response = await fetch(`${url}?query=${encodeURIComponent('query cop { __typename }')}`);
    expect(response.status).toBe(400);
    expect(await response.json()).not.toHaveProperty('data');
  });

  it('mutations over GET', async () => {
    const { url } = await production();
    for (const headers of [{}, { 'apollo-require-preflight': 'true' }]) {
      const mutation = encodeURIComponent('mutation cop { __typename }');
      const response = await fetch(`${url}?query=${mutation}`, { headers });
      expect(await response.json()).not.toHaveProperty('data');
    }
  });

  it('queries in a form', async () => {
    const { url } = await production();
    const body = new URLSearchParams({ query: 'query cop { __typename }' });
    const response = await fetch(url, { method: 'POST', body });
    expect(response.status).toBe(415);
    expect(await response.json()).not.toHaveProperty('data');
  });

  it('a GET with a header that other sites cannot send is served', async () => {
    const { url } = await production();
    const response = await fetch(`${url}?query={__typename}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});
