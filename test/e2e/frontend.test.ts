import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema, introspectionFromSchema, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { keys } from '../../schema/generated/graphcache-keys.ts';
import {
  FollowAIJobsDocument,
  KnownAIJobsDocument,
  ReadAIJobResultDocument,
  SubmitAIJobDocument,
} from '../../schema/generated/graphql.ts';
import manifest from '../../schema/generated/persisted-documents.json' with { type: 'json' };
import generated from '../../schema/generated/possible-types.json' with { type: 'json' };
import { entryOf } from '../auth/key-file.ts';
import { createApolloClient } from '../clients/frontend/apollo.ts';
import { send } from '../clients/frontend/fetch.ts';
import { createRelayEnvironment } from '../clients/frontend/relay.ts';
import { retryDelay } from '../clients/frontend/retry.ts';
import { createEventClient } from '../clients/frontend/server-sent-events.ts';
import { submit } from '../clients/frontend/submit.ts';
import { createUrqlClient } from '../clients/frontend/urql.ts';
import { waitForJob } from '../clients/frontend/wait.ts';
import { createWebSocketClient } from '../clients/frontend/web-socket.ts';
import { GatewayProcess } from '../support/gateway-process.ts';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const read = (name: string) => readFileSync(path(name), 'utf8');

const apiKey = 'key-of-the-frontend';
const folder = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-frontend-'));
let gateway: GatewayProcess;
let url: string;

beforeAll(async () => {
  const file = join(folder, 'keys.json');
  writeFileSync(file, JSON.stringify([entryOf('frontend', apiKey, ['jobs:read', 'jobs:submit'])]));
  gateway = new GatewayProcess({ API_KEYS_FILE: file });
  url = `${await gateway.origin()}/graphql`;
}, 60_000);
afterAll(async () => {
  await gateway.end();
  rmSync(folder, { recursive: true });
});

/** Submits a video with plain fetch, and returns the id of its job. */
async function submitted(videoId: string): Promise<string> {
  const { data } = await submit(url, apiKey, videoId, crypto.randomUUID());
  return data?.submitAIJob?.jobs?.[0]?.id ?? '';
}

interface States {
  next(event: { data?: { aiJobUpdated?: { status: string } | null } | null }): void;
  error(error: unknown): void;
  complete(): void;
}

/** Collects the states of a job until the subscription ends. */
function statesOf(subscribe: (sink: States) => unknown): Promise<readonly (string | undefined)[]> {
  const states: (string | undefined)[] = [];
  return new Promise((resolve, reject) => {
    subscribe({
      next: ({ data }) => void states.push(data?.aiJobUpdated?.status),
      error: reject,
      complete: () => resolve(states),
    });
  });
}

describe('docs/frontend.md', () => {
  const blocks = [...read('docs/frontend.md').matchAll(/^([^\n]*)\n+```\w*\n(.*?)```$/gms)].map(
    ([, before = '', code]) => ({
      source: /\]\(\.\.\/([\w./-]+)\)[^\n]*$/.exec(before)?.[1] ?? before,
      code,
    }),
  );

  it('has code', () => {
    expect(blocks.length).toBeGreaterThan(8);
    expect(read('docs/frontend.md').match(/^```/gm)).toHaveLength(2 * blocks.length);
  });

  it.each(blocks)('shows $source as it is', ({ source, code }) => {
    expect(source).toMatch(/^test\/clients\/frontend\/[\w-]+\.ts$/);
    expect(code).toBe(read(source));
  });
});

describe('plain fetch', () => {
  it('submits with an idempotency key and waits', async () => {
    const key = crypto.randomUUID();
    const [first, again] = [await submit(url, apiKey, 'talk', key), await submit(url, apiKey, 'talk', key)];
    expect(first).toMatchObject({ data: { submitAIJob: { jobs: [{ type: 'VIDEO_TAG' }], userErrors: [] } } });
    expect(again.data?.submitAIJob?.jobs?.[0]?.id).toBe(first.data?.submitAIJob?.jobs?.[0]?.id);
    const id = first.data?.submitAIJob?.jobs?.[0]?.id ?? '';
    expect(await waitForJob(url, apiKey, id)).toMatchObject({ id, status: 'SUCCESS' });
    await expect(waitForJob(url, apiKey, 'no-such-job')).rejects.toThrow('there is no such job');
  });

  it('gets user errors and errors', async () => {
    const { data } = await submit(url, apiKey, 'missing', crypto.randomUUID());
    expect(data?.submitAIJob?.userErrors).toMatchObject([{ code: 'REJECTED_BY_VOD' }]);
    const { errors } = await send(url, 'another-key', '{ __typename }', {});
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it('retries what is temporary', () => {
    const delay = (code: string, attempt: number, retryAfterMs?: number) =>
      retryDelay({ message: '', extensions: { code, ...(retryAfterMs && { retryAfterMs }) } }, attempt);
    expect(delay('RATE_LIMITED', 1, 7)).toBe(7);
    expect(delay('UPSTREAM_TIMEOUT', 2)).toBe(4_000);
    expect(delay('SUBMISSION_OUTCOME_UNKNOWN', 1)).toBe(2_000);
    expect(delay('UPSTREAM_TIMEOUT', 3)).toBeUndefined();
    expect(delay('BAD_USER_INPUT', 1)).toBeUndefined();
  });
});

it('urql lists a submitted job, follows it, and has its result in the cache', async () => {
  const schema = introspectionFromSchema(buildSchema(read('schema/schema.graphql')));
  const client = createUrqlClient({ url, apiKey, schema, keys });
  const lists: number[] = [];
  const list = client.query(KnownAIJobsDocument, { filter: { videoId: 'of-urql' } });
  const { unsubscribe } = list.subscribe(
    ({ data }) => void lists.push(data?.knownAIJobs?.edges.length ?? -1),
  );
  await expect.poll(() => lists).toEqual([0]);

  const input = { videoId: 'of-urql', types: ['VIDEO_TAG' as const] };
  const { data } = await client.mutation(SubmitAIJobDocument, { input }).toPromise();
  const id = data?.submitAIJob?.jobs?.[0]?.id ?? '';
  await expect.poll(() => lists.at(-1)).toBe(1);
  unsubscribe();

  await client.query(ReadAIJobResultDocument, { id }).toPromise();
  const follow = client.subscription(FollowAIJobsDocument, { ids: [id] });
  let last: string | null | undefined;
  const following = follow.subscribe((result) => {
    last = result.data?.aiJobUpdated?.status;
  });
  await expect.poll(() => last, { timeout: 20_000 }).toBe('SUCCESS');
  following.unsubscribe();
  const cached = client.readQuery(ReadAIJobResultDocument, { id });
  expect(cached?.data?.aiJob).toMatchObject({ status: 'SUCCESS', result: { __typename: 'VideoTagResult' } });
});

it('Apollo Client submits a job, follows it, and has its result in the cache', async () => {
  const client = createApolloClient({ url, apiKey, possibleTypes: generated.possibleTypes });
  onTestFinished(() => client.stop());
  const variables = { filter: { videoId: 'of-apollo' } };
  const list = client.watchQuery({ query: KnownAIJobsDocument, variables });
  const lists: (number | undefined)[] = [];
  const listing = list.subscribe(({ dataState, data }) => {
    if (dataState === 'complete') lists.push(data.knownAIJobs?.edges.length);
  });
  await expect.poll(() => lists).toEqual([0]);
  const { data } = await client.mutate({
    mutation: SubmitAIJobDocument,
    variables: { input: { videoId: 'of-apollo', types: ['VIDEO_TAG'] } },
    refetchQueries: ['KnownAIJobs'],
  });
  const id = data?.submitAIJob?.jobs?.[0]?.id ?? '';
  await expect.poll(() => lists.at(-1)).toBe(1);
  listing.unsubscribe();

  await client.query({ query: ReadAIJobResultDocument, variables: { id } });
  const events = client.subscribe({ query: FollowAIJobsDocument, variables: { ids: [id] } });
  expect((await statesOf((sink) => events.subscribe(sink as never))).at(-1)).toBe('SUCCESS');
  const cached = client.readQuery({ query: ReadAIJobResultDocument, variables: { id } });
  expect(cached?.aiJob).toMatchObject({ status: 'SUCCESS', result: { __typename: 'VideoTagResult' } });
});

it('Relay reads by text and by id, and follows a job', async () => {
  const network = createRelayEnvironment(url, apiKey).getNetwork();
  const id = await submitted('of-relay');
  const operation = (operationKind: 'query' | 'subscription', text: string | null, documentId = '') =>
    ({ id: documentId, cacheID: '', name: '', operationKind, text, metadata: {} }) as const;
  const query = operation('query', 'query Q($id: ID!) { aiJob(id: $id) { id } }');
  expect(await network.execute(query as never, { id }, {}).toPromise()).toMatchObject({
    data: { aiJob: { id } },
  });
  const [documentId = ''] = Object.entries(manifest).find(([, text]) => text.includes('query AIJob(')) ?? [];
  const persisted = operation('query', null, documentId);
  expect(await network.execute(persisted as never, { id }, {}).toPromise()).toMatchObject({
    data: { aiJob: { id } },
  });
  const follow = operation(
    'subscription',
    'subscription ($ids: [ID!]!) { aiJobUpdated(ids: $ids) { status } }',
  );
  const events = network.execute(follow as never, { ids: [id] }, {});
  expect((await statesOf((sink) => events.subscribe(sink as never))).at(-1)).toBe('SUCCESS');
});

describe.each([
  ['graphql-sse', createEventClient, { message: 'the gateway responded with 401' }],
  ['graphql-ws', createWebSocketClient, { code: 4403 }],
] as const)('%s', (_name, createClient, rejection) => {
  const query = 'subscription ($ids: [ID!]!) { aiJobUpdated(ids: $ids) { status } }';
  it('follows a job with a key', async () => {
    const client = createClient(url, () => apiKey);
    onTestFinished(() => client.dispose());
    const variables = { ids: [await submitted('followed')] };
    const states = await statesOf((sink) => client.subscribe({ query, variables }, sink as never));
    expect(states.at(-1)).toBe('SUCCESS');
  });

  it('is rejected without a valid key', async () => {
    const client = createClient(url, () => 'another-key');
    onTestFinished(() => client.dispose());
    const states = statesOf((sink) => client.subscribe({ query, variables: { ids: ['a'] } }, sink as never));
    await expect(states).rejects.toMatchObject(rejection);
  });
});

it('the configuration of graphql-codegen keeps the names of the schema', async () => {
  const project = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-codegen-'));
  onTestFinished(() => rmSync(project, { recursive: true }));
  mkdirSync(join(project, 'src'));
  symlinkSync(path('schema/node_modules'), join(project, 'node_modules'));
  copyFileSync(path('schema/schema.graphql'), join(project, 'schema.graphql'));
  copyFileSync(path('test/clients/frontend/codegen.ts'), join(project, 'codegen.ts'));
  writeFileSync(
    join(project, 'src/job.ts'),
    "import { graphql } from './generated';\ngraphql(`query Job($id: ID!) { aiJob(id: $id) { id status } }`);\n",
  );
  const command = [path('schema/node_modules/@graphql-codegen/cli/esm/bin.js'), '--config', 'codegen.ts'];
  const child = spawn(process.execPath, command, { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(output);

  const generatedFile = (name: string) => readFileSync(join(project, 'src/generated', name), 'utf8');
  expect(generatedFile('graphql.ts')).toContain('AIJobStatus');
  expect(generatedFile('graphql.ts')).not.toContain('AiJob');
  expect(JSON.parse(generatedFile('possible-types.json'))).toEqual(generated);
  const [[id, text] = []] = Object.entries(JSON.parse(generatedFile('persisted-documents.json')));
  expect(id).toBe(`sha256:${createHash('sha256').update(String(text)).digest('hex')}`);
  expect(() => parse(String(text))).not.toThrow();
});
