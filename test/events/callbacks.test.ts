import { describe, expect, it } from 'vitest';
import { SubmitAIJobDocument, SubmitAIMediaAuditJobDocument } from '../../schema/generated/graphql.ts';
import type { App } from '../../src/app.ts';
import type { EmulatorOptions } from '../../src/emulator/server.ts';
import { streamingAt } from '../graphql/transports/streaming.ts';
import { submissionOf } from '../ledger/records.ts';
import { collectedLog } from '../support/collected-logs.ts';
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
    events: { callbackUrl, callbackKeys: keys, isUnsigned: keys.length === 0 },
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

it('that never arrives is noticed: one warning and a gauge, if the region sends none and only if a URL is set', async () => {
  const observed = async (callbackUrl: string | undefined) => {
    const lines: string[] = [];
    const log = collectedLog((line) => lines.push(line));
    const gateway = await runningGateway({ events: { callbackUrl }, log });
    for (const videoId of ['a', 'b', 'c']) {
      await gateway.query(SubmitAIJobDocument, { input: { videoId, types: ['VIDEO_TAG'] } });
    }
    const isFinal = async () => {
      gateway.clock.advance(1_000);
      const result = await gateway.query('{ knownAIJobs(filter: { status: [SUCCESS] }) { totalCount } }');
      return result.data.knownAIJobs.totalCount;
    };
    await expect.poll(isFinal).toBe(3);
    gateway.clock.advance(2 * 3_600_000);
    const { body } = await gateway.app.metrics.text();
    const warnings = lines.filter((line) => line.includes('VOD sends no events'));
    return [warnings.length, /^vod_events_missing (\d)$/m.exec(body)?.[1]];
  };
  expect(await observed('http://127.0.0.1:1/callbacks/vod')).toEqual([1, '1']);
  expect(await observed(undefined)).toEqual([0, '0']);
});

it('about an automated review, or with an unexpected time, is accepted', async () => {
  const { post, gateway } = await calledGateway({ keys: [] });
  const event = { EventType: 'AIMediaAuditComplete', JobId: 'review-1', MediaId: 'v', Status: 'success' };
  const times = [
    '2026-01-02T03:04:05Z',
    '2026-01-02T03:04:05:678Z',
    '2026-01-02T03:04:05.678Z',
    'soon',
    7,
    null,
  ];
  for (const EventTime of times) {
    for (const EventType of [event.EventType, 'AIVideoTagComplete', 'AIMediaDNAComplete']) {
      const response = await post(
        JSON.stringify({ ...event, EventType, EventTime, Data: { Label: 'normal' } }),
      );
      expect([EventType, EventTime, response.status]).toEqual([EventType, EventTime, 200]);
    }
  }
  expect((await gateway.app.metrics.text()).body).toContain('vod_events_total{outcome="invalid"} 0');
});

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
    await expect.poll(() => gateway.ledger.claimDueEvents({ kind: 'AI', leaseMs: 0, limit: 10 })).toEqual([]);
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

  it('resolves a submission of a review whose response was lost', async () => {
    const { gateway } = await calledGateway();
    gateway.emulator.faults.add({ kind: 'resetAfterRunning', action: 'SubmitAIMediaAuditJob', times: 1 });
    const submit = () =>
      gateway.query(SubmitAIMediaAuditJobDocument, { input: { videoId: 'v', idempotencyKey: 'key' } });
    expect((await submit()).errors?.[0]?.extensions.code).toBe('SUBMISSION_OUTCOME_UNKNOWN');
    const [made] = gateway.emulator.jobs.submittedMediaAuditJobs;

    gateway.clock.advance(2_900);
    gateway.clock.advance(1_200);

    await expect.poll(() => submissionOf(gateway.ledger, 'key')).toMatchObject({ state: 'MADE' });
    expect((await submit()).data.submitAIMediaAuditJob.job?.id).toBe(made?.jobId);
    expect(gateway.emulator.jobs.submittedMediaAuditJobs).toHaveLength(1);
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
    expect(gateway.lookups.flat()).not.toContain('other');
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
    await expect.poll(() => gateway.lookups.flat()).toContain(id);

    // The gateway has read the jobs from VOD instead.
    expect(gateway.lookups.flat()).not.toContain('no-such-job');
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

it('two thousand events about invented jobs cost no call to VOD and leave nothing in the ledger', async () => {
  const { gateway, submit, post, metric } = await calledGateway({ keys: [], emulatorKey: '' });
  await submit();
  const calls = gateway.emulator.calls.length;
  const submissionId = '0198f0a26f5e7c3ab1d24e5f60718293';
  for (let sent = 0; sent < 2_000; sent += 100) {
    const events = Array.from({ length: 100 }, (_, index) =>
      JSON.stringify({
        EventType: 'AIVideoTagComplete',
        JobId: `invented-${sent + index}`,
        Extend: { vodAiGateway: submissionId },
      }),
    );
    const statuses = await Promise.all(events.map(async (body) => (await post(body)).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
  }
  expect(await metric('vod_events_total{outcome="unknown_job"} 2000')).toBe(true);
  expect(gateway.emulator.calls).toHaveLength(calls);
  expect(await gateway.ledger.claimDueEvents({ kind: 'AI', leaseMs: 0, limit: 10 })).toEqual([]);
}, 30_000);

it('a gateway without a callback URL accepts no event', async () => {
  const gateway = await runningGateway();
  const origin = await listening(gateway.app.listener);
  const body = '{"EventType":"AIVideoTagComplete","JobId":"job"}';
  expect((await fetch(`${origin}/callbacks/vod`, { method: 'POST', body })).status).toBe(403);
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
