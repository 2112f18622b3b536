import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createNetServer } from 'node:net';
import { onTestFinished } from 'vitest';
import type { App } from '../../src/app.ts';

/** Listens on a free port of the loopback interface. Returns the port. */
export async function listenOnLoopback(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Serves HTTP on a free port of the loopback interface until the test ends. Returns the origin. */
export async function listening(listener: RequestListener, upgrade?: App['upgrade']): Promise<string> {
  const server = createServer(listener);
  if (upgrade) server.on('upgrade', upgrade);
  const port = await listenOnLoopback(server);
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${port}`;
}

/** A port of the loopback interface on which nothing listens. Another process can still take it. */
export async function freePort(): Promise<number> {
  const server = createNetServer();
  const port = await listenOnLoopback(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
