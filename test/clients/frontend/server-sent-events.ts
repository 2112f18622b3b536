import { createClient } from 'graphql-sse';

/** A client of server-sent events. It connects again after a lost connection, but not after a rejected key. */
export function createEventClient(url: string, apiKey: () => string) {
  let rejection: Error | undefined;
  return createClient({
    url,
    headers: () => ({ 'x-api-key': apiKey() }),
    async fetchFn(input: string, init: RequestInit) {
      const response = await fetch(input, init);
      const isRejected = [400, 401, 403].includes(response.status);
      rejection = isRejected ? new Error(`the gateway responded with ${response.status}`) : undefined;
      return response;
    },
    retryAttempts: Number.POSITIVE_INFINITY,
    async retry() {
      if (rejection) throw rejection;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    },
  });
}
