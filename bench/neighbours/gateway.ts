import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { aiJobRecords } from '../../src/jobs/records.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { submittedAIJob } from '../../src/vod/ai-jobs.ts';
import { freePort, type Running, SERVER_CPU, start } from '../processes.ts';

/** The response to one request of a caller. */
export interface Answer {
  readonly ms: number;
  /** The codes of its errors. */
  readonly errors: readonly string[];
  readonly data: Record<string, unknown> | null;
}

const callers = Array.from({ length: 40 }, (_, index) => `caller-${index}`);

/** A gateway as a process, with an API key for each caller. */
export class SharedGateway {
  readonly origin: string;
  readonly #gateway: Running;
  readonly #folder: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 200 });
  #videoField: string | undefined;

  private constructor(gateway: Running, folder: string) {
    this.#gateway = gateway;
    this.#folder = folder;
    this.origin = gateway.origin;
  }

  /** @param dueJobIds jobs in the ledger that are due soon after the start */
  static async start(
    mainFile: string,
    upstream: string,
    env: NodeJS.ProcessEnv = {},
    dueJobIds: readonly string[] = [],
  ): Promise<SharedGateway> {
    const folder = mkdtempSync(join(tmpdir(), 'vod-gateway-neighbours-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    const keysFile = join(folder, 'keys.json');
    const scopes = ['jobs:read', 'jobs:submit'];
    const keyOf = (name: string) => ({
      name,
      sha256: createHash('sha256').update(name).digest('hex'),
      scopes,
    });
    writeFileSync(keysFile, JSON.stringify(callers.map(keyOf)));
    if (dueJobIds.length > 0) await recordDueJobs(folder, dueJobIds);
    const port = await freePort();
    const gateway = await start('the gateway', SERVER_CPU, [process.execPath, mainFile], port, {
      PORT: String(port),
      VOD_ENDPOINT: upstream,
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'bench',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'bench',
      SUBMIT_LIMIT_PER_DAY: '0',
      API_KEYS_FILE: keysFile,
      LOG_LEVEL: 'silent',
      DATA_DIR: folder,
      ...env,
    });
    return new SharedGateway(gateway, folder);
  }

  async query(caller: number, query: string, variables: object): Promise<Answer> {
    const startedAt = performance.now();
    try {
      const text = await this.#post(callers[caller] ?? '', JSON.stringify({ query, variables }));
      const result = JSON.parse(text) as {
        readonly data?: Record<string, unknown> | null;
        readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
      };
      const errors = (result.errors ?? []).map(({ extensions }) => extensions?.code ?? 'none');
      return { ms: performance.now() - startedAt, errors, data: result.data ?? null };
    } catch (error) {
      return { ms: performance.now() - startedAt, errors: [String(error)], data: null };
    }
  }

  readJob(caller: number, id: string): Promise<Answer> {
    return this.query(caller, 'query ($id: ID!) { aiJob(id: $id) { id status } }', { id });
  }

  readJobs(caller: number, ids: readonly string[]): Promise<Answer> {
    return this.query(caller, 'query ($ids: [ID!]!) { aiJobs(ids: $ids) { id status } }', { ids });
  }

  async submit(caller: number, videoId: string): Promise<Answer> {
    this.#videoField ??= await this.#videoFieldOfInput();
    return this.query(
      caller,
      'mutation ($input: SubmitAIJobInput!) { submitAIJob(input: $input) { jobs { id } userErrors { message } } }',
      { input: { [this.#videoField]: videoId, types: ['VIDEO_TAG'] } },
    );
  }

  /** Follows a job. Calls back with each state. */
  follow(caller: number, id: string, onStatus: (status: string) => void): void {
    const query = 'subscription ($ids: [ID!]!) { aiJobUpdated(ids: $ids) { id status } }';
    const body = JSON.stringify({ query, variables: { ids: [id] } });
    const headers = { ...headersOf(callers[caller] ?? '', body), accept: 'text/event-stream' };
    const follow = request(`${this.origin}/graphql`, { method: 'POST', headers }, (response) => {
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        for (const [, status] of text.matchAll(/"status":"(\w+)"/g)) onStatus(status ?? '');
      });
      response.on('error', () => {});
    });
    follow.on('error', () => {});
    follow.end(body);
  }

  async isReady(): Promise<boolean> {
    return (await fetch(`${this.origin}/ready`)).status === 200;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await this.#gateway.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #videoFieldOfInput(): Promise<string> {
    const query = '{ __type(name: "SubmitAIJobInput") { inputFields { name } } }';
    const { data } = await this.query(0, query, {});
    return JSON.stringify(data).includes('"videoId"') ? 'videoId' : 'mediaId';
  }

  #post(key: string, body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = { ...headersOf(key, body), accept: 'application/json' };
      const post = request(
        `${this.origin}/graphql`,
        { method: 'POST', agent: this.#agent, headers },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () => resolve(text));
          response.on('error', reject);
        },
      );
      post.on('error', reject);
      post.end(body);
    });
  }
}

function headersOf(key: string, body: string): Record<string, string | number> {
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-api-key': key,
  };
}

/** Records jobs as submitted an hour ago. They are due three seconds after their record. */
async function recordDueJobs(dataDir: string, ids: readonly string[]): Promise<void> {
  const ledger = await openLedger({ dataDir, clock: systemClock });
  const now = Date.now();
  const records = ids.map((id) => {
    const job = submittedAIJob({ id, videoId: 'video', type: 'VIDEO_TAG', requestId: undefined });
    return aiJobRecords.toRecord(job, now, { id: `submission-${id}`, submittedAt: now - 3_600_000 });
  });
  await ledger.record(records, { addUnknown: true });
  await ledger.close();
}
