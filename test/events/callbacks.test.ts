import { describe, expect, it } from 'vitest';
import { SubmitAIJobDocument } from '../../schema/generated/graphql.ts';
import type { App } from '../../src/app.ts';
import type { EmulatorOptions } from '../../src/emulator/server.ts';
import { streamingAt } from '../graphql/transports/streaming.ts';
import { submissionOf } from '../ledger/records.ts';
import { listening } from '../support/listening.ts';
import { runningGateway } from '../support/running-gateway.ts';

/** A gateway in front of an emulator that sends events to it. */
async function calledGateway(
  options: { keys?: readonly string[]; emulatorKey?: string; emulator?: EmulatorOptions } = {},
) {
  const { keys = ['new', 'old'], emulatorKey = 'old' } = options;
  let app: App | undefined;
  const origin = await listening(
    (request, response) => app?.listener(request, response),
    (request, socket, head) => app?.upgrade(request, socket, head),
  );
  const callbackUrl = `${origin}/callbacks/vod`;
  const gateway = await runningGateway({
    events: { callbackUrl, callbackKeys: keys },
    emulator: { callback: { key: emulatorKey }, ...options.emulator },
  });
  app = gateway.app;
  const submit = async (input: object = {}) => {
    const { data } = await gateway.query(SubmitAIJobDocument, {
      input: { videoId: 'v', types: ['VIDEO_TAG'], ...input },
    });
    return data.submitAIJob.jobs?.[0]?.id ?? '';
  };
  const metric = async (line: string) => (await gateway.app.metrics.text()).body.includes(`\n${line}\n`);
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(callbackUrl, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  return {
    gateway,
    origin,
    callbackUrl,
    submit,
    metric,
    post,
    subscribe: streamingAt(origin).over('graphql-ws'),
  };
}

describe('an event from VOD', () => {
  it('updates a subscriber before the watcher does', async () => {
    const { gateway, submit, subscribe, metric } = await calledGateway();
    const id = await submit();
    const subscriber = subscribe([id]);
    await expect.poll(() => subscriber.seen).toEqual([`${id} INIT`]);
    const calls = gateway.lookups.length;

    // The job ends after four seconds, between two reads of the watcher.
    gateway.clock.advance(2_900);
    gateway.clock.advance(1_100);

    expect(await subscriber.end).toBe('complete');
    expect(subscriber.seen.at(-1)).toBe(`${id} SUCCESS`);
    expect(gateway.lookups.length - calls).toBeLessThanOrEqual(2);
    expect(await metric('vod_events_total{outcome="job"} 1')).toBe(true);
    await expect.poll(() => gateway.ledger.jobs('AI', [id])).toMatchObject([{ status: 'SUCCESS' }]);
    await expect.poll(() => gateway.ledger.claimDueEvents({ leaseMs: 0, limit: 10 })).toEqual([]);
  });

  it('is requested by each submission, unless the caller sets another callback URL', async () => {
    const { gateway, submit, callbackUrl } = await calledGateway();
    await submit();
    await submit({ userData: { messageCallback: { callbackUrl: 'http://127.0.0.1:9/mine' } } });
    const urls = gateway.emulator.jobs.submittedAIJobs.map(
      ({ userData }) => JSON.parse(userData ?? '{}').MessageCallback.CallbackURL,
    );
    expect(urls).toEqual([callbackUrl, 'http://127.0.0.1:9/mine']);
  });

  it('that arrives before the response to the submission is not lost', async () => {
    const { gateway, submit } = await calledGateway({ emulator: { speed: Number.POSITIVE_INFINITY } });
    gateway.emulator.events.faults = { early: true };
    const id = await submit();
    await expect
      .poll(() => gateway.ledger.jobs('AI', [id]))
      .toMatchObject([{ status: 'SUCCESS', submissionId: expect.any(String) }]);
  });

  it('resolves a submission whose response was lost', async () => {
    const { gateway, submit } = await calledGateway();
    gateway.emulator.faults.add({ kind: 'resetAfterRunning', action: 'SubmitAIJob', times: 1 });
    expect(await submit({ idempotencyKey: 'key' }).catch(() => 'lost')).toBe('lost');
    const [made] = gateway.emulator.jobs.submittedAIJobs;

    gateway.clock.advance(2_900);
    gateway.clock.advance(1_200);

    await expect.poll(() => submissionOf(gateway.ledger, 'key')).toMatchObject({ state: 'MADE' });
    expect(await submit({ idempotencyKey: 'key' })).toBe(made?.jobId);
    expect(gateway.emulator.jobs.submittedAIJobs).toHaveLength(1);
  });

  it('that arrives after the submission was found to have made no job turns it to MADE, and is reported', async () => {
    const { gateway, submit } = await calledGateway();
    gateway.emulator.faults.add({ kind: 'resetAfterRunning', action: 'SubmitAIJob', times: 1 });
    await submit({ idempotencyKey: 'key' }).catch(() => 'lost');
    const lost = await submissionOf(gateway.ledger, 'key');
    const [made] = gateway.emulator.jobs.submittedAIJobs;
    const outcome = { state: 'FAILED' } as const;
    await gateway.ledger.settle(lost?.id ?? '', {
      seen: undefined,
      listing: { at: gateway.clock.now(), jobIds: [] },
      checkAgainInMs: 0,
      outcome,
    });
    // The key is sent again meanwhile: the lost submission keeps its row.
    const second = await submit({ idempotencyKey: 'key' });

    gateway.clock.advance(2_900);
    gateway.clock.advance(1_200);

    await expect
      .poll(() => gateway.ledger.submission(lost?.id ?? ''))
      .toMatchObject({ state: 'MADE', resolvedBy: 'MARKER', jobs: [{ id: made?.jobId }] });
    expect(second).not.toBe(made?.jobId);
  });

  it('that names a job of another video does not resolve a lost submission', async () => {
    const { gateway, submit, post } = await calledGateway({ keys: [], emulatorKey: '' });
    gateway.emulator.faults.add({ kind: 'resetAfterRunning', action: 'SubmitAIJob', times: 1 });
    await submit({ idempotencyKey: 'key' }).catch(() => 'lost');
    const submissionId = (await submissionOf(gateway.ledger, 'key'))?.id;
    gateway.emulator.jobs.addAIJob({ jobId: 'other', mediaId: 'other-video', status: 'success' });

    const forged = {
      EventType: 'AIVideoTagComplete',
      JobId: 'other',
      Extend: { vodAiGateway: submissionId },
    };
    expect((await post(JSON.stringify(forged))).status).toBe(200);

    await expect.poll(() => gateway.ledger.jobs('AI', ['other'])).toHaveLength(1);
    expect(await submissionOf(gateway.ledger, 'key')).toMatchObject({ state: 'UNKNOWN', jobs: [] });
  });

  it('that names a submission with a response changes nothing', async () => {
    const { gateway, submit, post } = await calledGateway({ keys: [], emulatorKey: '' });
    const id = await submit({ idempotencyKey: 'key' });
    const before = await submissionOf(gateway.ledger, 'key');
    const createdAt = gateway.clock.now();
    gateway.emulator.jobs.addAIJob({ jobId: 'other', mediaId: 'v', createdAt, status: 'success' });
    const forged = { EventType: 'AIVideoTagComplete', JobId: 'other', Extend: { vodAiGateway: before?.id } };
    expect((await post(JSON.stringify(forged))).status).toBe(200);
    await expect.poll(() => gateway.ledger.jobs('AI', ['other'])).toHaveLength(1);
    const after = await submissionOf(gateway.ledger, 'key');
    expect(after?.jobs.map((job) => job.id)).toEqual([id]);
    expect(await submit({ idempotencyKey: 'key' })).toBe(id);
  });

  it.each([
    ['of another type', { type: 'AIMediaDNA' as const }],
    ['created long before', { createdAt: 0 }],
  ])('that names a job %s does not resolve a lost submission', async (_name, other) => {
    const { gateway, submit, post } = await calledGateway({ keys: [], emulatorKey: '' });
    gateway.emulator.faults.add({ kind: 'resetAfterRunning', action: 'SubmitAIJob', times: 1 });
    await submit({ idempotencyKey: 'key' }).catch(() => 'lost');
    const lost = await submissionOf(gateway.ledger, 'key');
    const createdAt = gateway.clock.now();
    gateway.emulator.jobs.addAIJob({ jobId: 'other', mediaId: 'v', createdAt, status: 'success', ...other });
    const forged = { EventType: 'VideoAIComplete', JobId: 'other', Extend: { vodAiGateway: lost?.id } };
    expect((await post(JSON.stringify(forged))).status).toBe(200);
    await expect.poll(() => gateway.ledger.jobs('AI', ['other'])).toHaveLength(1);
    expect(await submissionOf(gateway.ledger, 'key')).toMatchObject({ state: 'UNKNOWN', jobs: [] });
  });

  it('with a forged body and a valid signature changes nothing', async () => {
    const { gateway, submit, subscribe, callbackUrl } = await calledGateway();
    const id = await submit();
    const subscriber = subscribe([id]);
    await expect.poll(() => subscriber.seen).toEqual([`${id} INIT`]);
    const { emulator } = gateway;

    // An attacker who has seen one callback can replay its headers with any body.
    await emulator.events.send(id, { Status: 'success', Data: '{"VideoTag":[]}' }, { url: callbackUrl });
    await emulator.events.send('no-such-job', { Status: 'fail' }, { url: callbackUrl });
    await expect
      .poll(() => emulator.events.sent.map(({ outcome }) => outcome))
      .toEqual(['delivered', 'delivered']);
    await expect.poll(() => gateway.lookups.flat()).toContain('no-such-job');

    // The gateway has read the jobs from VOD instead.
    expect(subscriber.seen.filter((line) => /SUCCESS|FAIL/.test(line))).toEqual([]);
    expect(await gateway.ledger.jobs('AI', ['no-such-job'])).toEqual([]);
    expect(await gateway.ledger.jobs('AI', [id])).not.toMatchObject([{ status: 'SUCCESS' }]);
    gateway.clock.advance(10_000);
    expect(await subscriber.end).toBe('complete');
    expect(subscriber.seen.at(-1)).toBe(`${id} SUCCESS`);
  });

  it('is rejected without a signature, with another key and too late; a gateway without a key accepts all', async () => {
    const { gateway, callbackUrl, post, metric } = await calledGateway();
    const { events } = gateway.emulator;
    const status = async (options: object) =>
      (await events.send('job', {}, { url: callbackUrl, ...options })).outcome;
    expect((await post('{"EventType":"AIVideoTagComplete","JobId":"job"}')).status).toBe(403);
    expect(await status({ key: 'another' })).toBe('dropped');
    expect(await status({ signedAt: gateway.clock.now() - 301_000 })).toBe('dropped');
    expect(gateway.emulator.calls).toEqual([]);
    expect(await status({ key: 'new' })).toBe('delivered');
    expect(await metric('vod_events_total{outcome="unsigned"} 1')).toBe(true);

    const open = await calledGateway({ keys: [], emulatorKey: '' });
    expect((await open.post('{"EventType":"AIVideoTagComplete","JobId":"job"}')).status).toBe(200);
  });

  it('about something else gets a 200 and is counted; an invalid body is rejected', async () => {
    const { post, metric, gateway } = await calledGateway({ keys: [], emulatorKey: '' });
    expect((await post('{"EventType":"FileUploadComplete","VideoId":"v"}')).status).toBe(200);
    expect(await metric('vod_events_total{outcome="other"} 1')).toBe(true);
    for (const body of ['', '{', '[]', '{}', '{"EventType":"AIVideoTagComplete"}']) {
      expect((await post(body)).status).toBe(400);
    }
    expect((await post('x'.repeat(1024 * 1024 + 1)).catch(() => undefined))?.status ?? 413).toBe(413);
    expect((await post('{"EventType":"Other"}'.padEnd(1024 * 1024))).status).toBe(200);
    expect(gateway.emulator.calls).toEqual([]);
  });

  it('is accepted only as a POST', async () => {
    const { callbackUrl } = await calledGateway();
    const response = await fetch(callbackUrl);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('if events are lost, repeated, reordered, late or forged', () => {
  it.each([
    ['all are lost', { lose: 1 }],
    ['all are repeated and reordered', { double: 1, reorder: true }],
    ['all are late', { delayMs: 1_500 }],
    ['each is followed by a forged one', { forge: 1 }],
  ])('every subscriber gets every final state exactly once: %s', async (_name, faults) => {
    const { gateway, submit, subscribe } = await calledGateway();
    gateway.emulator.events.faults = faults;
    const ids: string[] = [];
    for (let index = 0; index < 25; index++) ids.push(await submit({ videoId: `video-${index}` }));
    const subscribers = [subscribe(ids), subscribe(ids.slice(5)), subscribe(ids.toReversed())];
    await expect.poll(() => subscribers.map(({ seen }) => seen.length)).toEqual([25, 20, 25]);

    const ends = Promise.all(subscribers.map(({ end }) => end));
    let ended = false;
    void ends.then(() => {
      ended = true;
    });
    await expect
      .poll(() => {
        gateway.clock.advance(1_000);
        return ended;
      })
      .toBe(true);
    expect(await ends).toEqual(['complete', 'complete', 'complete']);
    for (const [index, count] of [25, 20, 25].entries()) {
      const seen = subscribers[index]?.seen ?? [];
      expect(seen.filter((line) => line.endsWith('SUCCESS'))).toHaveLength(count);
      expect(new Set(seen).size).toBe(seen.length);
    }
  });
});
