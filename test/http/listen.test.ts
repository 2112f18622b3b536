import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, Server as NetServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConnectionDrain } from '../../src/http/drain.ts';
import { listen } from '../../src/http/listen.ts';
import { ManualClock } from '../support/manual-clock.ts';

const HOST = '127.0.0.1';
const ANY_PORT = { host: HOST, port: 0 };

/** A server that listens on a port of its own. */
async function running(respond: () => string = () => '') {
  const server = createServer((_request, response) => response.end(respond()));
  const connections = new ConnectionDrain(server, new ManualClock());
  const acceptors = await listen(server, ANY_PORT);
  onTestFinished(() => {
    server.closeAllConnections();
    for (const listening of [server, ...acceptors]) listening.close();
  });
  return { server, acceptors, connections, port: portOf(server) };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Connects so many clients without a turn of the event loop between them. */
function connectAll(port: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const socket = connect(port, HOST).on('error', () => {});
    onTestFinished(() => void socket.destroy());
  }
}

describe.runIf(process.platform === 'linux')('a port with several sockets', () => {
  it('accepts clients that connect at once in fewer turns of the event loop than there are clients', async () => {
    const { server, port } = await running();
    const clients = 128;
    let accepted = 0;
    server.on('connection', () => accepted++);

    connectAll(port, clients);
    let turns = 0;
    while (accepted === 0) await nextTurn();
    for (; accepted < clients; turns++) await nextTurn();

    // The system spreads them at random: with eight sockets, about twenty turns.
    expect(turns).toBeLessThan(clients / 2);
  });

  it('serves requests on connections of the sockets besides its own', async () => {
    const { acceptors, port } = await running(() => 'here');
    const accepted = acceptors.map((acceptor) => {
      const counted = { connections: 0 };
      acceptor.on('connection', () => counted.connections++);
      return counted;
    });

    const bodies = await Promise.all(
      Array.from({ length: 64 }, async () => (await fetch(`http://${HOST}:${port}/`)).text()),
    );

    expect(new Set(bodies)).toEqual(new Set(['here']));
    expect(accepted.filter(({ connections }) => connections > 0).length).toBeGreaterThan(1);
  });

  it('stops listening on all of them when its server drains', async () => {
    const { acceptors, connections, port } = await running();

    await connections.close({ graceMs: 1_000, idleMs: 0 }, acceptors);

    for (let i = 0; i < 16; i++) {
      const socket = connect(port, HOST);
      const [error] = await once(socket, 'error');
      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    }
  });

  it('is not shared with another process', async () => {
    const { port } = await running();
    await expect(listen(createServer(), { host: HOST, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });

    const other = new NetServer().listen(0, HOST);
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const taken = (other.address() as AddressInfo).port;
    await expect(listen(createServer(), { host: HOST, port: taken })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
