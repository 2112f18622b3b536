import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { type Cache, cacheExchange, type KeyingConfig } from '@urql/exchange-graphcache';
import type { IntrospectionQuery } from 'graphql';
import { createEventClient } from './server-sent-events.ts';

export interface GatewayOptions {
  readonly url: string;
  readonly apiKey: string;
  /** The introspection of the schema, with which Graphcache matches fragments. */
  readonly schema: IntrospectionQuery;
  /** The types without an id. */
  readonly keys: KeyingConfig;
}

export function createUrqlClient({ url, apiKey, schema, keys }: GatewayOptions): Client {
  const headers = { 'x-api-key': apiKey };
  const events = createEventClient(url, () => apiKey);
  return new Client({
    url,
    preferGetMethod: false,
    fetchOptions: { headers },
    exchanges: [
      cacheExchange({
        schema: schema as never,
        keys,
        updates: { Mutation: { submitAIJob: (_result, _args, cache) => invalidateLists(cache) } },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables = {} }) => ({
          subscribe: (sink) => ({ unsubscribe: events.subscribe({ query, variables }, sink as never) }),
        }),
      }),
    ],
  });
}

/** After a submit, the lists that the page shows are read again. */
function invalidateLists(cache: Cache): void {
  for (const { fieldName, arguments: args } of cache.inspectFields('Query')) {
    if (['knownAIJobs', 'aiSubmissions'].includes(fieldName)) cache.invalidate('Query', fieldName, args);
  }
}
