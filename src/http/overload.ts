import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuseUpgrade, respondWithError } from './respond.ts';
import type { OpenStreams } from './streams.ts';

/** The value of `Retry-After`: most requests finish within a second. */
const RETRY_AFTER_SECONDS = 1;

export interface OverloadOptions {
  /** The maximum number of unfinished requests. Streams do not count. */
  readonly maxRequests: number;
  /** The maximum number of event streams and WebSockets. */
  readonly maxStreams: number;
  readonly eventStreams: OpenStreams;
  /** The number of open WebSockets. */
  readonly webSockets: () => number;
  /** Called for each rejected request. */
  readonly onShed: () => void;
}

/**
 * Rejects requests over the limits immediately, before they are authenticated or read. A queue would use memory, and its
 * clients would time out.
 */
export class Overload {
  readonly #options: OverloadOptions;
  /** The responses to unfinished requests. */
  readonly #requests = new Set<ServerResponse>();

  constructor(options: OverloadOptions) {
    this.#options = options;
  }

  get isFullOfStreams(): boolean {
    const { eventStreams, webSockets, maxStreams } = this.#options;
    return eventStreams.size + webSockets() >= maxStreams;
  }

  /** Counts a request until its response ends or becomes a stream. Over a limit, it sends the error and returns false. */
  admit(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#requests.size >= this.#options.maxRequests || (isStream(request) && this.isFullOfStreams)) {
      this.#options.onShed();
      respondWithError(request, response, {
        status: 503,
        code: 'OVERLOADED',
        message: 'expected fewer requests at once; got one more than can be served',
        extensions: { retryAfterMs: RETRY_AFTER_SECONDS * 1000 },
        headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
      });
      return false;
    }
    this.#requests.add(response);
    response.once('close', () => this.#requests.delete(response));
    return true;
  }

  /** Counts a request as a stream from now on, because its response becomes one. */
  becameStream(response: ServerResponse): void {
    this.#requests.delete(response);
    this.#options.eventStreams.add(response);
  }

  /** Whether a WebSocket may be opened. Over the limit, it sends the error and returns false. */
  admitUpgrade(socket: Duplex): boolean {
    if (!this.isFullOfStreams) return true;
    this.#options.onShed();
    refuseUpgrade(socket, '503 Service Unavailable', { 'retry-after': String(RETRY_AFTER_SECONDS) });
    return false;
  }
}

/** Whether the response can only be a stream. */
function isStream({ headers: { accept = '' } }: IncomingMessage): boolean {
  return accept.includes('text/event-stream') && !accept.includes('json');
}
