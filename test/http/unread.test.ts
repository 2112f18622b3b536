import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { UnreadBytes, type UnreadReason } from '../../src/http/unread.ts';
import { listening, listenOnLoopback } from '../support/listening.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { finishedJobs, runningGateway } from '../support/running-gateway.ts';

const MIB = 1024 * 1024;
const STALL_MS = 30_000;

/** A server that responds to each request with as many bytes as its path says, and a client that does not read. */
async function running() {
  const clock = new ManualClock();
  const closed: UnreadReason[] = [];
  const unread = new UnreadBytes({ clock, heapLimit: 0, onClosed: (reason) => closed.push(reason) });
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    open.add(response);
    response.on('close', () => open.delete(response)).on('error', () => {});
    unread.watch(response);
    response.write('x'.repeat(Number(request.url?.slice(1))));
    response.end();
  });
  const port = await listenOnLoopback(server);
  onTestFinished(() => void server.close().closeAllConnections());
  const ask = async (...bytes: number[]) => {
    const socket = connect(port, '127.0.0.1').pause();
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    await once(socket, 'connect');
    const before = open.size + closed.length;
    socket.write(bytes.map((count) => `GET /${count} HTTP/1.1\r\nhost: gateway\r\n\r\n`).join(''));
    await expect.poll(() => open.size + closed.length).toBeGreaterThan(before);
    return socket;
  };
  /** The client of the first response reads until the kernel accepts more of it. Returns the bytes that it has read. */
  const readSome = async (socket: Socket) => {
    const [response] = open;
    if (!response) throw new Error('expected an open response');
    const before = queued(response);
    let received = 0;
    while (queued(response) === before) received += await read(socket, MIB);
    return received;
  };
  return { clock, unread, closed, open, ask, readSome, sample: () => unread.sample([open]) };
}

/** The bytes of a response that the kernel has not accepted. `writableLength` changes only at the end of a write. */
function queued({ socket }: ServerResponse): number {
  return (socket as unknown as { _handle: { writeQueueSize: number } })._handle.writeQueueSize;
}

/** Reads at least this many bytes, then pauses again. */
async function read(socket: Socket, bytes: number): Promise<number> {
  let count = 0;
  socket.resume();
  while (count < bytes) count += ((await once(socket, 'data'))[0] as Buffer).length;
  socket.pause();
  return count;
}

describe('a client that does not read', () => {
  it('is disconnected after 30 seconds, even if it goes on sending', async () => {
    const { clock, unread, closed, open, ask, sample } = await running();
    const socket = await ask(12 * MIB);
    expect(unread.total).toBeGreaterThan(MIB);
    for (let ms = 0; ms < STALL_MS; ms += 10_000) {
      sample();
      expect(closed).toEqual([]);
      socket.write('GET /');
      clock.advance(10_000);
    }
    sample();
    expect(closed).toEqual(['stalled']);
    expect(unread.total).toBe(0);
    await expect.poll(() => open.size).toBe(0);
  });

  it('stays connected while it reads slowly, and gets the whole response', async () => {
    const { clock, unread, closed, open, ask, readSome, sample } = await running();
    const bytes = 28 * MIB;
    const socket = await ask(bytes);
    let received = 0;
    for (let step = 0; step < 3; step++) {
      received += await readSome(socket);
      sample();
      clock.advance(STALL_MS - 1);
      sample();
    }
    expect(closed).toEqual([]);
    await read(socket, bytes - received);
    await expect.poll(() => open.size).toBe(0);
    sample();
    expect(unread.total).toBe(0);
    clock.advance(10 * STALL_MS);
    sample();
    expect(closed).toEqual([]);
  });

  it('gets no further response while it has more than 16 MiB to read', async () => {
    const { unread, closed, ask } = await running();
    await ask(24 * MIB, 1);
    expect(closed).toEqual(['bytes']);
    expect(unread.total).toBe(0);
  });

  it('is disconnected as the one that has waited longest if all together have too much to read', async () => {
    const { clock, unread, closed, ask, readSome, sample } = await running();
    const [first, second] = [await ask(14 * MIB), await ask(14 * MIB)];
    sample();
    clock.advance(1_000);
    // The first reads, so the second has waited longer.
    await readSome(first);
    sample();
    clock.advance(1_000);
    const third = await ask(8 * MIB);
    expect(closed).toEqual(['bytes']);
    expect(unread.total).toBeLessThanOrEqual(32 * MIB);
    await once(second.resume(), 'close');
    expect([first.destroyed, third.destroyed]).toEqual([false, false]);
  });
});

it('closes the connection of a further response if those before it had no time to read', async () => {
  const { unread, closed, ask, sample } = await running();
  const [first, second] = [await ask(14 * MIB), await ask(14 * MIB)];
  await ask(8 * MIB);
  expect(closed).toEqual(['bytes']);
  expect(unread.total).toBeGreaterThan(24 * MIB);
  expect([first.destroyed, second.destroyed]).toEqual([false, false]);
  sample();
  await ask(8 * MIB);
  expect(closed).toEqual(['bytes', 'bytes']);
  expect(unread.total).toBeGreaterThan(20 * MIB);
  expect(unread.total).toBeLessThan(24 * MIB);
});

describe('a client that does not read from the gateway', () => {
  const transports = {
    HTTP: 'application/json',
    'server-sent events': 'text/event-stream',
    WebSocket: undefined,
  };

  it.each(Object.entries(transports))(
    'over %s is disconnected after 30 seconds',
    async (_name, accept) => {
      const gateway = await runningGateway();
      const ids = Array.from({ length: 100 }, (_, index) => `job-${index}`);
      for (const jobId of ids)
        gateway.emulator.jobs.addAIJob({ jobId, status: 'success', data: 'x'.repeat(120_000) });
      const origin = await listening(gateway.app.listener, gateway.app.upgrade);
      const { port } = new URL(origin);
      const payload = { query: `{ aiJobs(ids: ${JSON.stringify(ids)}) { data } }` };
      const metric = async (name: string) =>
        Number(new RegExp(`^${name} (\\d+)`, 'm').exec((await gateway.app.metrics.text()).body)?.[1]);

      const closed = Promise.withResolvers<void>();
      if (accept) {
        const socket = connect(Number(port), '127.0.0.1').pause();
        onTestFinished(() => void socket.destroy());
        socket.on('error', () => {}).on('close', () => closed.resolve());
        const body = JSON.stringify(payload);
        socket.write(
          `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\naccept: ${accept}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        );
        closed.promise.catch(() => {});
        await expect.poll(() => metric('unread_bytes'), { timeout: 12_000 }).toBeGreaterThan(0);
        gateway.clock.advance(STALL_MS);
        await expect
          .poll(() => metric('connections_closed_unread_total\\{reason="stalled"\\}'), { timeout: 12_000 })
          .toBe(1);
        socket.resume();
      } else {
        const client = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
        onTestFinished(() => client.terminate());
        client.on('error', () => {}).on('close', () => closed.resolve());
        client.on('open', () => client.send('{"type":"connection_init"}'));
        await once(client, 'message');
        client.pause();
        client.send(JSON.stringify({ type: 'subscribe', id: '1', payload }));
        await expect.poll(() => metric('unread_bytes'), { timeout: 12_000 }).toBeGreaterThan(0);
        gateway.clock.advance(STALL_MS);
        await expect
          .poll(() => metric('connections_closed_unread_total\\{reason="stalled"\\}'), { timeout: 12_000 })
          .toBe(1);
        client.resume();
      }
      await closed.promise;
      expect(await metric('unread_bytes')).toBe(0);
    },
    20_000,
  );

  it('does not disconnect those that read', async () => {
    const gateway = await runningGateway();
    const ids = finishedJobs(gateway.emulator, 100);
    const origin = await listening(gateway.app.listener);
    const responses = await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`${origin}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: `{ aiJobs(ids: ${JSON.stringify(ids)}) { data } }` }),
        }).then((response) => response.json()),
      ),
    );
    for (const { data } of responses as { data: { aiJobs: unknown[] } }[]) {
      expect(data.aiJobs).toHaveLength(100);
    }
    const { body } = await gateway.app.metrics.text();
    expect(body).toMatch(/^connections_closed_unread_total\{reason="bytes"\} 0$/m);
  });
});
