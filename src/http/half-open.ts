import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { type ClientAddresses, networkOf } from './client-address.ts';
import { Strangers, type StrangersOptions } from './strangers.ts';

/** More connections than a load balancer opens at once without a request on each. */
const LIMITS: StrangersOptions = { max: 4_000, maxPerAddress: 1_000 };
/** The time for the rest of a body after the response to a request without valid credentials. */
const BODY_MS = 3_000;

export interface HalfOpenOptions {
  readonly addresses: ClientAddresses;
  readonly clock: Clock;
  readonly limits?: StrangersOptions;
}

/**
 * Limits the connections that nobody's credentials have arrived on and that have no request in progress: those that send
 * nothing, half a header, or half a body after a 401. They would otherwise use up the process's file descriptors.
 * Connections of trusted proxies do not count, because the proxies limit their clients themselves.
 */
export class HalfOpenConnections {
  readonly #addresses: ClientAddresses;
  readonly #clock: Clock;
  readonly #strangers: Strangers;
  /** Connections with a request that was authenticated. */
  readonly #known = new WeakSet<Socket>();
  /** Ends the count of a connection. */
  readonly #leave = new WeakMap<Socket, () => void>();

  constructor({ addresses, clock, limits = LIMITS }: HalfOpenOptions) {
    this.#addresses = addresses;
    this.#clock = clock;
    this.#strangers = new Strangers(limits);
  }

  /** Limits the connections of a server. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#enter(socket);
      socket.once('close', () => this.#leave.get(socket)?.());
    });
    server.on('request', (request, response) => this.#onRequest(request, response));
    // The WebSocket transport counts these.
    server.on('upgrade', ({ socket }) => this.#leave.get(socket)?.());
  }

  /** Marks the connection of an authenticated request. */
  know({ socket }: IncomingMessage): void {
    this.#known.add(socket);
  }

  #enter(socket: Socket): void {
    if (socket.destroyed || this.#known.has(socket) || this.#addresses.isProxy(socket.remoteAddress)) return;
    // Requests that were sent at once end one after the other.
    this.#leave.get(socket)?.();
    const address = networkOf(socket.remoteAddress ?? '');
    this.#leave.set(
      socket,
      this.#strangers.enter(address, () => socket.destroy()),
    );
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    this.#leave.get(socket)?.();
    response.on('close', () => {
      this.#enter(socket);
      if (request.complete || socket.destroyed || this.#known.has(socket)) return;
      const cancel = this.#clock.after(BODY_MS, () => {
        if (!request.complete) socket.destroy();
      });
      socket.once('close', cancel);
    });
  }
}
