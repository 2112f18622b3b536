import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Calls `callback` after `ms`. Returns a function that cancels the call. */
export type After = (ms: number, callback: () => void) => () => void;

/** An HTTP request with an event. */
export interface EventRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An event that is sent to a receiver. */
export interface EventDelivery extends EventRequest {
  /** The job of the event. For a forged event, the job of the event whose headers it has. */
  readonly jobId: string;
  /** Whether the body is false, with the headers of a real event. */
  readonly forged: boolean;
  /** The number of requests that were sent. */
  readonly attempts: number;
  /**
   * - `pending`: not decided yet
   * - `delivered`: the receiver responded with HTTP 200 in time
   * - `dropped`: three attempts failed
   * - `lost`: never sent, because of a fault
   * - `cancelled`: the emulator was closed first
   */
  readonly outcome: 'pending' | 'delivered' | 'dropped' | 'lost' | 'cancelled';
}

/** An {@link EventDelivery} while it is in progress. */
export type OpenDelivery = { -readonly [Key in keyof EventDelivery]: EventDelivery[Key] };

const maxAttempts = 3;
const retryAfterMs = 1000;
const timeoutMs = 5000;

/** Sends an event up to three times, one second after each failure. Never rejects. */
export async function deliver(delivery: OpenDelivery, after: After, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    delivery.attempts += 1;
    if (await send(delivery, after, signal)) {
      delivery.outcome = 'delivered';
      return;
    }
    if (delivery.attempts === maxAttempts) {
      delivery.outcome = signal.aborted ? 'cancelled' : 'dropped';
      return;
    }
    await pause(retryAfterMs, after, signal);
  }
  delivery.outcome = 'cancelled';
}

/**
 * Sends an event once, on its own connection. Resolves to true if the complete response arrives within five seconds
 * with HTTP 200. Redirects are not followed and the body is ignored. Never rejects.
 */
function send(event: EventRequest, after: After, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const target = new URL(event.url);
    const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
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
      // `close` also reports a connection that is lost during the response.
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

/** Resolves after `ms`, or when the signal aborts. Never rejects. */
export function pause(ms: number, after: After, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = after(ms, end);
    signal.addEventListener('abort', end);
  });
}

/**
 * The headers that sign an event. The body is not covered.
 *
 * @param url exactly as configured, because the receiver signs its own copy of the text
 * @param at Unix ms
 */
export function signedHeaders(url: string, at: number, key: string): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1000));
  return { 'X-VOD-TIMESTAMP': timestamp, 'X-VOD-SIGNATURE': eventSignature(url, timestamp, key) };
}

/** Hex MD5 of `<url>|<timestamp>|<key>`, as the callback documentation describes it. */
export function eventSignature(url: string, timestamp: string, key: string): string {
  return createHash('md5').update(`${url}|${timestamp}|${key}`).digest('hex');
}
