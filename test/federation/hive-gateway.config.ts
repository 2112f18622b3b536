import type { GatewayConfigSupergraph } from '@graphql-hive/gateway-runtime';

/** Credentials and the trace of the client's request. */
const forwarded = ['authorization', 'x-api-key', 'traceparent'];

export const gatewayConfig = {
  supergraph: './supergraph.graphql',
  propagateHeaders: {
    fromClientToSubgraphs({ request, subgraphName }) {
      if (subgraphName !== 'vod-ai') return {};
      return Object.fromEntries(
        forwarded.flatMap((name) => {
          const value = request.headers.get(name);
          return value === null ? [] : [[name, value]];
        }),
      );
    },
  },
  transportEntries: {
    // Subscriptions use a WebSocket. Without this entry, they use server-sent events.
    'vod-ai': {
      options: {
        subscriptions: {
          kind: 'ws',
          location: '/graphql',
          options: {
            connectionParams: {
              authorization: '{context.headers.authorization}',
              'x-api-key': '{context.headers.x-api-key}',
            },
          },
        },
      },
    },
  },
} satisfies GatewayConfigSupergraph;
