import { print } from 'graphql';
import { type ClientOptions, createClient } from 'graphql-sse';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AIJobDocument, FollowAIJobsDocument } from '../../../schema/generated/graphql.ts';
import { Turns } from '../../../src/graphql/turns.ts';
import { finishedJobs, runningGateway } from '../../support/running-gateway.ts';
import { streaming } from './streaming.ts';

/** A gateway and a client of `graphql-sse` in distinct connections mode, its default. */
async function connected(options: Partial<ClientOptions> = {}) {
  const gateway = await runningGateway();
  const { url } = await streaming(gateway);
  const client = createClient({ url, retryAttempts: 0, ...options });
  onTestFinished(() => client.dispose());
  const results = async (query: string, variables: Record<string, unknown> = {}) => {
    const received: unknown[] = [];
    for await (const result of client.iterate({ query, variables })) received.push(result);
    return received;
  };
  const activeSubscriptions = async () =>
    /subscriptions_active (\d+)/.exec((await gateway.app.metrics.text()).body)?.[1];
  return { ...gateway, url, client, results, activeSubscriptions };
}

describe('the client of graphql-sse', () => {
  it('runs queries', async () => {
    const { results, emulator } = await connected();
    const [id = ''] = finishedJobs(emulator, 1);
    expect(await results(print(AIJobDocument), { id })).toMatchObject([{ data: { aiJob: { id } } }]);
  });

  it('runs mutations', async () => {
    const { results, emulator } = await connected();
    const [result] = await results(
      'mutation { submitAIJob(input: { videoId: "v", types: [VIDEO_TAG] }) { jobs { id } } }',
    );
    const [job] = emulator.jobs.submittedAIJobs;
    expect(result).toEqual({ data: { submitAIJob: { jobs: [{ id: job?.jobId }] } } });
  });

  it('runs subscriptions to their end', async () => {
    const { results, emulator } = await connected();
    const ids = finishedJobs(emulator, 2);
    expect(await results(print(FollowAIJobsDocument), { ids })).toMatchObject(
      ids.map((id) => ({ data: { aiJobUpdated: { id, status: 'SUCCESS' } } })),
    );
  });

  it.each([
    ['a syntax error', '{'],
    ['an unknown field', '{ nothing }'],
    ['an invalid argument', '{ aiJob(id: "a,b") { id } }'],
    ['a subscription without jobs', 'subscription { aiJobUpdated(ids: ["unknown"]) { id } }'],
  ])('gets the code of %s', async (_name, query) => {
    const { results } = await connected();
    expect(await results(query)).toMatchObject([{ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] }]);
  });

  it('gives all subscribers of a job its long result, also if their events do not fit into the memory at once', async () => {
    const { client, emulator, clock, activeSubscriptions } = await connected();
    const job = { jobId: 'long', createdAt: clock.now(), mediaId: 'v' };
    emulator.jobs.addAIJob({ ...job, status: 'processing' });
    const query = 'subscription { aiJobUpdated(ids: ["long"]) { status data } }';
    const follow = async () => {
      const states: unknown[] = [];
      for await (const { data, errors } of client.iterate<{ aiJobUpdated: { data: string | null } }>({
        query,
      }))
        states.push(errors ?? data?.aiJobUpdated?.data?.length);
      return states;
    };
    // Of a heap of 400 MiB, one caller may hold 16 MiB of large responses.
    const subscribers = Array.from({ length: 30 }, follow);
    await expect.poll(activeSubscriptions).toBe('30');
    const data = JSON.stringify({ categories: 'c'.repeat(900_000) });
    emulator.jobs.addAIJob({ ...job, status: 'success', data });
    clock.advance(60_000);

    expect(await Promise.all(subscribers)).toEqual(Array(30).fill([undefined, data.length]));
  });

  it('gives each event a turn of its caller', async () => {
    const take = vi.spyOn(Turns.prototype, 'take');
    onTestFinished(() => take.mockRestore());
    const { results, emulator } = await connected();
    const ids = finishedJobs(emulator, 3);

    expect(await results(print(FollowAIJobsDocument), { ids })).toHaveLength(3);

    expect(take.mock.calls.map(([callerKey]) => callerKey)).toEqual(Array(3).fill('address 127.0.0.1'));
  });

  it('runs operations at the same time, each over its own stream', async () => {
    const { client, results, emulator, clock, activeSubscriptions } = await connected();
    const [id = ''] = finishedJobs(emulator, 1);
    emulator.jobs.addAIJob({ jobId: 'running', createdAt: clock.now() });
    const query = print(FollowAIJobsDocument);
    const subscription = client.iterate({ query, variables: { ids: ['running'] } });
    expect(await subscription.next()).toMatchObject({
      value: { data: { aiJobUpdated: { id: 'running', status: 'INIT' } } },
    });

    expect(await results(print(AIJobDocument), { id })).toMatchObject([{ data: { aiJob: { id } } }]);

    expect(await activeSubscriptions()).toBe('1');
    await subscription.return?.();
    await expect.poll(activeSubscriptions).toBe('0');
  });

  it('cancels a query that is still running', async () => {
    const { client, emulator, activeSubscriptions } = await connected();
    emulator.faults.add({ kind: 'stall' });
    const query = client.iterate({ query: print(AIJobDocument), variables: { id: 'a' } });
    const result = query.next();
    await expect.poll(() => emulator.calls.length).toBe(1);

    await query.return?.();

    expect(await result).toMatchObject({ done: true });
    expect(await activeSubscriptions()).toBe('0');
  });
});

it.each(['PUT', 'DELETE'])(
  'the single connection mode of graphql-sse is not supported: %s is 405',
  async (method) => {
    const { url } = await connected();
    const response = await fetch(url, { method, headers: { 'content-type': 'application/json' } });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
  },
);

describe('a subscription over HTTP', () => {
  it.each(['application/json', 'application/graphql-response+json', 'application/*'])(
    'is rejected and leaves nothing open if the client accepts only %s',
    async (accept) => {
      const { url, emulator, activeSubscriptions } = await connected();
      const id = 'unfinished';
      emulator.jobs.addAIJob({ jobId: id, mediaId: 'v', type: 'AIVideoTag', createdAt: Date.now() });

      const response = await fetch(url, {
        method: 'POST',
        headers: { accept, 'content-type': 'application/json' },
        body: JSON.stringify({
          query: 'subscription ($ids: [ID!]!) { aiJobUpdated(ids: $ids) { id } }',
          variables: { ids: [id] },
        }),
      });

      const { errors } = await response.json();
      expect(errors).toEqual([
        {
          message: `accept: expected text/event-stream for a subscription; got ${accept}`,
          extensions: { code: 'BAD_USER_INPUT', problems: expect.anything() },
        },
      ]);
      expect(await activeSubscriptions()).toBe('0');
    },
  );
});
