import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { signedHeaders } from '../../src/emulator/events/delivery.ts';
import { eventOf } from '../../src/emulator/events/event.ts';
import { type Emulator, startEmulator } from '../../src/emulator/server.ts';
import { jobId, UNFINISHED } from '../jobs.ts';
import { cpuMs, freePort, type Running, SERVER_CPU, start } from '../processes.ts';
import { CallCost } from './upstream.ts';

/** What one call to the upstream takes at least. */
export const UPSTREAM_MS = 20;
const CALLBACK_KEY = 'bench-callback-key';
/** For how long a gateway is left alone before its memory is measured. */
const SETTLE_MS = 2_000;

/** What a gateway's own metrics tell. */
export interface GatewayState {
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly streams: number;
  readonly subscriptions: number;
}

/** A gateway as a process of its own, in front of an emulator in this one, which sends it signed events. */
export class LiveGateway {
  readonly calls = new CallCost();
  readonly #emulator: Emulator;
  readonly #gateway: Running;
  readonly #callbackUrl: string;
  readonly #inspectorPort: number;
  readonly #folder: string;
  readonly #agent = new Agent({ keepAlive: true });
  #jobs = 0;

  private constructor(
    emulator: Emulator,
    gateway: Running,
    callbackUrl: string,
    inspectorPort: number,
    folder: string,
  ) {
    this.#emulator = emulator;
    this.#gateway = gateway;
    this.#callbackUrl = callbackUrl;
    this.#inspectorPort = inspectorPort;
    this.#folder = folder;
  }

  /** @param root the checkout to run */
  static async start(root = join(import.meta.dirname, '../..')): Promise<LiveGateway> {
    const port = await freePort();
    const inspectorPort = await freePort();
    const callbackUrl = `http://127.0.0.1:${port}/callbacks/vod`;
    const emulator = await startEmulator({ qps: {}, callback: { url: callbackUrl, key: CALLBACK_KEY } });
    emulator.faults.add({ kind: 'latency', action: 'ListAIJob', ms: UPSTREAM_MS });
    const folder = mkdtempSync(join(tmpdir(), 'vod-gateway-live-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    const command = [
      process.execPath,
      // For nothing but collecting garbage before memory is measured.
      `--inspect=127.0.0.1:${inspectorPort}`,
      '--inspect-publish-uid=http',
      join(root, 'src/main.ts'),
    ];
    const gateway = await start('the gateway', SERVER_CPU, command, port, {
      NODE_ENV: 'production',
      PORT: String(port),
      VOD_ENDPOINT: emulator.origin,
      ALIBABA_CLOUD_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: emulator.credentials.accessKeySecret,
      AUTH_DISABLED: 'true',
      SUBMIT_LIMIT_PER_DAY: '0',
      // The load is that of many callers. The limits stay on, so that they are part of what is measured.
      RATE_LIMIT_PER_MINUTE: '10000000',
      VOD_CALLBACK_URL: callbackUrl,
      VOD_CALLBACK_KEYS: CALLBACK_KEY,
      LOG_LEVEL: 'warn',
      DATA_DIR: folder,
    });
    return new LiveGateway(emulator, gateway, callbackUrl, inspectorPort, folder);
  }

  get url(): string {
    return `${this.#gateway.origin}/graphql`;
  }

  /** The processor time that the gateway has used, in milliseconds. */
  get cpuMs(): number {
    return cpuMs(this.#gateway.pid);
  }

  /** Puts in new jobs that are under way until {@link finish}, as if they were made so long ago. */
  addJobs(count: number, ageMs: number): string[] {
    const createdAt = Date.now() - ageMs;
    return Array.from({ length: count }, () => {
      const id = jobId(UNFINISHED, this.#jobs++);
      this.#emulator.jobs.addAIJob({ jobId: id, mediaId: id, createdAt, status: 'processing' });
      return id;
    });
  }

  /** From now on the upstream says that these have succeeded; it tells nobody by itself. */
  finish(ids: readonly string[]): void {
    for (const id of ids) {
      const createdAt = this.#emulator.jobs.findAIJob(id)?.createdAt ?? Date.now();
      this.#emulator.jobs.addAIJob({
        jobId: id,
        mediaId: id,
        createdAt,
        status: 'success',
        completedAt: Date.now(),
      });
    }
  }

  /** Sends a job's event as VOD does: over a connection of its own, again where it is not taken. */
  async sendEvent(id: string): Promise<void> {
    const { outcome } = await this.#emulator.events.send(id);
    if (outcome !== 'delivered') throw new Error(`the event of ${id} was ${outcome}`);
  }

  /**
   * Posts a job's event over a connection that is there already.
   *
   * @param onSent called just before the request leaves
   */
  async postEvent(id: string, onSent: () => void): Promise<void> {
    const job = this.#emulator.jobs.findAIJob(id);
    if (!job) throw new Error(`expected a job ${id}`);
    const body = JSON.stringify(eventOf(job, Date.now()));
    const headers = {
      'content-type': 'application/json;charset=utf-8',
      'content-length': Buffer.byteLength(body),
      ...signedHeaders(this.#callbackUrl, Date.now(), CALLBACK_KEY),
    };
    const post = request(this.#callbackUrl, { method: 'POST', agent: this.#agent, headers });
    onSent();
    post.end(body);
    const [response] = await once(post, 'response');
    const answer = await text(response);
    if (response.statusCode !== 200)
      throw new Error(`an event was answered ${response.statusCode}: ${answer}`);
  }

  async state(): Promise<GatewayState> {
    const text = await (await fetch(`${this.#gateway.origin}/metrics`)).text();
    const sum = (name: string) => {
      const samples = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))];
      if (samples.length === 0) throw new Error(`the gateway has no metric ${name}`);
      return samples.reduce((total, [, value]) => total + Number(value), 0);
    };
    return {
      heapBytes: sum('nodejs_heap_size_used_bytes'),
      rssBytes: sum('process_resident_memory_bytes'),
      streams: sum('streams_open'),
      subscriptions: sum('subscriptions_active'),
    };
  }

  /** Its state once it has come to rest and its garbage has been collected, over the inspector. */
  async settledState(): Promise<GatewayState> {
    await sleep(SETTLE_MS);
    const response = await fetch(`http://127.0.0.1:${this.#inspectorPort}/json`);
    const [target] = (await response.json()) as { readonly webSocketDebuggerUrl: string }[];
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
    await once(socket, 'open');
    // The second one takes what the first has only found to be unused.
    for (const id of [1, 2]) {
      socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
      await once(socket, 'message');
    }
    socket.close();
    await once(socket, 'close');
    await sleep(200);
    return this.state();
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.calls.close();
    await this.#gateway.stop();
    await this.#emulator.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Looks again and again until it is so; throws where that takes too long. */
export async function until(isSo: () => boolean | Promise<boolean>, ms: number, what: string): Promise<void> {
  for (const deadline = performance.now() + ms; !(await isSo()); await sleep(20)) {
    if (performance.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
  }
}
