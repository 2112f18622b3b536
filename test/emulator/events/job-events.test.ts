import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { eventSignature } from '../../../src/emulator/events/delivery.ts';
import { eventOf } from '../../../src/emulator/events/event.ts';
import { runningEmulator, start, until } from '../running-emulator.ts';
import { submitted } from '../signed-call.ts';
import { eventReceiver, userDataTo } from './event-receiver.ts';

describe('the signature', () => {
  test('is the MD5 of the documented sample', () => {
    const sample = 'https://www.example.com/your/callback|1519375990|test123';
    const documented = createHash('md5').update(sample).digest('hex');
    expect(eventSignature('https://www.example.com/your/callback', '1519375990', 'test123')).toBe(documented);
    // The output of `md5sum`.
    expect(documented).toBe('c72b60894140fa98920f1279219b7ed4');
  });

  test('covers the exact URL and the second in which the event is sent', async () => {
    const { url } = await eventReceiver();
    const odd = `${new URL(url).origin}?a=%7e b`;
    const emulator = await runningEmulator({ callback: { url: odd, key: 'k' } });
    const { headers, outcome } = await emulator.events.send('j');
    const timestamp = String(Math.floor(start / 1000));
    const signature = createHash('md5').update(`${odd}|${timestamp}|k`).digest('hex');
    expect(headers).toMatchObject({ 'X-VOD-TIMESTAMP': timestamp, 'X-VOD-SIGNATURE': signature });
    expect(outcome).toBe('delivered');
  });

  test("uses the same key for a job's own URL, and is missing without a key", async () => {
    const receiver = await eventReceiver();
    const signed = await runningEmulator({ callback: { key: 'k' } });
    const unsigned = await runningEmulator({ callback: {} });
    for (const emulator of [signed, unsigned]) {
      emulator.jobs.addAIJob({ status: 'success', userData: userDataTo(receiver.url) });
      await until(() => emulator.events.sent[0]?.outcome === 'delivered');
    }
    const [first, second] = receiver.received;
    expect(first?.headers['x-vod-signature']).toBe(
      eventSignature(receiver.url, String(first?.headers['x-vod-timestamp']), 'k'),
    );
    expect(Object.keys(second?.headers ?? {}).filter((name) => name.startsWith('x-vod'))).toEqual([]);
  });
});

describe('the body', () => {
  const job = {
    mediaId: 'v',
    type: 'AIVideoTag',
    createdAt: start,
    speed: 1,
    mediaOrigin: 'http://127.0.0.1:4010',
    videoTag: {},
  } as const;
  const at = start + 4025;
  const events = Array.from({ length: 200 }, (_, index) => eventOf({ ...job, jobId: `${index}` }, at));

  test('has every documented format, and always the same one for a job id', () => {
    const counts = [
      events.filter(({ EventTime }) => EventTime === '2026-01-02T03:04:09:000Z'),
      events.filter(({ Data }) => typeof Data === 'object'),
    ].map(({ length }) => length);
    expect(counts[0]).toBeGreaterThan(60);
    expect(counts[0]).toBeLessThan(140);
    expect(counts[1]).toBeGreaterThan(20);
    expect(counts[1]).toBeLessThan(80);
    // `VideoAIComplete` stems from a translation, and is the type of no event.
    expect(new Set(events.map(({ EventType }) => EventType))).toEqual(new Set(['AIVideoTagComplete']));
    expect(new Set(events.map(({ EventTime }) => EventTime))).toEqual(
      new Set(['2026-01-02T03:04:09Z', '2026-01-02T03:04:09:000Z']),
    );
    expect(events).toEqual(events.map(({ JobId }) => eventOf({ ...job, jobId: JobId }, at)));
  });

  test('has the same Data as text and as an object', () => {
    const texts = events.map(({ Data }) => (typeof Data === 'string' ? Data : JSON.stringify(Data)));
    expect(new Set(texts).size).toBe(1);
  });

  test('has the values of ListAIJob and the unchanged Extend', async () => {
    const receiver = await eventReceiver();
    const emulator = await runningEmulator({ callback: { url: receiver.url } });
    const extend = { localId: 'ü', list: [1, null] };
    const UserData = JSON.stringify({ Extend: extend });
    const JobId = await submitted(emulator, { MediaId: 'failing', Types: 'AIMediaDNA', UserData });
    emulator.clock.advance(5000);
    await until(() => receiver.received.length === 1);
    expect(receiver.received[0]).toMatchObject({ method: 'POST', path: '/callbacks/vod' });
    expect(receiver.received[0]?.headers['content-type']).toMatch(/^application\/json/);
    expect(receiver.received[0]?.event).toEqual({
      EventTime: expect.stringMatching(/^2026-01-02T03:04:10(:000)?Z$/),
      EventType: 'AIMediaDNAComplete',
      JobId,
      MediaId: 'failing',
      Status: 'fail',
      Code: expect.any(String),
      Message: expect.any(String),
      Extend: extend,
    });
  });
});

describe('an event is sent', () => {
  test('when the job becomes final', async () => {
    const receiver = await eventReceiver();
    const emulator = await runningEmulator({ callback: { url: receiver.url } });
    const jobId = await submitted(emulator, { MediaId: 'v' });
    emulator.clock.advance(3999);
    expect(emulator.events.sent).toEqual([]);
    emulator.clock.advance(1);
    await until(() => emulator.events.sent[0]?.outcome === 'delivered');
    expect(receiver.received).toMatchObject([{ event: { JobId: jobId, Status: 'success' } }]);
    expect(emulator.clock.pending).toBe(0);
  });

  test('by the clock, even if a timer ends early', async () => {
    const receiver = await eventReceiver();
    const due: (() => void)[] = [];
    const emulator = await runningEmulator({
      callback: { url: receiver.url },
      after: (_ms, callback) => {
        due.push(callback);
        return () => {};
      },
    });
    await submitted(emulator, { MediaId: 'v' });
    due.shift()?.();
    expect(emulator.events.sent).toEqual([]);
    emulator.clock.advance(4000);
    due.shift()?.();
    expect(emulator.events.sent).toHaveLength(1);
  });

  test("to the job's own URL rather than the region's", async () => {
    const [region, own] = [await eventReceiver(), await eventReceiver()];
    const emulator = await runningEmulator({
      callback: { url: region.url },
      speed: Number.POSITIVE_INFINITY,
    });
    await submitted(emulator, { MediaId: 'v', UserData: userDataTo(own.url) });
    await submitted(emulator, { MediaId: 'w' });
    await until(() => emulator.events.sent.every(({ outcome }) => outcome === 'delivered'));
    expect(own.received).toMatchObject([{ event: { MediaId: 'v' } }]);
    expect(region.received).toMatchObject([{ event: { MediaId: 'w' } }]);
  });

  test('for added jobs only to their own URL, and not for a replaced job', async () => {
    const receiver = await eventReceiver();
    const emulator = await runningEmulator({ callback: { url: receiver.url } });
    const userData = userDataTo(receiver.url);
    emulator.jobs.addAIJob({ jobId: 'unasked', status: 'success' });
    emulator.jobs.addAIJob({ jobId: 'held', status: 'processing', userData });
    emulator.jobs.addAIJob({ jobId: 'replaced', userData });
    emulator.jobs.addAIJob({ jobId: 'replaced', status: 'processing', userData });
    emulator.jobs.addAIJob({ jobId: 'ended', status: 'processing', userData });
    emulator.jobs.addAIJob({ jobId: 'ended', status: 'fail', code: 'C', userData });
    await until(() => emulator.events.sent[0]?.outcome === 'delivered');
    expect(emulator.clock.pending).toBe(0);
    expect(emulator.events.sent).toHaveLength(1);
    expect(receiver.received).toMatchObject([{ event: { JobId: 'ended', Status: 'fail', Code: 'C' } }]);
  });

  test('never for image jobs', async () => {
    const receiver = await eventReceiver();
    const emulator = await runningEmulator({ callback: { url: receiver.url } });
    emulator.jobs.addAIImageJob({ status: 'success', userData: userDataTo(receiver.url) });
    expect(emulator.events.sent).toEqual([]);
  });

  test('never without a URL, which also needs no timer', async () => {
    const emulator = await runningEmulator();
    await submitted(emulator, { MediaId: 'v' });
    for (const url of ['nowhere', 'ftp://127.0.0.1/']) {
      await submitted(emulator, { MediaId: 'v', UserData: userDataTo(url) });
    }
    emulator.jobs.addAIJob({ userData: '{' });
    expect([emulator.clock.waits, emulator.events.sent]).toEqual([[], []]);
  });

  test('by `send` for any job, with any body, signature and time', async () => {
    const receiver = await eventReceiver();
    const emulator = await runningEmulator({ callback: { url: receiver.url, key: 'new' } });
    emulator.events.faults = { lose: 1 };
    const { jobId } = emulator.jobs.addAIJob({ mediaId: 'v' });
    await emulator.events.send(jobId);
    await emulator.events.send(
      jobId,
      { Status: 'success', MediaId: undefined },
      { key: 'old', signedAt: 9000 },
    );
    await emulator.events.send('unknown', {}, { key: null });
    expect(receiver.received).toMatchObject([
      { event: { JobId: jobId, MediaId: 'v', Status: expect.stringMatching(/^(init|reserved)$/) } },
      { event: { JobId: jobId, Status: 'success' } },
      { event: { JobId: 'unknown', Status: 'success' } },
    ]);
    expect(receiver.received[1]?.event).not.toHaveProperty('MediaId');
    expect(receiver.received[1]?.headers).toMatchObject({
      'x-vod-timestamp': '9',
      'x-vod-signature': eventSignature(receiver.url, '9', 'old'),
    });
    expect(receiver.received[2]?.headers).not.toHaveProperty('x-vod-signature');
    expect(emulator.clock.pending).toBe(0);

    const nowhere = await runningEmulator();
    await expect(nowhere.events.send('j')).rejects.toThrow(/expected an http or https URL/);
  });
});

test('an emulator does not start with an invalid callback URL', async () => {
  await expect(runningEmulator({ callback: { url: 'here' } })).rejects.toThrow(RangeError);
});

test('the last 1,000 deliveries are kept', async () => {
  const emulator = await runningEmulator({ callback: {} });
  emulator.events.faults = { lose: 1 };
  const userData = userDataTo('http://127.0.0.1:1/');
  for (let count = 0; count <= 1000; count += 1) {
    emulator.jobs.addAIJob({ jobId: String(count), status: 'success', data: null, userData });
  }
  expect([emulator.events.sent.length, emulator.events.sent[0]?.jobId]).toEqual([1000, '1']);
});
