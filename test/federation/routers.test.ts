import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema/schema.ts';
import { keys } from '../support/closed-gateway.ts';
import { type Router, type RunningSupergraph, startSupergraph } from './running-supergraph.ts';

/** Names that differ between versions of the schema. */
const aiVideo = schema.getQueryType()?.getFields().aiVideo ? 'aiVideo' : 'video';
const submitInput = schema.getType('SubmitAIJobInput');
const videoId =
  submitInput && 'getFields' in submitInput && 'videoId' in submitInput.getFields() ? 'videoId' : 'mediaId';

let supergraph: RunningSupergraph;

beforeAll(async () => {
  supergraph = await startSupergraph();
}, 60_000);
afterAll(() => supergraph?.close());

interface Result {
  // biome-ignore lint/suspicious/noExplicitAny: a test that writes its query knows the type of the response
  readonly data?: any;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

function post(router: Router, query: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(supergraph.urls[router], {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
}

async function ask(router: Router, query: string, key: string | undefined = keys.all): Promise<Result> {
  const response = await post(router, query, {
    accept: 'application/json',
    ...(key !== undefined && { 'x-api-key': key }),
  });
  return (await response.json()) as Result;
}

/** The actions of the calls that VOD receives during a request. */
async function actionsDuring(request: () => Promise<unknown>): Promise<string[]> {
  const before = supergraph.emulator.calls.length;
  await request();
  return supergraph.emulator.calls.slice(before).map(({ action }) => action);
}

const codes = ({ errors = [] }: Result) => errors.map(({ extensions }) => extensions?.code);

describe.each(['hive', 'apollo'] as const)('behind the router %s', (router) => {
  it('25 references to jobs cost three calls to VOD', async () => {
    const name = `${router}-jobs`;
    for (let index = 0; index < 25; index++) {
      supergraph.emulator.jobs.addAIJob({ jobId: `${name}-job-${index}`, status: 'success' });
    }
    let result: Result = {};

    const actions = await actionsDuring(async () => {
      result = await ask(router, `{ channel(name: "${name}", first: 25) { title analysis { id status } } }`);
    });

    expect(result.errors).toBeUndefined();
    expect(result.data.channel).toHaveLength(25);
    expect(result.data.channel[24]).toEqual({
      title: `Title of ${name}-video-24`,
      analysis: { id: `${name}-job-24`, status: 'SUCCESS' },
    });
    expect(actions).toEqual(['ListAIJob', 'ListAIJob', 'ListAIJob']);
  });

  it('a job has the title of its video', async () => {
    supergraph.emulator.jobs.addAIJob({ jobId: `${router}-titled`, mediaId: 'v', status: 'success' });

    const result = await ask(
      router,
      `{ aiJobs(ids: ["${router}-titled", "no-such-job"]) { status video { title } } ${aiVideo}(id: "w") { title } }`,
    );

    expect(result).toEqual({
      data: {
        aiJobs: [{ status: 'SUCCESS', video: { title: 'Title of v' } }, null],
        [aiVideo]: { title: 'Title of w' },
      },
    });
  });

  it('a page of 25 videos has tags, DNA and covers within the default limits', async () => {
    const name = `${router}-page`;
    for (let index = 0; index < 25; index++) {
      const mediaId = `${name}-video-${index}`;
      supergraph.emulator.jobs.addAIJob({ mediaId, type: 'AIVideoTag', createdAt: 0 });
      supergraph.emulator.jobs.addAIJob({ mediaId, type: 'AIMediaDNA', createdAt: 0 });
      supergraph.emulator.jobs.addAIImageJob({ videoId: mediaId, createdAt: 0 });
    }
    let result: Result = {};

    const actions = await actionsDuring(async () => {
      result = await ask(
        router,
        `{ channel(name: "${name}", first: 25) {
          title tags { people { tag } } dna { matches { similarity video { title } } } aiImages { id }
        } }`,
      );
    });

    expect(result.errors).toBeUndefined();
    expect(result.data.channel).toHaveLength(25);
    for (const video of result.data.channel) {
      expect(video).toMatchObject({
        title: expect.any(String),
        tags: { people: expect.any(Array) },
        dna: { matches: expect.any(Array) },
      });
      expect(video.aiImages.length).toBeGreaterThan(0);
    }
    expect(actions).toHaveLength(75);
  });

  it('a submission has its jobs or its userErrors', async () => {
    const submit = (id: string) =>
      ask(
        router,
        `mutation { submitAIJob(input: { ${videoId}: "${id}", types: [VIDEO_TAG] }) {
          jobs { status video { title } } userErrors { code field }
        } }`,
      );

    expect(await submit('new-video')).toEqual({
      data: {
        submitAIJob: { jobs: [{ status: 'INIT', video: { title: 'Title of new-video' } }], userErrors: [] },
      },
    });
    expect(await submit('a,b')).toEqual({
      data: { submitAIJob: { jobs: null, userErrors: [{ code: 'INVALID_INPUT', field: [videoId] }] } },
    });
  });

  it('a missing scope is FORBIDDEN, and a missing or wrong key is UNAUTHENTICATED', async () => {
    const submission = `mutation { submitAIJob(input: { ${videoId}: "v" }) { requestId } }`;
    const read = `{ channel(name: "x", first: 1) { title tags { people { tag } } } }`;
    let actions = await actionsDuring(async () => {
      expect(codes(await ask(router, submission, keys.reader))).toEqual(['FORBIDDEN']);
    });
    expect(actions).toEqual([]);

    for (const key of ['', 'no-such-key']) {
      actions = await actionsDuring(async () => {
        const result = await ask(router, read, key);
        expect(codes(result)).toEqual(['UNAUTHENTICATED']);
        expect(JSON.stringify(result.errors)).not.toContain('127.0.0.1');
        // The other subgraph is not affected.
        expect(result.data).toEqual({ channel: [{ title: 'Title of x-video-0', tags: null }] });
      });
      expect(actions).toEqual([]);
    }
  });

  it('credentials and traces reach the gateway, and no other subgraph', async () => {
    const { received } = supergraph;
    const marks = { gateway: received.gateway.length, videos: received.videos.length };
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const query = `{ ${aiVideo}(id: "v") { title aiImages { id } } }`;

    const response = await post(router, query, {
      authorization: `Bearer ${keys.reader}`,
      traceparent,
      cookie: 'a=b',
    });

    expect(await response.json()).toMatchObject({ data: { [aiVideo]: { title: 'Title of v' } } });
    const ours = received.gateway.slice(marks.gateway);
    expect(ours.length).toBeGreaterThan(0);
    for (const headers of ours) {
      expect(headers).toMatchObject({ authorization: `Bearer ${keys.reader}`, traceparent });
      expect(headers.cookie).toBeUndefined();
    }
    const theirs = received.videos.slice(marks.videos);
    expect(theirs.length).toBeGreaterThan(0);
    for (const headers of theirs) expect(headers.authorization).toBeUndefined();
  });
});

describe.each(['hive', 'hiveWithWebSocket'] as const)('a subscription through the router %s', (router) => {
  it('has the title of the video from the other subgraph in each event', async () => {
    const { emulator, clock } = supergraph;
    const jobId = `${router}-followed`;
    emulator.jobs.addAIJob({ jobId, mediaId: 'v', createdAt: clock.now() });
    const requests = supergraph.received.gateway.length;

    const events = eventsOf(
      await post(router, `subscription { aiJobUpdated(ids: ["${jobId}"]) { id status video { title } } }`, {
        accept: 'text/event-stream',
        'x-api-key': keys.reader,
      }),
    );

    const job = (status: string) => ({
      data: { aiJobUpdated: { id: jobId, status, video: { title: 'Title of v' } } },
    });
    expect((await events.next()).value).toEqual(job('INIT'));
    // The watcher of jobs asks VOD again when the clock moves. The stream ends with the final state.
    const rest = collected(events);
    let isOver = false;
    void rest.finally(() => {
      isOver = true;
    });
    await expect.poll(() => clock.advance(5_000) ?? isOver).toBe(true);
    expect((await rest).at(-1)).toEqual(job('SUCCESS'));
    // A WebSocket is not a request of the listener.
    expect(supergraph.received.gateway.length - requests).toBe(router === 'hive' ? 1 : 0);
  });
});

it('a subscription through Hive Gateway over server-sent events is UNAUTHENTICATED without credentials', async () => {
  const response = await post('hive', 'subscription { aiJobUpdated(ids: ["x"]) { id } }', {
    accept: 'text/event-stream',
  });

  expect((await collected(eventsOf(response))).map(codes)).toEqual([['UNAUTHENTICATED']]);
});

it('Apollo Gateway rejects subscriptions', async () => {
  const { data, errors } = await ask('apollo', 'subscription { aiJobUpdated(ids: ["x"]) { id } }');

  expect(data).toBeUndefined();
  expect(errors).toMatchObject([{ message: expect.stringContaining('subscription') }]);
});

async function collected<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** The results in a stream of events. */
async function* eventsOf(response: Response): AsyncGenerator<Result, undefined> {
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = /^data: ?(\{.*\})$/m.exec(event)?.[1];
      if (data) yield JSON.parse(data) as Result;
    }
  }
}

it('docs/supergraph.md has the configurations that these tests run', () => {
  const docs = readFileSync(new URL('../../docs/supergraph.md', import.meta.url), 'utf8');
  for (const name of ['hive-gateway.config.ts', 'apollo-gateway.ts']) {
    const file = readFileSync(new URL(name, import.meta.url), 'utf8');
    expect(docs).toContain(`\`\`\`ts\n${file}\`\`\`\n`);
  }
});
