import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConnectionDrain } from '../../src/http/drain.ts';
import { ManualClock } from '../support/manual-clock.ts';

const REQUEST = 'GET / HTTP/1.1\r\nhost: gateway\r\n\r\n';
const GRACE = { graceMs: 10_000, idleMs: 1_000 };

/** A server whose responses the test sends, and a function that connects to it. */
async function running() {
  const clock = new ManualClock();
  const server = createServer();
  const connections = new ConnectionDrain(server, clock);
  const waiting: ServerResponse[] = [];
  server.on('request', (_request, response) => waiting.push(response));
  server.on('upgrade', (_request, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const open = async () => {
    const accepted = once(server, 'connection');
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    await accepted;
    const client = { socket, received: '', closed: false };
    socket.on('data', (chunk) => {
      client.received += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      client.closed = true;
    });
    return client;
  };
  return { clock, server, connections, waiting, open, port };
}

/** Returns a function that tells whether the promise has resolved. */
function settled(promise: Promise<unknown>): () => boolean {
  let isSettled = false;
  void promise.then(() => {
    isSettled = true;
  });
  return () => isSettled;
}

function send(socket: Socket, text: string): void {
  socket.write(text);
}

describe('connections during a drain', () => {
  it('include those that the kernel has established and the server has not accepted', async () => {
    const { clock, server, connections, waiting, port } = await running();
    let accepted = 0;
    server.on('connection', () => accepted++);
    const clients = Array.from({ length: 64 }, () => {
      const socket = connect(port, '127.0.0.1')
        .on('error', () => {})
        .resume();
      onTestFinished(() => void socket.destroy());
      socket.once('connect', () => send(socket, REQUEST));
      return socket;
    });

    const ended = settled(connections.close(GRACE));

    await expect.poll(() => waiting.length).toBe(clients.length);
    expect(accepted).toBe(clients.length);
    for (const response of waiting) response.end();
    await expect.poll(() => server.listening).toBe(false);
    await expect.poll(() => clients.every(({ destroyed }) => destroyed)).toBe(true);
    await clock.advance(GRACE.idleMs);
    await expect.poll(ended).toBe(true);
  });

  it('carry the responses to accepted requests, with `Connection: close`', async () => {
    const { clock, connections, waiting, open } = await running();
    const client = await open();
    send(client.socket, REQUEST);
    await expect.poll(() => waiting.length).toBe(1);

    const ended = settled(connections.close(GRACE));
    await clock.scheduled(1);
    clock.advance(9_999);
    expect(ended()).toBe(false);
    waiting[0]?.end('the response');

    await expect.poll(ended).toBe(true);
    await expect.poll(() => client.closed).toBe(true);
    expect(client.received).toMatch(/^HTTP\/1.1 200 OK\r\nconnection: close\r\n.*the response$/s);
  });

  it('carry the response to a request that was on its way over an idle connection', async () => {
    const { clock, connections, waiting, open } = await running();
    const client = await open();
    send(client.socket, REQUEST);
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]?.end('first');
    await expect.poll(() => client.received).toContain('first');
    expect(client.received).toContain('Connection: keep-alive');

    const ended = settled(connections.close(GRACE));
    await clock.scheduled(2);
    clock.advance(999);
    send(client.socket, REQUEST);
    await expect.poll(() => waiting.length).toBe(2);
    clock.advance(1_000);
    waiting[1]?.end('second');

    await expect.poll(ended).toBe(true);
    await expect.poll(() => client.received).toMatch(/connection: close\r\n.*second$/s);
  });

  it('are closed when they are idle, with or without an earlier request', async () => {
    const { clock, connections, waiting, open } = await running();
    const clients = [await open(), await open()];
    if (clients[0]) send(clients[0].socket, REQUEST);
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]?.end();
    await expect.poll(() => clients[0]?.received).toContain('200 OK');

    const ended = settled(connections.close(GRACE));
    await clock.scheduled(3);
    clock.advance(999);
    expect(ended()).toBe(false);
    clock.advance(1);

    await expect.poll(ended).toBe(true);
    await expect.poll(() => clients.every(({ closed }) => closed)).toBe(true);
  });

  it('are closed after the grace period if they do not end: half a head, half a body, another protocol', async () => {
    const { clock, connections, waiting, open } = await running();
    const [head, body, upgraded] = [await open(), await open(), await open()];
    send(body.socket, 'POST / HTTP/1.1\r\nhost: gateway\r\ncontent-length: 100\r\n\r\nhalf');
    send(
      upgraded.socket,
      'GET / HTTP/1.1\r\nhost: gateway\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    await expect.poll(() => waiting.length).toBe(1);
    await expect.poll(() => upgraded.received).toContain('101');

    const ended = settled(connections.close(GRACE));
    await clock.scheduled(2);
    for (let second = 1; second < 10; second++) {
      send(head.socket, second === 1 ? 'GET / HTTP/1.1\r\n' : `x-${second}: slow\r\n`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      clock.advance(1_000);
    }
    expect(ended()).toBe(false);
    clock.advance(1_000);

    await expect.poll(ended).toBe(true);
    await expect.poll(() => [head, body, upgraded].every(({ closed }) => closed)).toBe(true);
  });

  it('are no longer accepted', async () => {
    const { clock, connections, port } = await running();
    await connections.close(GRACE);
    const [error] = await once(connect(port, '127.0.0.1'), 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(clock.pending).toBe(0);
  });

  it('are still accepted while the close is only announced', async () => {
    const { connections, waiting, open } = await running();
    connections.announceClose();
    const client = await open();
    send(client.socket, REQUEST);
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]?.end('the response');
    await expect.poll(() => client.received).toMatch(/connection: close.*the response$/s);
    await connections.close(GRACE);
  });
});
