import type { IncomingHttpHeaders } from 'node:http';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';

interface Context {
  readonly headers?: IncomingHttpHeaders;
}

/** Credentials and the trace of the client's request. */
const forwarded = ['authorization', 'x-api-key', 'traceparent'] as const;

class ForwardingDataSource extends RemoteGraphQLDataSource<Context> {
  override willSendRequest({
    request,
    context,
  }: Parameters<NonNullable<RemoteGraphQLDataSource<Context>['willSendRequest']>>[0]) {
    for (const name of forwarded) {
      // The gateway has no client while it starts.
      const value = context.headers?.[name];
      if (typeof value === 'string') request.http?.headers.set(name, value);
    }
  }
}

/** A router. Its context needs the headers of the client's request. */
export function apolloRouter(supergraphSdl: string): ApolloServer<Context> {
  const gateway = new ApolloGateway({
    // It rejects supergraphs with `@authenticated`, which only Apollo's other routers enforce. The subgraph checks scopes itself.
    supergraphSdl: supergraphSdl.replaceAll(', for: SECURITY)', ')'),
    buildService({ name, url = '' }) {
      return name === 'vod-ai' ? new ForwardingDataSource({ url }) : new RemoteGraphQLDataSource({ url });
    },
  });
  return new ApolloServer<Context>({
    gateway,
    includeStacktraceInErrorResponses: false,
    // If a subgraph rejects a request, `response` has its URL.
    formatError: ({ extensions: { response: _, ...extensions } = {}, ...error }) => ({
      ...error,
      extensions,
    }),
  });
}
