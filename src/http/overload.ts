import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuseUpgrade } from './respond.ts';

/** When to come back: what runs is over within seconds. */
const RETRY_AFTER_SECONDS = 1;

export interface OverloadOptions {
  /** How many requests may be unfinished; a stream is none once it has begun. */
  readonly maxRequests: number;
  readonly maxStreams: number;
  /** How many streams and WebSockets are open. */
  readonly streams: () => number;
  /** Told of each request that is shed. */
  readonly onShed: () => void;
}

/**
 * Sheds what comes beyond what can be served: at once, before anything of it is read or anybody is asked who sent it.
 * Waiting in a queue without an end would take memory, and answer nobody in time.
 */
export class Overload {
  readonly #options: OverloadOptions;
  #requests = 0;

  constructor(options: OverloadOptions) {
    this.#options = options;
  }

  get isFullOfStreams(): boolean {
    return this.#options.streams() >= this.#options.maxStreams;
  }

  /**
   * Lets a request in, or answers it: then it gives `undefined`. What is given is to be called as soon as the request
   * has become a stream; when it ends it is let go in any case.
   */
  admit(request: IncomingMessage, response: ServerResponse): (() => void) | undefined {
    if (this.#requests >= this.#options.maxRequests || (isStream(request) && this.isFullOfStreams)) {
      this.#options.onShed();
      shed(request, response);
      return undefined;
    }
    this.#requests++;
    let isOver = false;
    const release = () => {
      if (isOver) return;
      isOver = true;
      this.#requests--;
    };
    response.once('close', release);
    return release;
  }

  /** The same for a connection that is to become a WebSocket. */
  admitUpgrade(socket: Duplex): boolean {
    if (!this.isFullOfStreams) return true;
    this.#options.onShed();
    refuseUpgrade(socket, '503 Service Unavailable', { 'retry-after': String(RETRY_AFTER_SECONDS) });
    return false;
  }
}

/** Whether nothing but a stream can come of a request. */
function isStream({ headers: { accept = '' } }: IncomingMessage): boolean {
  return accept.includes('text/event-stream') && !accept.includes('json');
}

function shed({ headers }: IncomingMessage, response: ServerResponse): void {
  const graphql = 'application/graphql-response+json';
  const type = headers.accept?.includes(graphql) ? graphql : 'application/json';
  const message = 'expected fewer requests at once; got one more than can be served';
  const extensions = { code: 'OVERLOADED', retryAfterMs: RETRY_AFTER_SECONDS * 1000 };
  response
    .writeHead(503, { 'content-type': `${type}; charset=utf-8`, 'retry-after': String(RETRY_AFTER_SECONDS) })
    .end(JSON.stringify({ errors: [{ message, extensions }] }));
}
