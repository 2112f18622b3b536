import { createClient } from 'graphql-ws';

/** A client over WebSocket. It connects again after a lost connection, but not after a rejected key (4403). */
export function createWebSocketClient(url: string, apiKey: () => string) {
  return createClient({
    url: url.replace(/^http/, 'ws'),
    // A browser cannot set headers of a WebSocket, so the key is in the first message.
    connectionParams: () => ({ 'x-api-key': apiKey() }),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry(event) {
      const { code } = event as { readonly code?: number };
      return code !== undefined && code !== 4403;
    },
  });
}
