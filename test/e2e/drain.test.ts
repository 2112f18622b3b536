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

/** Starts a gateway in front of an emulator that responds after 100 ms. */
async function slowGateway(
  env: Environment = {},
): Promise<{ emulator: Emulator; gateway: GatewayProcess; origin: string }> {
  const emulator = await runningEmulator();
  emulator.faults.add({ kind: 'latency', ms: 100 });
  const gateway = startGateway({ ...upstreamSettings(emulator), ...env });
  return { emulator, gateway, origin: await gateway.origin() };
}

/** The result of one request: its response, or the failure of its connection. */
interface Outcome {
  readonly id: string;
  /** Whether its connection carried a response before. If so, the gateway had accepted the connection. */
  readonly isKnownConnection: boolean;
  readonly status?: number;
  readonly body?: string;
  readonly isLast?: boolean;
  readonly failure?: string;
}

/** Looks up one job after the other over a keep-alive connection, until no new connection can be opened. */
async function askUntilRejected(origin: string, client: number): Promise<readonly Outcome[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const outcomes: Outcome[] = [];
  let last: Outcome | undefined;
  while (last?.failure === undefined) {
    last = await ask(origin, agent, `job-${client}-${outcomes.length}`);
    outcomes.push(last);
    // At every moment some connections are idle, and carry a request soon after.
    await sleep((37 * client + 53 * outcomes.length) % 200);
  }
  agent.destroy();
  return outcomes;
}

function ask(origin: string, agent: Agent, id: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const asking = request(`${origin}/graphql`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json' },
    });
    const outcome = () => ({ id, isKnownConnection: asking.reusedSocket });
    asking.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ ...outcome(), failure: error.code ?? error.message }),
    );
    asking.once('response', (response: IncomingMessage) => {
      const { statusCode: status = 0, headers } = response;
      text(response).then(
        (body) => resolve({ ...outcome(), status, body, isLast: headers.connection === 'close' }),
        () => resolve({ ...outcome(), failure: 'the response was cut off' }),
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
  it(`cuts off no accepted request of ${CLIENTS} clients`, async () => {
    const { emulator, gateway, origin } = await slowGateway();
    const clients = Array.from({ length: CLIENTS }, (_, client) => askUntilRejected(origin, client));
    const asked = () => emulator.calls.flatMap(({ parameters }) => parameters.JobIds?.split(',') ?? []);
    await expect.poll(() => asked().length, { timeout: 5_000 }).toBeGreaterThan(2 * CLIENTS);

    gateway.signal('SIGTERM');
    const outcomes = (await Promise.all(clients)).flat();
    expect(await gateway.exited).toEqual({ code: 0, signal: null });

    const seen = new Set(asked());
    const failed = outcomes.filter(({ failure }) => failure !== undefined);
    // A request was accepted if its connection carried a response before, or if VOD was called for its job. The kernel
    // may have established other connections that the gateway never saw. It resets them.
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
    // Each connection carried one more response, with `Connection: close`, also if it was idle at the signal.
    expect(answered.filter(({ isLast }) => isLast).length).toBeGreaterThanOrEqual(CLIENTS);
    expect(outcomes.length).toBeGreaterThan(2 * CLIENTS);
  });

  it.each(['cold', 'warm'].flatMap((state) => [5, 20, 40, 60].map((ms) => [state, ms] as const)))(
    `answers all of ${CLIENTS} connections that are opened %2$i ms before it, if it is %1$s`,
    async (state, ms) => {
      const gateway = startGateway(upstreamSettings(await runningEmulator()));
      const origin = await gateway.origin();
      const agent = new Agent({ keepAlive: false });
      const askAll = () =>
        Array.from({ length: CLIENTS }, (_, client) => ask(origin, agent, `job-${client}`));
      if (state === 'warm') for (let round = 0; round < 5; round++) await Promise.all(askAll());

      const asking = askAll();
      await sleep(ms);
      gateway.signal('SIGTERM');

      const answers = await Promise.all(asking);
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      expect(await gateway.exited).toEqual({ code: 0, signal: null });
    },
  );

  it('makes the gateway unready at once, while it still accepts connections for DRAIN_DELAY_MS', async () => {
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

  it('closes streams, silent connections and WebSockets whose clients do not respond', async () => {
    const { gateway, origin } = await slowGateway();
    const { data } = await execute(origin, SubmitAIJobDocument, {
      input: { videoId: 'video', types: ['VIDEO_TAG'] },
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

  it('exits immediately at the second signal', async () => {
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

  it('stops a gateway that is still starting', async () => {
    // A Postgres that accepts connections and never responds.
    const mute = createServer(() => {});
    const port = await listenOnLoopback(mute);
    onTestFinished(() => void mute.close());
    const connected = new Promise((resolve) => mute.once('connection', resolve));
    const gateway = startGateway({
      AUTH_DISABLED: 'true',
      VOD_ENDPOINT: 'http://127.0.0.1:9',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'id',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret',
      SUBMIT_LIMIT_PER_DAY: '0',
      DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/ledger`,
    });
    await connected;

    gateway.signal('SIGTERM');

    expect(await gateway.exited).toEqual({ code: 0, signal: null });
  });
});

/** A WebSocket whose client has stopped reading and does not respond to a close. */
async function deafWebSocket(origin: string): Promise<WebSocket> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('open', resolve));
  socket.pause();
  return socket;
}

describe('a submission that is under way at SIGTERM', () => {
  const query = 'mutation { submitAIJob(input: { videoId: "v", types: [VIDEO_TAG] }) { jobs { id } } }';

  it('gets its response over WebSocket before the close', async () => {
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

  it('is answered over server-sent events before the stream ends', async () => {
    const { emulator, gateway, origin } = await slowGateway();
    emulator.faults.add({ kind: 'latency', ms: 1_500, action: 'SubmitAIJob' });
    const stream = fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
    });
    const told = stream.then((response) => response.text());
    await expect.poll(() => emulator.calls.some(({ action }) => action === 'SubmitAIJob')).toBe(true);

    gateway.signal('SIGTERM');

    const [text, exit] = await Promise.all([told, gateway.exited]);
    expect(text).toContain(emulator.jobs.submittedAIJobs[0]?.jobId ?? 'no job was made');
    expect(exit).toEqual({ code: 0, signal: null });
  });
});
