import { createClient } from 'graphql-ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { SubmitAIImageJobDocument, WaitForAIJobsDocument } from '../../../schema/generated/graphql.ts';
import { listening } from '../../support/listening.ts';
import {
  finishedJobs,
  type Result,
  type RunningGatewayOptions,
  runningGateway,
} from '../../support/running-gateway.ts';

const one = 'query ($id: ID!, $waitMs: Int) { aiJob(id: $id, waitMs: $waitMs) { id status } }';

interface Waited {
  readonly aiJob: { readonly id: string; readonly status: string } | null;
}

/** A gateway whose emulator has unfinished jobs with these ids. */
async function waiting(ids: readonly string[] = ['a'], options: RunningGatewayOptions = {}) {
  const gateway = await runningGateway(options);
  for (const jobId of ids) gateway.emulator.jobs.addAIJob({ jobId, createdAt: gateway.clock.now() });
  /** Waits until the gateway has this number of waits. */
  const waits = (count: number) =>
    expect
      .poll(
        async () => {
          const { body } = await gateway.app.metrics.text();
          return /^subscriptions_active (\d+)$/m.exec(body)?.[1];
        },
        { timeout: 10_000 },
      )
      .toBe(String(count));
  // A spread would copy the present value of `lookups`.
  return Object.assign(gateway, { waits });
}

/** The same over HTTP. */
async function waitingOverHTTP(ids: readonly string[] = ['a'], options: RunningGatewayOptions = {}) {
  const gateway = await waiting(ids, options);
  const origin = await listening(gateway.app.listener, gateway.app.upgrade);
  const post = async (query: string, variables: object = {}, signal?: AbortSignal) => {
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: signal ?? null,
    });
    return (await response.json()) as Result<Waited>;
  };
  return { ...gateway, origin, post, wait: (id: string) => post(one, { id, waitMs: 55_000 }) };
}

/** Runs operations over one WebSocket. */
async function webSocket({ app }: Awaited<ReturnType<typeof waiting>>) {
  const origin = await listening(app.listener, app.upgrade);
  const client = createClient({
    url: `${origin.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  onTestFinished(() => client.dispose());
  return async (query: string, variables: Record<string, unknown> = {}) =>
    (await client.iterate({ query, variables }).next()).value;
}

describe('waitMs', () => {
  it('does not wait for final jobs and unknown jobs, and keeps the order of the ids', async () => {
    const gateway = await waiting([]);
    const { query, emulator } = gateway;
    const [first, second] = finishedJobs(emulator, 2);
    const ids = [second, 'nobody', first, second];

    const { data, errors } = await query(
      'query ($ids: [ID!]!) { aiJobs(ids: $ids, waitMs: 55000) { id status } }',
      {
        ids,
      },
    );

    expect(errors).toBeUndefined();
    expect(data.aiJobs.map((job: { id: string } | null) => job?.id)).toEqual([
      second,
      undefined,
      first,
      second,
    ]);
    expect(gateway.lookups).toHaveLength(1);
    expect(await query(one, { id: 'nobody', waitMs: 55_000 })).toEqual({ data: { aiJob: null } });
  });

  it('responds when all jobs are final', async () => {
    const { query, clock, waits } = await waiting(['a', 'b']);
    const ids = ['b', 'a', 'nobody', 'b'];
    const response = query(WaitForAIJobsDocument, { ids, waitMs: 55_000 });
    await waits(1);
    clock.advance(1_500);
    clock.advance(10_000);

    const { data, errors } = await response;

    expect(errors).toBeUndefined();
    expect(data.aiJobs.map((job) => job && `${job.id} ${job.status}`)).toEqual([
      'b SUCCESS',
      'a SUCCESS',
      null,
      'b SUCCESS',
    ]);
    await waits(0);
  });

  it('waits for image jobs', async () => {
    const { query, clock, waits } = await waiting([]);
    const { data } = await query(SubmitAIImageJobDocument, { input: { videoId: 'v', templateId: 't' } });
    const id = data.submitAIImageJob.job?.id;
    const response = query(
      'query ($id: ID!) { aiImageJob(id: $id, waitMs: 55000) { status } aiImageJobs(ids: [$id], waitMs: 55000) { status } }',
      { id },
    );
    await waits(2);
    clock.advance(50_000);
    expect(await response).toEqual({
      data: { aiImageJob: { status: 'SUCCESS' }, aiImageJobs: [{ status: 'SUCCESS' }] },
    });
  });

  it('responds with the current states at the end of the time', async () => {
    const { query, clock, waits } = await waiting();
    const response = query(one, { id: 'a', waitMs: 4_000 });
    await waits(1);
    const follower = query(one, { id: 'a', waitMs: 55_000 });
    await waits(2);
    clock.advance(3_500);
    // A read by any other caller is a state for those who wait.
    expect(await query(one, { id: 'a' })).toMatchObject({ data: { aiJob: { status: 'PROCESSING' } } });
    clock.advance(500);
    expect(await response).toEqual({ data: { aiJob: { id: 'a', status: 'PROCESSING' } } });
    clock.advance(51_000);
    expect((await follower).data.aiJob.id).toBe('a');
    await waits(0);
  });

  it.each([0, -1, 55_001])('rejects %i before a call to VOD', async (waitMs) => {
    const { query, emulator } = await waiting();
    const fields = [
      'aiJob(id: "a", waitMs: $waitMs)',
      'aiJobs(ids: ["a"], waitMs: $waitMs)',
      'aiImageJob(id: "a", waitMs: $waitMs)',
      'aiImageJobs(ids: ["a"], waitMs: $waitMs)',
    ];
    for (const field of fields) {
      const { errors } = await query(`query ($waitMs: Int!) { ${field} { id } }`, { waitMs });
      expect(errors).toMatchObject([
        {
          message: `waitMs: expected 1 to 55000 milliseconds; got ${waitMs}`,
          extensions: { code: 'BAD_USER_INPUT', problems: [{ field: 'waitMs' }] },
        },
      ]);
    }
    expect(emulator.calls).toEqual([]);
  });

  it('reads the jobs of a thousand waiting requests in tens, each job once a round', async () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `job-${index}`);
    const gateway = await waiting(ids);
    const { query, clock, waits, ledger } = gateway;
    const responses = Promise.all(ids.map((id) => query(one, { id, waitMs: 55_000 })));
    await waits(1_000);
    expect(gateway.lookups).toHaveLength(100);
    clock.advance(1_500);
    await expect.poll(() => ledger.jobs('AI', ids)).toHaveLength(1_000);
    const before = gateway.lookups.length;
    clock.advance(30_000);
    const results = await responses;
    expect(results.map(({ data }) => data.aiJob)).toEqual(ids.map((id) => ({ id, status: 'SUCCESS' })));
    expect(gateway.lookups.length - before).toBeLessThanOrEqual(110);
    await waits(0);
  });

  it('ends without an error when the gateway shuts down', async () => {
    const { wait, waits, app } = await waitingOverHTTP();
    const response = wait('a');
    await waits(1);
    app.endStreams();
    expect(await response).toEqual({ data: { aiJob: { id: 'a', status: 'INIT' } } });
    await waits(0);
  });

  it('ends when the client disconnects', async () => {
    const { post, waits } = await waitingOverHTTP();
    const leaving = new AbortController();
    const response = post(one, { id: 'a', waitMs: 55_000 }, leaving.signal);
    await waits(1);
    leaving.abort();
    await expect(response).rejects.toThrow('abort');
    await waits(0);
  });
});

describe('a waiting request', () => {
  it('takes no place from other requests', async () => {
    const { wait, post, waits, app } = await waitingOverHTTP(['a', 'b'], {
      limits: { maxConcurrentRequests: 1 },
    });
    const first = wait('a');
    await waits(1);
    const second = wait('b');
    await waits(2);
    expect(await post('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
    app.endStreams();
    for (const { data } of await Promise.all([first, second])) expect(data.aiJob?.status).toBe('INIT');
  });

  it('counts as one stream, whatever the number of its waiting fields', async () => {
    const { post, wait, waits, app } = await waitingOverHTTP(['a', 'b', 'c'], { limits: { maxStreams: 2 } });
    const twice = post('{ aiJob(id: "a", waitMs: 9000) { id } b: aiJob(id: "b", waitMs: 9000) { id } }');
    await waits(2);
    const second = wait('a');
    await waits(3);

    const refused = await wait('c');

    expect(refused).toMatchObject({
      data: { aiJob: null },
      errors: [{ path: ['aiJob'], extensions: { code: 'OVERLOADED', retryAfterMs: 1_000 } }],
    });
    app.endStreams();
    expect((await twice).errors).toBeUndefined();
    expect((await second).errors).toBeUndefined();
    // Both have given up their places.
    await expect.poll(async () => (await post(one, { id: 'c', waitMs: 1 })).errors).toBeUndefined();
  });

  it('over WebSocket takes no place from other requests, and is answered at shutdown', async () => {
    const gateway = await waiting(['a', 'b'], { limits: { maxConcurrentRequests: 1 } });
    const run = await webSocket(gateway);
    const first = run(one, { id: 'a', waitMs: 55_000 });
    await gateway.waits(1);
    const second = run(one, { id: 'b', waitMs: 55_000 });
    await gateway.waits(2);
    expect(await run('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
    gateway.app.endStreams();
    expect(await first).toEqual({ data: { aiJob: { id: 'a', status: 'INIT' } } });
    expect(await second).toEqual({ data: { aiJob: { id: 'b', status: 'INIT' } } });
  });
});
