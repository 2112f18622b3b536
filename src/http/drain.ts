import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';

/** What a connection is used for: so many requests that are not answered yet, or another protocol. */
type Use = number | 'upgraded';

/**
 * The connections of a server, so that it can go away without cutting off an answer.
 *
 * `server.close()` alone would close connections that are idle at that instant, and with them the requests that are on
 * their way over them; and it would wait forever for one that never sends anything, and for an upgraded one.
 */
export class ConnectionDrain {
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #uses = new Map<Socket, Use>();
  readonly #responses = new Set<ServerResponse>();
  /** For how long a connection has to be silent before it is closed; `undefined` while connections stay open. */
  #silenceMs: number | undefined;
  #areLast = false;

  /** To be made before the server listens, and before it is given whoever answers. */
  constructor(server: Server, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
    server.on('connection', (socket: Socket) => {
      this.#uses.set(socket, 0);
      socket.once('close', () => this.#uses.delete(socket));
    });
    server.on('request', ({ socket }, response) => this.#took(socket, response));
    server.on('upgrade', ({ socket }) => this.#uses.set(socket, 'upgraded'));
  }

  /**
   * Makes the next answer over each connection its last (`Connection: close`), so that clients and balancers connect
   * again, and elsewhere if they can. Connections are still taken.
   */
  announceEnd(): void {
    this.#areLast = true;
    for (const response of this.#responses) makeLast(response);
  }

  /**
   * Takes no further connections, and resolves when there is none left. Requests that were taken are answered. A
   * connection without any is closed after `silenceMs` in which nothing came over it: its client may have sent a
   * request already that has not arrived. What has not ended after `graceMs` is cut off.
   */
  async end({ graceMs, silenceMs }: { readonly graceMs: number; readonly silenceMs: number }): Promise<void> {
    this.announceEnd();
    // Connections that the system has established already are handed over before this returns.
    await setImmediate();
    this.#silenceMs = silenceMs;
    // Without the HTTP server's own part, which closes what is idle.
    const closed = new Promise((resolve) => NetServer.prototype.close.call(this.#server, resolve));
    for (const socket of this.#uses.keys()) this.#closeOnceSilent(socket);
    const cancel = this.#clock.after(graceMs, () => {
      for (const socket of this.#uses.keys()) socket.destroy();
    });
    await closed;
    cancel();
  }

  #took(socket: Socket, response: ServerResponse): void {
    this.#count(socket, 1);
    this.#responses.add(response);
    if (this.#areLast) makeLast(response);
    response.once('close', () => {
      this.#responses.delete(response);
      this.#count(socket, -1);
      this.#closeOnceSilent(socket);
    });
  }

  #count(socket: Socket, more: number): void {
    const use = this.#uses.get(socket);
    if (typeof use === 'number') this.#uses.set(socket, use + more);
  }

  #closeOnceSilent(socket: Socket): void {
    if (this.#silenceMs === undefined || this.#uses.get(socket) !== 0) return;
    const { bytesRead } = socket;
    this.#clock.after(this.#silenceMs, () => {
      // One that has been given a request meanwhile comes here again when that is answered.
      if (this.#uses.get(socket) !== 0) return;
      if (socket.bytesRead === bytesRead) socket.destroy();
      else this.#closeOnceSilent(socket);
    });
  }
}

function makeLast(response: ServerResponse): void {
  // One that has begun is a stream, which is ended by who feeds it.
  if (!response.headersSent) response.setHeader('connection', 'close');
}
