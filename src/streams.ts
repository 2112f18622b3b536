import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * The event streams that are open. Where the gateway goes away they end without the word that says that all has been
 * told (`complete`), so that their clients connect again, and start from what is then.
 */
export class OpenStreams {
  readonly #responses = new Set<ServerResponse>();

  get size(): number {
    let size = 0;
    for (const response of this.#responses) if (response.headersSent) size++;
    return size;
  }

  /** To be told of each request: where its client takes streams, the response may become one. */
  watch(request: IncomingMessage, response: ServerResponse): void {
    if (!request.headers.accept?.includes('text/event-stream')) return;
    // It may be written to after it was ended here: by then nobody is interested.
    response.on('error', () => {});
    this.#responses.add(response);
    response.once('close', () => this.#responses.delete(response));
  }

  /** Ends all that are open. A response that has not begun goes on. */
  end(): void {
    for (const response of this.#responses) if (response.headersSent) response.end();
  }
}
