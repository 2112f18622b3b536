import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

/** A ListAIJob call that was answered. */
export interface UpstreamCall {
  readonly ids: readonly string[];
  /** From its headers to the last byte of its answer, in milliseconds, as the upstream sees it. */
  readonly ms: number;
}

/** All ListAIJob calls to the emulator in this process, in the order of their answers. */
export class CallCost {
  readonly answered: UpstreamCall[] = [];
  readonly #since = new WeakMap<IncomingMessage, number>();

  constructor() {
    subscribe('http.server.request.start', this.#started);
    subscribe('http.server.response.finish', this.#finished);
  }

  close(): void {
    unsubscribe('http.server.request.start', this.#started);
    unsubscribe('http.server.response.finish', this.#finished);
  }

  readonly #started = (message: unknown) => {
    this.#since.set((message as { readonly request: IncomingMessage }).request, performance.now());
  };

  readonly #finished = (message: unknown) => {
    const { request } = message as { readonly request: IncomingMessage };
    const ids = new URL(request.url ?? '/', 'http://emulator').searchParams.get('JobIds');
    if (request.headers['x-acs-action'] !== 'ListAIJob' || ids === null) return;
    const ms = performance.now() - (this.#since.get(request) ?? Number.NaN);
    this.answered.push({ ids: ids.split(','), ms });
  };
}
