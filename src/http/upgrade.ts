import type { IncomingMessage } from 'node:http';

/**
 * Whether a request asks for a WebSocket. A server may ignore every other protocol that a client offers (RFC 9110, 7.8), and
 * has to respond to the request itself: Java's HTTP client and `curl --http2` offer `h2c` with each request to `http://`.
 */
export function asksForWebSocket({ headers: { upgrade = '' } }: IncomingMessage): boolean {
  return /(^|,)\s*websocket\s*(,|$)/i.test(upgrade);
}
