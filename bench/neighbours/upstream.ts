import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { FINISHED, UNFINISHED, wireJob } from '../jobs.ts';

/** How VOD responds to a call that includes a bad id. */
export type Harm = 'refused with 400' | 'refused with 404' | 'ends in 500' | 'hangs';

const failures: Record<Exclude<Harm, 'hangs'>, [status: number, body: object]> = {
  'refused with 400': [400, { Code: 'InvalidParameter', Message: 'JobIds' }],
  'refused with 404': [404, { Code: 'InvalidJob.NotFound', Message: 'JobIds' }],
  'ends in 500': [500, { Code: 'InternalError', Message: 'internal' }],
};

/** The duration of a call, in milliseconds. */
const LATENCY_MS = 30;

/**
 * Replaces VOD: ListAIJob with the latency of a real call, and SubmitAIJob. Some ids spoil each call that includes them.
 * All other ids are unfinished jobs. It does not check signatures.
 */
export class SpoiltUpstream {
  readonly origin: string;
  /** The calls of ListAIJob that include an id that is not bad, since the last reset. */
  calls = 0;
  /** The ids that spoil their call. */
  readonly badIds = new Map<string, Harm>();
  /** The ids of jobs that have succeeded. */
  readonly finishedIds = new Set<string>();
  readonly #server: Server;
  readonly #callsPerSecond: number;
  /** When the calls of the last second were accepted. */
  #accepted: number[] = [];
  #requests = 0;
  readonly #startedAt = new Date().toISOString();

  private constructor(server: Server, origin: string, callsPerSecond: number) {
    this.#server = server;
    this.origin = origin;
    this.#callsPerSecond = callsPerSecond;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      request.resume();
      this.#answer(new URLSearchParams((request.url ?? '').slice(2)), request, response);
    });
  }

  static async start(callsPerSecond = Number.POSITIVE_INFINITY): Promise<SpoiltUpstream> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('expected a TCP address');
    return new SpoiltUpstream(server, `http://127.0.0.1:${address.port}`, callsPerSecond);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): void {
    if (request.headers['x-acs-action'] === 'SubmitAIJob') {
      const job = {
        JobId: `a${UNFINISHED}${this.#nextId()}`,
        MediaId: query.get('MediaId'),
        Type: 'AIVideoTag',
      };
      this.#send(response, 200, { AIJobList: { AIJob: [job] } });
      return;
    }
    const ids = (query.get('JobIds') ?? '').split(',');
    if (ids.some((id) => !this.badIds.has(id))) this.calls++;
    if (!this.#takeQuota()) {
      this.#send(response, 400, {
        Code: 'Throttling.User',
        Message: 'Request was denied due to user flow control.',
      });
      return;
    }
    const harm = ids.map((id) => this.badIds.get(id)).find((found) => found !== undefined);
    if (harm === 'hangs') return;
    if (harm) this.#send(response, ...failures[harm]);
    else this.#send(response, 200, { AIJobList: { AIJob: ids.map((id) => this.#wireJob(id)) } });
  }

  /** Jobs are young, so that the gateway's watcher reads them often. */
  #wireJob(id: string): unknown {
    const job = JSON.parse(wireJob(this.finishedIds.has(id) ? FINISHED : UNFINISHED));
    return { ...job, JobId: id, CreationTime: this.#startedAt };
  }

  #takeQuota(): boolean {
    const now = performance.now();
    this.#accepted = this.#accepted.filter((at) => at > now - 1_000);
    if (this.#accepted.length >= this.#callsPerSecond) return false;
    this.#accepted.push(now);
    return true;
  }

  #nextId(): string {
    return (++this.#requests).toString(16).toUpperCase().padStart(12, '0');
  }

  #send(response: ServerResponse, status: number, body: object): void {
    const text = JSON.stringify({ RequestId: `8233A0E4-E112-44B4-8658-${this.#nextId()}`, ...body });
    setTimeout(() => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(text);
    }, LATENCY_MS);
  }
}
