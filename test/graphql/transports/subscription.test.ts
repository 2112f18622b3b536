import { describe, expect, it } from 'vitest';
import { SubmitAIImageJobDocument, SubmitAIJobDocument } from '../../../schema/generated/graphql.ts';
import { finishedJobs, runningGateway } from '../../support/running-gateway.ts';
import { streaming, transports } from './streaming.ts';

async function submitted(gateway: Awaited<ReturnType<typeof runningGateway>>) {
  const { data } = await gateway.query(SubmitAIJobDocument, {
    input: { videoId: 'v', types: ['VIDEO_TAG'] },
  });
  return data.submitAIJob.jobs?.[0]?.id ?? '';
}

describe.each(transports)('over %s', (transport) => {
  it('sends each state of a job until it is final', async () => {
    const gateway = await runningGateway();
    const subscribe = (await streaming(gateway)).over(transport);
    const id = await submitted(gateway);

    const subscriber = subscribe([id]);
    await expect.poll(() => subscriber.seen).toEqual([`${id} INIT`]);
    gateway.clock.advance(3_000);
    await expect.poll(() => subscriber.seen).toEqual([`${id} INIT`, `${id} PROCESSING`]);
    gateway.clock.advance(3_000);

    expect(await subscriber.end).toBe('complete');
    expect(subscriber.seen).toEqual([`${id} INIT`, `${id} PROCESSING`, `${id} SUCCESS`]);
    expect(subscriber.errors).toEqual([]);
  });

  it('rejects an id that VOD does not know, and names it', async () => {
    const gateway = await runningGateway();
    const subscribe = (await streaming(gateway)).over(transport);
    const [known = ''] = finishedJobs(gateway.emulator, 1);

    const subscriber = subscribe([known, 'nobody']);

    expect(await subscriber.end).toBe('complete');
    expect(subscriber.seen).toEqual([]);
    expect(subscriber.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', problems: [{ field: 'ids.1' }] } },
    ]);
    expect(subscriber.errors[0]?.message).toContain('"nobody"');
  });

  it('sends the state of a final job once, and completes', async () => {
    const gateway = await runningGateway();
    const subscribe = (await streaming(gateway)).over(transport);
    const ids = finishedJobs(gateway.emulator, 3);
    const subscriber = subscribe(ids);
    expect(await subscriber.end).toBe('complete');
    expect(subscriber.seen).toEqual(ids.map((id) => `${id} SUCCESS`));
  });

  it('rejects more than a hundred ids and invalid ids before a call to VOD', async () => {
    const gateway = await runningGateway();
    const subscribe = (await streaming(gateway)).over(transport);
    for (const ids of [Array.from({ length: 101 }, (_, index) => `job-${index}`), ['a,b']]) {
      const subscriber = subscribe(ids);
      expect(await subscriber.end).toBe('complete');
      expect(subscriber.errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    expect(gateway.emulator.calls).toEqual([]);
  });

  it('returns the code of a VOD error at the start', async () => {
    const gateway = await runningGateway();
    const subscribe = (await streaming(gateway)).over(transport);
    const [id = ''] = finishedJobs(gateway.emulator, 1);
    gateway.emulator.faults.add({ kind: 'unavailable' });
    const subscriber = subscribe([id]);
    expect(await subscriber.end).toBe('complete');
    expect(subscriber.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  it('removes the subscription when its client disconnects', async () => {
    const gateway = await runningGateway();
    const subscribe = (await streaming(gateway)).over(transport);
    const id = await submitted(gateway);
    const subscriber = subscribe([id]);
    await expect.poll(() => subscriber.seen).toHaveLength(1);
    expect((await gateway.app.metrics.text()).body).toContain('subscriptions_active 1');

    subscriber.leave();

    await expect
      .poll(async () => (await gateway.app.metrics.text()).body)
      .toContain('subscriptions_active 0');
  });

  it('ends without completing when the gateway shuts down, so that clients reconnect', async () => {
    const gateway = await runningGateway();
    const subscribe = (await streaming(gateway)).over(transport);
    const id = await submitted(gateway);
    const subscriber = subscribe([id]);
    await expect.poll(() => subscriber.seen).toHaveLength(1);

    gateway.app.endStreams();

    expect(await subscriber.end).toBe('lost');
    await expect
      .poll(async () => (await gateway.app.metrics.text()).body)
      .toContain('subscriptions_active 0');
  });
});

describe('a subscription', () => {
  it('sends the states of image jobs', async () => {
    const gateway = await runningGateway();
    const subscribe = (await streaming(gateway)).over('graphql-ws');
    const { data } = await gateway.query(SubmitAIImageJobDocument, {
      input: { videoId: 'v', templateId: 't' },
    });
    const id = data.submitAIImageJob.job?.id ?? '';
    const subscriber = subscribe([id], { image: true });
    await expect.poll(() => subscriber.seen).toEqual([`${id} INIT`]);
    gateway.clock.advance(60_000);
    expect(await subscriber.end).toBe('complete');
    expect(subscriber.seen).toEqual([`${id} INIT`, `${id} SUCCESS`]);
  });

  it('watches a job that another client submitted while there is a subscription', async () => {
    const gateway = await runningGateway();
    const subscribe = (await streaming(gateway)).over('graphql-ws');
    gateway.emulator.jobs.addAIJob({ jobId: 'theirs', createdAt: gateway.clock.now() });
    const subscriber = subscribe(['theirs']);
    await expect.poll(() => subscriber.seen).toEqual(['theirs INIT']);
    gateway.clock.advance(1_500);
    // The subscription has added it to the ledger.
    await expect.poll(() => gateway.ledger.jobs('AI', ['theirs'])).toHaveLength(1);
    subscriber.leave();
    await expect
      .poll(async () => (await gateway.app.metrics.text()).body)
      .toContain('subscriptions_active 0');
    const calls = gateway.emulator.calls.length;
    gateway.clock.advance(60_000);
    expect(await gateway.ledger.nextDueInMs('AI', [])).toBeUndefined();
    expect(gateway.emulator.calls).toHaveLength(calls);
    const again = subscribe(['theirs']);
    expect(await again.end).toBe('complete');
    expect(again.seen).toEqual(['theirs SUCCESS']);
  });

  it('reads a thousand jobs of two followers each in tens, each job once a round', async () => {
    const gateway = await runningGateway();
    const ids = Array.from({ length: 1_000 }, (_, index) => `job-${index}`);
    for (const jobId of ids) gateway.emulator.jobs.addAIJob({ jobId, createdAt: gateway.clock.now() });
    const subscribe = (await streaming(gateway)).over('graphql-ws');
    const subscribers = Array.from({ length: 20 }, (_, index) => {
      const from = (index % 10) * 100;
      return subscribe(ids.slice(from, from + 100));
    });
    await expect.poll(() => subscribers.every(({ seen }) => seen.length === 100)).toBe(true);
    gateway.clock.advance(1_000);
    await expect.poll(() => gateway.ledger.jobs('AI', ids)).toHaveLength(1_000);
    const before = gateway.lookups.length;
    gateway.clock.advance(30_000);
    expect(await Promise.all(subscribers.map(({ end }) => end))).toEqual(subscribers.map(() => 'complete'));
    expect(gateway.lookups.length - before).toBeLessThanOrEqual(110);
    for (const { seen } of subscribers) {
      expect(seen.filter((line) => line.endsWith('SUCCESS'))).toHaveLength(100);
      expect(new Set(seen).size).toBe(seen.length);
    }
  });
});
