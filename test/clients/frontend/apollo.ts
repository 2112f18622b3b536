import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, Observable } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode, print } from 'graphql';
import { createEventClient } from './server-sent-events.ts';

export interface GatewayOptions {
  readonly url: string;
  readonly apiKey: string;
  /** The members of the unions. */
  readonly possibleTypes: Record<string, string[]>;
}

export function createApolloClient({ url, apiKey, possibleTypes }: GatewayOptions): ApolloClient {
  const headers = { 'x-api-key': apiKey };
  const events = createEventClient(url, () => apiKey);
  const eventLink = new ApolloLink(
    ({ query, variables }) =>
      new Observable((sink) => events.subscribe({ query: print(query), variables }, sink as never)),
  );
  return new ApolloClient({
    cache: new InMemoryCache({
      possibleTypes,
      typePolicies: {
        // A result has no id of its own, and operations select different fields of it.
        AIJob: { fields: { result: { merge: true } } },
        Query: {
          fields: {
            knownAIJobs: relayStylePagination(['filter']),
            aiSubmissions: relayStylePagination(['filter']),
          },
        },
      },
    }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      eventLink,
      new HttpLink({ uri: url, headers }),
    ),
  });
}
