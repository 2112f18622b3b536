import { createClient as createSSEClient } from 'graphql-sse';
import { type Client, cacheExchange, createClient, fetchExchange, subscriptionExchange } from 'urql';
import { credentials } from './api-key.ts';
import { reportLost, watchedFetch } from './connection.ts';
import { gatewayUrl } from './settings.ts';

/** The time between two attempts to open a stream again. */
const reopenMs = 1_000;

/**
 * Creates the client for one set of credentials. Queries and mutations use POST; subscriptions use server-sent events
 * over `fetch`, because `EventSource` cannot send a key.
 */
export function createGatewayClient(): Client {
  /** Why the gateway did not open the last stream: not a lost connection, so trying again does not help. */
  let refusal: Error | undefined;

  const streams = createSSEClient({
    url: gatewayUrl,
    headers: credentials,
    fetchFn: async (input: RequestInfo, init?: RequestInit) => {
      const response = await watchedFetch(input, init);
      const isRefused = response.status >= 400 && response.status < 500;
      refusal = isRefused ? await refusalOf(response) : undefined;
      return response;
    },
    retryAttempts: Number.POSITIVE_INFINITY,
    retry: async () => {
      if (refusal) throw refusal;
      await new Promise((resolve) => setTimeout(resolve, reopenMs));
    },
    on: { connecting: (isAgain) => isAgain && reportLost() },
  });

  return createClient({
    url: gatewayUrl,
    preferGetMethod: false,
    fetch: watchedFetch,
    fetchOptions: () => ({ headers: credentials() }),
    requestPolicy: 'cache-and-network',
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: streams.subscribe(
              { query, variables: variables ?? {} },
              { next: sink.next, error: sink.error, complete: sink.complete },
            ),
          }),
        }),
      }),
    ],
  });
}

/** The error of a response, with the gateway's code. */
async function refusalOf(response: Response): Promise<Error> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  const [error] = errorsOf(body);
  return Object.assign(new Error(error?.message ?? `The gateway responded with ${response.status}.`), {
    extensions: error?.extensions ?? {},
  });
}

interface GatewayError {
  readonly message: string;
  readonly extensions?: Record<string, unknown>;
}

function errorsOf(body: unknown): readonly GatewayError[] {
  const hasErrors =
    typeof body === 'object' && body !== null && 'errors' in body && Array.isArray(body.errors);
  return hasErrors ? (body.errors as GatewayError[]) : [];
}
