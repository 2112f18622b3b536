import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { ATTACK_MS, type AttackedGateway, attackedGateway, keys } from './attacked-gateway.ts';
import { resultOf, vodWithResults } from './vod-with-results.ts';

const CLIENTS = 60;
/** Sockets of the gateway itself: those to VOD, and that of the neighbour. */
const OTHER_SOCKETS = 15;

const hundredResults = {
  query: 'query ($v: [ID!]!) { aiJobs(ids: $v) { data } }',
  variables: { v: Array.from({ length: 100 }, (_, index) => `job-${index}`) },
};

/** The bytes of a request, of which the gateway gets only the first `part` of the body. */
function requestOf(key: string, body: string, accept = 'application/json', part = body.length): string {
  return (
    `POST /graphql HTTP/1.1\r\nhost: gateway\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\n` +
    `accept: ${accept}\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, part)}`
  );
}

/** A connection that sends these bytes and never reads. */
function connection({ port }: AttackedGateway, bytes: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.pause().on('error', () => {});
  socket.write(bytes);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** A WebSocket that asks for the results and then never reads. */
async function webSocket({ port }: AttackedGateway): Promise<void> {
  const headers = { 'x-api-key': keys.attacker };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { headers });
  socket.on('error', () => {});
  onTestFinished(() => socket.terminate());
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await Promise.race([closed, new Promise((resolve) => socket.once('open', resolve))]);
  // The gateway may reject the client, which is one of its defences.
  if (socket.readyState !== socket.OPEN) return;
  socket.send('{"type":"connection_init"}');
  await Promise.race([closed, new Promise((resolve) => socket.once('message', resolve))]);
  if (socket.readyState !== socket.OPEN) return;
  socket.pause();
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: hundredResults }));
}

async function expectServed(gateway: AttackedGateway): Promise<void> {
  const { status, data } = await gateway.ask({ query: '{ aiJob(id: "job-1") { id } }' }, keys.neighbour);
  expect({ status, data }).toEqual({ status: 200, data: { aiJob: { id: 'job-1' } } });
}

it(
  'clients that do not read their responses are disconnected, on every transport',
  async () => {
    const gateway = await attackedGateway((await vodWithResults({ data: resultOf(45_000) })).origin);
    const { bytes } = await gateway.ask(hundredResults);
    expect(bytes).toBeGreaterThan(4_500_000);

    await gateway.survives(async () => {
      const body = JSON.stringify(hundredResults);
      for (let client = 0; client < CLIENTS; client++) connection(gateway, requestOf(keys.attacker, body));
      for (let client = 0; client < 10; client++) {
        connection(gateway, requestOf(keys.attacker, body, 'text/event-stream'));
        await webSocket(gateway);
      }
      await expectServed(gateway);
      // A client may make no progress for 30 seconds.
      await expect
        .poll(() => gateway.sockets(), { timeout: 45_000, interval: 500 })
        .toBeLessThan(OTHER_SOCKETS);
      await expectServed(gateway);
    });
  },
  ATTACK_MS,
);

it(
  'bodies that do not arrive hold no slot that another caller needs',
  async () => {
    const gateway = await attackedGateway((await vodWithResults()).origin);
    const body = JSON.stringify(hundredResults);

    await gateway.survives(async () => {
      const sockets = Array.from({ length: 1_000 }, () =>
        connection(gateway, requestOf(keys.attacker, body, 'application/json', 20)),
      );
      await Promise.all(sockets.map((socket) => socket.connecting && once(socket, 'connect')));
      for (let request = 0; request < 50; request++) await expectServed(gateway);
    });
  },
  ATTACK_MS,
);
