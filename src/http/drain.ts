import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { LinkedList } from '../linked-list.ts';

/** The number of unfinished requests on a connection, or `upgraded` if it speaks another protocol. */
type ConnectionState = number | 'upgraded';

/** The backlog counts as empty after this many turns of the event loop without a new connection. */
const QUIET_TURNS = 10;
/** Twice the length of the kernel's queue. Clients that keep connecting must not delay the shutdown. */
const MAX_BACKLOG_TURNS = 1_022;

/** How long a server that ends waits, in milliseconds. */
export interface Grace {
  /** For the end of connections. */
  readonly graceMs: number;
  /** For a request on an idle connection. */
  readonly idleMs: number;
}

/** Closes the connections of a server without losing a response. */
export class ConnectionDrain {
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #connections = new Map<Socket, ConnectionState>();
  /** The unfinished responses. */
  readonly #responses = new LinkedList<ServerResponse>();
  /** Set once idle connections are closed. */
  #idleMs: number | undefined;
  #isClosing = false;
  /** The number of connections since the start. */
  #accepted = 0;

  /** Must be created before the server listens and before it gets its `request` listener. */
  constructor(server: Server, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
    server.on('connection', (socket: Socket) => {
      this.#accepted++;
      this.#connections.set(socket, 0);
      socket.once('close', () => this.#connections.delete(socket));
    });
    server.on('request', ({ socket }, response) => this.#onRequest(socket, response));
    server.on('upgrade', ({ socket }) => this.#connections.set(socket, 'upgraded'));
  }

  /**
   * Sends `Connection: close` with the next response on each connection, so that clients and load balancers reconnect
   * to another gateway. New connections are still accepted.
   */
  announceClose(): void {
    this.#isClosing = true;
    for (const response of this.#responses.values()) setConnectionClose(response);
  }

  /**
   * Stops accepting connections and resolves when all are closed. Requests that arrive until then get their response.
   * A connection without unfinished requests is closed after `idleMs` without data, because a request may already be
   * on its way. All other connections are closed after `graceMs`.
   *
   * @param acceptors the servers that {@link listen} returned
   */
  async close({ graceMs, idleMs }: Grace, acceptors: readonly NetServer[] = []): Promise<void> {
    this.announceClose();
    await this.#acceptBacklog();
    this.#idleMs = idleMs;
    // `http.Server.close()` first closes all idle connections and loses the requests on their way; it has no option to
    // keep them. The base class only stops listening.
    const closed = [this.#server, ...acceptors].map(
      (server) => new Promise((resolve) => NetServer.prototype.close.call(server, resolve)),
    );
    for (const socket of this.#connections.keys()) this.#closeWhenIdle(socket);
    const cancel = this.#clock.after(graceMs, () => {
      for (const socket of this.#connections.keys()) socket.destroy();
    });
    await Promise.all(closed);
    cancel();
  }

  /**
   * Accepts the connections that the kernel has already established: closing the server would reset them. Node accepts
   * one connection of each socket in a turn of the event loop, and the first turns may bring none.
   */
  async #acceptBacklog(): Promise<void> {
    let quietTurns = 0;
    for (let turn = 0; turn < MAX_BACKLOG_TURNS && quietTurns < QUIET_TURNS; turn++) {
      const before = this.#accepted;
      await setImmediate();
      quietTurns = this.#accepted === before ? quietTurns + 1 : 0;
    }
  }

  #onRequest(socket: Socket, response: ServerResponse): void {
    this.#count(socket, 1);
    const link = this.#responses.add(response);
    if (this.#isClosing) setConnectionClose(response);
    response.on('close', () => {
      this.#responses.remove(link);
      this.#count(socket, -1);
      this.#closeWhenIdle(socket);
    });
  }

  #count(socket: Socket, change: 1 | -1): void {
    const state = this.#connections.get(socket);
    if (typeof state === 'number') this.#connections.set(socket, state + change);
  }

  #closeWhenIdle(socket: Socket): void {
    if (this.#idleMs === undefined || this.#connections.get(socket) !== 0) return;
    const { bytesRead } = socket;
    this.#clock.after(this.#idleMs, () => {
      // A request arrived in the meantime. The end of its response calls this method again.
      if (this.#connections.get(socket) !== 0) return;
      if (socket.bytesRead === bytesRead) socket.destroy();
      else this.#closeWhenIdle(socket);
    });
  }
}

function setConnectionClose(response: ServerResponse): void {
  // With its headers sent, the response is a stream, which `OpenStreams` ends.
  if (!response.headersSent) response.setHeader('connection', 'close');
}
