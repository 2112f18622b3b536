import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { After } from '../after.ts';

/** An HTTP request that carries an event. */
export interface EventRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const timeoutMs = 5000;

/**
 * Sends an event once, on a connection of its own; true where it was answered HTTP 200 within five seconds. A redirect
 * is an answer like any other, and what the answer holds is not looked at. Never rejects.
 */
export function attempt(event: EventRequest, after: After, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const target = new URL(event.url);
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(target, {
      method: 'POST',
      headers: { ...event.headers, 'Content-Length': Buffer.byteLength(event.body) },
      agent: false,
      signal,
    });
    const cancelTimeout = after(timeoutMs, () => request.destroy());
    const end = (isDelivered: boolean) => {
      cancelTimeout();
      resolve(isDelivered);
    };

    let response: IncomingMessage | undefined;
    request.once('response', (received) => {
      response = received;
      received.once('close', () => end(received.complete && received.statusCode === 200));
      // A connection lost in the middle of the answer is told by `close` too.
      received.on('error', () => {});
      received.resume();
    });
    request.on('error', () => end(false));
    request.once('close', () => {
      if (response === undefined) end(false);
    });
    request.end(event.body);
  });
}
