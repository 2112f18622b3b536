import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { AIJobsDocument, SubmitAIJobDocument } from '../../schema/generated/graphql.ts';
import type { Emulator } from '../../src/emulator/server.ts';
import { streamingAt } from '../graphql/transports/streaming.ts';
import {
  type Environment,
  type GatewayProcess,
  startGateway,
  upstreamSettings,
} from '../support/gateway-process.ts';
import { listenOnLoopback } from '../support/listening.ts';
import { runningEmulator } from '../support/running-emulator.ts';
import { execute } from './client.ts';

const CLIENTS = 64;

/** A gateway process in front of an emulator whose every answer takes a while. */
async function slowGateway(
  env: Environment = {},
): Promise<{ emulator: Emulator; gateway: GatewayProcess; origin: string }> {
  const emulator = await runningEmulator();
  emulator.faults.add({ kind: 'latency', ms: 100 });
  const gateway = startGateway({ ...upstreamSettings(emulator), ...env });
  return { emulator, gateway, origin: await gateway.origin() };
}

/** What became of one request: its answer, or how its connection failed. */
interface Outcome {
  readonly id: string;
  /** When it was sent, by `performance.now()`. */
  readonly sentAt: number;
  /** Whether its connection had carried an answer before: then it certainly was accepted by the gateway. */
  readonly isKnownConnection: boolean;
  readonly status?: number;
  readonly body?: string;
  readonly isLast?: boolean;
  readonly failure?: string;
}

/** Asks for one job after the other over a connection that is kept, until no further connection can be had. */
async function askUntilRefused(origin: string, client: number): Promise<readonly Outcome[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const outcomes: Outcome[] = [];
  let last: Outcome | undefined;
  while (last?.failure === undefined) {
    last = await ask(origin, agent, `job-${client}-${outcomes.length}`);
    outcomes.push(last);
    // Some connections are idle at every moment, and carry their next request soon after it.
    await sleep((37 * client + 53 * outcomes.length) % 200);
  }
  agent.destroy();
  return outcomes;
}

function ask(origin: string, agent: Agent, id: string): Promise<Outcome> {
  const sentAt = performance.now();
  return new Promise((resolve) => {
    const asking = request(`${origin}/graphql`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json' },
    });
    const outcome = () => ({ id, sentAt, isKnownConnection: asking.reusedSocket });
    asking.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ ...outcome(), failure: error.code ?? error.message }),
    );
    asking.once('response', (response: IncomingMessage) => {
      const { statusCode: status = 0, headers } = response;
      text(response).then(
        (body) => resolve({ ...outcome(), status, body, isLast: headers.connection === 'close' }),
        () => resolve({ ...outcome(), failure: 'its answer was cut off' }),
      );
    });
    asking.end(
      JSON.stringify({
        query: 'query ($ids: [ID!]!) { aiJobs(ids: $ids) { id } }',
        variables: { ids: [id] },
      }),
    );
  });
}

describe('SIGTERM', () => {
  it(`cuts off none of the requests of ${CLIENTS} clients that were accepted`, async () => {
    const { emulator, gateway, origin } = await slowGateway();
    const clients = Array.from({ length: CLIENTS }, (_, client) => askUntilRefused(origin, client));
    const asked = () => emulator.calls.flatMap(({ parameters }) => parameters.JobIds?.split(',') ?? []);
    await expect.poll(() => asked().length, { timeout: 5_000 }).toBeGreaterThan(2 * CLIENTS);

    const toldAt = performance.now();
    gateway.signal('SIGTERM');
    const outcomes = (await Promise.all(clients)).flat();
    expect(await gateway.exited).toEqual({ code: 0, signal: null });

    const seen = new Set(asked());
    const failed = outcomes.filter(({ failure }) => failure !== undefined);
    // A request was accepted where its connection had been: it carried an answer before, or VOD was asked for its job.
    // The system may have established further connections that the gateway never saw; they are reset unread.
    const cutOff = failed.filter(({ id, isKnownConnection }) => isKnownConnection || seen.has(id));
    expect(cutOff).toEqual([]);
    expect(failed.filter(({ failure }) => !/^(ECONNREFUSED|ECONNRESET|EPIPE)$/.test(failure ?? ''))).toEqual(
      [],
    );
    const answered = outcomes.filter(({ failure }) => failure === undefined);
    for (const { status, body } of answered) {
      expect([status, body]).toEqual([200, '{"data":{"aiJobs":[null]}}']);
    }
    expect(failed).toHaveLength(CLIENTS);
    // Each connection carried one more answer that says that it is the last, those that were idle at the signal too.
    expect(answered.filter(({ isLast }) => isLast).length).toBeGreaterThanOrEqual(CLIENTS);
    expect(answered.some(({ sentAt }) => sentAt > toldAt)).toBe(true);
    expect(outcomes.length).toBeGreaterThan(2 * CLIENTS);
  });

  it('makes it unready at once, while connections are still taken for DRAIN_DELAY_MS', async () => {
    const { gateway, origin } = await slowGateway({ DRAIN_DELAY_MS: '1500' });
    expect((await fetch(`${origin}/ready`)).status).toBe(200);

    gateway.signal('SIGTERM');

    await expect.poll(async () => (await fetch(`${origin}/ready`)).status, { interval: 5 }).toBe(503);
    const agent = new Agent();
    const answer = await ask(origin, agent, 'job-0');
    expect(answer).toMatchObject({ status: 200, isKnownConnection: false, isLast: true });
    expect((await fetch(`${origin}/health`)).status).toBe(200);
    await expect
      .poll(async () => (await ask(origin, agent, 'job-1')).failure, { interval: 20, timeout: 5_000 })
      .toMatch(/^(ECONNREFUSED|ECONNRESET)$/);
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
  });

  it('ends streams, silent connections and WebSockets that do not say goodbye', async () => {
    const { gateway, origin } = await slowGateway();
    const { data } = await execute(origin, SubmitAIJobDocument, {
      input: { mediaId: 'video', types: ['VIDEO_TAG'] },
    });
    const id = data.submitAIJob.jobs?.[0]?.id ?? '';
    const subscriber = streamingAt(origin).over('graphql-ws')([id]);
    await expect.poll(() => subscriber.seen).toEqual([`${id} INIT`]);
    const { hostname, port } = new URL(origin);
    const silent = connect({ host: hostname, port: Number(port) });
    const deaf = await deafWebSocket(origin);

    gateway.signal('SIGTERM');

    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    silent.destroy();
    deaf.terminate();
    await subscriber.end;
  });

  it('ends at once at the second signal', async () => {
    const { emulator, gateway, origin } = await slowGateway();
    emulator.faults.add({ kind: 'stall' });
    const cutOff = execute(origin, AIJobsDocument, { ids: ['job-0'] }).catch(() => 'cut off');
    await expect.poll(() => emulator.calls.length).toBe(1);

    gateway.signal('SIGTERM');
    await sleep(500);
    gateway.signal('SIGTERM');

    expect(await gateway.exited).toEqual({ code: 1, signal: null });
    expect(await cutOff).toBe('cut off');
  });

  it('ends a gateway that is only starting', async () => {
    // A Postgres that accepts and never says a word.
    const mute = createServer(() => {});
    const port = await listenOnLoopback(mute);
    onTestFinished(() => void mute.close());
    const connected = new Promise((resolve) => mute.once('connection', resolve));
    const gateway = startGateway({
      AUTH_DISABLED: 'true',
      VOD_ENDPOINT: 'http://127.0.0.1:9',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'id',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret',
      DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/ledger`,
    });
    await connected;

    gateway.signal('SIGTERM');

    expect(await gateway.exited).toEqual({ code: 0, signal: null });
  });
});

/** A WebSocket whose client never answers the goodbye: it has stopped reading. */
async function deafWebSocket(origin: string): Promise<WebSocket> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('open', resolve));
  socket.pause();
  return socket;
}

describe('a submission that runs when the gateway is told to stop', () => {
  const query = 'mutation { submitAIJob(input: { mediaId: "v", types: [VIDEO_TAG] }) { jobs { id } } }';

  it('is answered over WebSocket before the goodbye', async () => {
    const { emulator, gateway, origin } = await slowGateway();
    emulator.faults.add({ kind: 'latency', ms: 1_500, action: 'SubmitAIJob' });
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const messages: string[] = [];
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (message) => {
      messages.push(String(message));
      if (messages.length === 1)
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    });
    await expect.poll(() => emulator.calls.some(({ action }) => action === 'SubmitAIJob')).toBe(true);

    gateway.signal('SIGTERM');

    expect(await closed).toBe(1001);
    const [made] = emulator.jobs.submittedAIJobs;
    expect(messages.join()).toContain(made?.jobId ?? 'no job was made');
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
  });

  it('is answered over a single event stream before it ends', async () => {
    const { emulator, gateway, origin } = await slowGateway();
    emulator.faults.add({ kind: 'latency', ms: 1_500, action: 'SubmitAIJob' });
    const url = `${origin}/graphql`;
    const token = await (await fetch(url, { method: 'PUT' })).text();
    const own = { 'x-graphql-event-stream-token': token };
    const stream = await fetch(url, { headers: { ...own, accept: 'text/event-stream' } });
    const told = stream.text();
    await fetch(url, {
      method: 'POST',
      headers: { ...own, 'content-type': 'application/json' },
      body: JSON.stringify({ query, extensions: { operationId: '1' } }),
    });
    await expect.poll(() => emulator.calls.some(({ action }) => action === 'SubmitAIJob')).toBe(true);

    gateway.signal('SIGTERM');

    const [text, exit] = await Promise.all([told, gateway.exited]);
    expect(text).toContain(emulator.jobs.submittedAIJobs[0]?.jobId ?? 'no job was made');
    expect(exit).toEqual({ code: 0, signal: null });
  });
});
