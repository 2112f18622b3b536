import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { clientAddresses } from '../../src/http/client-address.ts';
import { HalfOpenConnections } from '../../src/http/half-open.ts';
import { listenOnLoopback } from '../support/listening.ts';
import { ManualClock } from '../support/manual-clock.ts';

const REQUEST = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{';

/** A server that responds to each request at once, with 200 to those with `x-api-key`, and with 401 to all others. */
async function place({ trustedProxies = [] }: { readonly trustedProxies?: readonly string[] } = {}) {
  const clock = new ManualClock();
  const addresses = clientAddresses(trustedProxies);
  const halfOpen = new HalfOpenConnections({ addresses, clock, limits: { max: 5, maxPerAddress: 3 } });
  const server = createServer((request, response) => {
    const isKnown = request.headers['x-api-key'] !== undefined;
    if (isKnown) halfOpen.know(request);
    response.writeHead(isKnown ? 200 : 401).end();
  });
  halfOpen.watch(server);
  const port = await listenOnLoopback(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  /** Opens a connection and sends a text. Resolves when the server has accepted it. */
  const open = async (text: string) => {
    const accepted = once(server, 'connection');
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    onTestFinished(() => void socket.destroy());
    socket.write(text);
    await accepted;
    return socket;
  };
  return { clock, open };
}

it('of connections that never complete a header, the oldest are closed', async () => {
  const { open } = await place();
  const first = await open('POST / HTTP/1.1\r\n');
  const others = [await open('POST / HTTP/1.1\r\n'), await open(''), await open('G')];
  await once(first, 'close');
  expect(others.map(({ closed }) => closed)).toEqual([false, false, false]);
});

it('connections with valid credentials are not counted, before and between requests', async () => {
  const { open } = await place();
  const known = [];
  for (let index = 0; index < 5; index++) {
    const socket = await open('GET / HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\n\r\n');
    await once(socket, 'data');
    known.push(socket);
  }
  const stranger = await open('');
  for (let index = 0; index < 3; index++) await open('');
  await once(stranger, 'close');
  expect(known.map(({ closed }) => closed)).toEqual([false, false, false, false, false]);
});

it('after a 401, the rest of the body has three seconds', async () => {
  const { open, clock } = await place();
  const socket = await open(REQUEST);
  await once(socket, 'data');
  await expect.poll(() => clock.pending).toBe(1);
  clock.advance(2_999);
  expect(socket.closed).toBe(false);
  clock.advance(1);
  await once(socket, 'close');
  expect(clock.pending).toBe(0);
});

it('a connection counts once, however many requests it sends at once', async () => {
  const { open } = await place();
  const request = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
  const piped = await open(request.repeat(3));
  let responses = '';
  piped.on('data', (chunk) => {
    responses += String(chunk);
  });
  await expect.poll(() => responses.split(' 401 ')).toHaveLength(4);
  // Three connections, which is the limit.
  await open('');
  await open('');
  piped.write(request);
  await expect.poll(() => responses.split(' 401 ')).toHaveLength(5);
});

it('connections of trusted proxies are not counted', async () => {
  const { open } = await place({ trustedProxies: ['127.0.0.1'] });
  const sockets = [];
  for (let index = 0; index < 10; index++) sockets.push(await open(''));
  const last = await open('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(last, 'data');
  expect(sockets.filter(({ closed }) => closed)).toEqual([]);
});
