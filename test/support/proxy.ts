import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { listenOnLoopback } from './listening.ts';

/** A TCP proxy in front of a local server. */
export interface TcpProxy {
  readonly port: number;
  /** Stops forwarding on all connections, which stay open. */
  stall(): void;
  /** Forwards new connections again. */
  resume(): void;
  /** Closes all connections. New ones are accepted. */
  cut(): void;
}

/** A proxy that is closed after the test. */
export async function proxyTo(port: number): Promise<TcpProxy> {
  const proxy = await startProxy(() => port);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** Starts a proxy. `target` returns the port to which it forwards a new connection. */
export async function startProxy(target: () => number): Promise<TcpProxy & { close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  let isStalled = false;
  const proxy = createServer((inward) => {
    const outward = connect(target(), '127.0.0.1');
    for (const [socket, other] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      if (!isStalled) socket.pipe(other);
    }
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: await listenOnLoopback(proxy),
    stall() {
      isStalled = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    resume() {
      isStalled = false;
    },
    cut,
    async close() {
      cut();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
