import type { ServerResponse } from 'node:http';

/** The open event streams. */
export class OpenStreams {
  readonly #responses = new Set<ServerResponse>();

  get size(): number {
    return this.#responses.size;
  }

  /** Adds a response that becomes a stream. It is removed when its connection closes. */
  add(response: ServerResponse): void {
    if (response.destroyed || this.#responses.has(response)) return;
    this.#responses.add(response);
    response.once('close', () => this.#responses.delete(response));
    // After `end()`, the GraphQL server may still write to the response.
    response.on('error', () => {});
  }

  /**
   * Ends the streams without a `complete` event, so that clients reconnect to another gateway. A response without
   * headers is not a stream yet and goes on.
   */
  end(): void {
    for (const response of this.#responses) {
      if (response.headersSent) response.end();
    }
  }
}
