import type { Dispatcher } from 'undici';
import type { RawResponse } from './response.ts';

/** Bytes of a response that are read at once. The rest of a larger one waits for its turn. */
const LARGE_BYTES = 1024 * 1024;
/** The most large responses that are read at the same time. */
const MAX_LARGE = 4;

/**
 * Limits the memory that responses take while they are read. Ten jobs with long transcripts take a few megabytes, and most
 * responses a few kilobytes. So small ones are read freely, and large ones take turns.
 */
export class LargeBodies {
  #reading = 0;
  readonly #waiting = new Set<() => void>();

  /** Calls `start` when the response may be read, now or later. */
  enter(start: () => void): void {
    if (this.#reading < MAX_LARGE) {
      this.#reading++;
      start();
    } else this.#waiting.add(start);
  }

  /** Ends the turn, or the wait for it. */
  leave(start: () => void): void {
    if (this.#waiting.delete(start)) return;
    this.#reading--;
    const [next] = this.#waiting;
    if (!next) return;
    this.#waiting.delete(next);
    this.#reading++;
    next();
  }
}

/**
 * Reads one response for undici's `dispatch`: `request` would create a stream for each. An abort rejects immediately, and a
 * request that still waits for a connection is then not sent.
 */
export class BodyReader implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #large: LargeBodies;
  readonly #response = Promise.withResolvers<RawResponse>();
  readonly #chunks: Buffer[] = [];
  readonly #onAbort = () => this.#fail(this.#signal.reason);
  // Not at once: this may run in a callback of another connection's parser, and undici has one parser at a time.
  readonly #resume = () => void setImmediate(() => this.#controller?.resume());
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: RawResponse['headers'] = {};
  #bytes = 0;
  #isLarge = false;

  constructor(signal: AbortSignal, large: LargeBodies) {
    this.#signal = signal;
    this.#large = large;
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener('abort', this.#onAbort);
  }

  get response(): Promise<RawResponse> {
    return this.#response.promise;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) controller.abort(this.#signal.reason);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: RawResponse['headers'],
  ): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#isLarge || this.#bytes <= LARGE_BYTES) return;
    this.#isLarge = true;
    controller.pause();
    this.#large.enter(this.#resume);
  }

  onResponseEnd(): void {
    this.#leave();
    const [first, second] = this.#chunks;
    const body = second ? Buffer.concat(this.#chunks) : first;
    this.#response.resolve({ status: this.#status, headers: this.#headers, body: body?.toString() ?? '' });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #fail(error: unknown): void {
    this.#leave();
    this.#response.reject(error);
    if (this.#signal.aborted) this.#controller?.abort(this.#signal.reason);
  }

  #leave(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    if (this.#isLarge) this.#large.leave(this.#resume);
    this.#isLarge = false;
  }
}
