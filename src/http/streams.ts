import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * The event streams that are open. Where the gateway goes away they end without the word that says that all has been
 * told (`complete`), so that their clients connect again, and start from what is then.
 */
export class OpenStreams {
  /** Those whose headers are sent. */
  readonly #responses = new Set<ServerResponse>();

  get size(): number {
    return this.#responses.size;
  }

  /**
   * To be told of each request: where its client takes streams, the response may become one. `onBegin` is called once
   * it does.
   */
  watch(request: IncomingMessage, response: ServerResponse, onBegin?: () => void): void {
    if (!request.headers.accept?.includes('text/event-stream')) return;
    // It may be written to after it was ended here: by then nobody is interested.
    response.on('error', () => {});
    const { writeHead } = response;
    // Node tells nobody that headers are sent, but sends them through this method alone.
    response.writeHead = ((...args: Parameters<typeof writeHead>) => {
      if (!response.destroyed) {
        this.#responses.add(response);
        onBegin?.();
      }
      return writeHead.apply(response, args);
    }) as typeof writeHead;
    response.once('close', () => this.#responses.delete(response));
  }

  /** Ends all that are open. A response that has not begun goes on. */
  end(): void {
    for (const response of this.#responses) response.end();
  }
}
