import { describe, expect, test } from 'vitest';
import { runningEmulator, start, until } from '../running-emulator.ts';
import { callV3 } from '../signed-call.ts';
import { type EventReceiver, eventReceiver, userDataTo } from './event-receiver.ts';

/** An emulator and a receiver. `finish` adds a successful job, so that its event is sent. */
async function delivering(key?: string) {
  const receiver = await eventReceiver();
  const callback = { url: receiver.url, ...(key === undefined ? {} : { key }) };
  const emulator = await runningEmulator({ callback, random: () => 0.5 });
  const finish = (jobId: string) =>
    emulator.jobs.addAIJob({ jobId, status: 'success', userData: userDataTo(receiver.url) });
  return { receiver, emulator, finish };
}

function jobIdsOf({ received }: EventReceiver): string[] {
  return received.map(({ event }) => event.JobId);
}

describe('a delivery', () => {
  test('is tried three times, one second after each failure, then dropped', async () => {
    const { receiver, emulator, finish } = await delivering('k');
    receiver.respond = (response) => response.writeHead(500).end();
    finish('j');
    await until(() => emulator.clock.waits.length === 2);
    emulator.clock.advance(999);
    expect(emulator.events.sent).toMatchObject([{ attempts: 1, outcome: 'pending' }]);
    emulator.clock.advance(1);
    await until(() => emulator.clock.waits.length === 4);
    emulator.clock.advance(1000);
    await until(() => emulator.events.sent[0]?.outcome !== 'pending');
    expect(emulator.clock.waits).toEqual([5000, 1000, 5000, 1000, 5000]);
    expect(emulator.clock.pending).toBe(0);
    expect(emulator.events.sent).toMatchObject([{ attempts: 3, outcome: 'dropped' }]);
    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
    emulator.clock.advance(3_600_000);
    expect(emulator.clock.waits).toHaveLength(5);
  });

  test('ends with the first response 200', async () => {
    const { receiver, emulator, finish } = await delivering();
    receiver.respond = (response) => response.writeHead(503).end();
    finish('j');
    await until(() => emulator.clock.waits.length === 2);
    receiver.respond = (response) => response.end('an ignored body'.repeat(100_000));
    emulator.clock.advance(1000);
    await until(() => emulator.events.sent[0]?.outcome === 'delivered');
    expect(emulator.events.sent).toMatchObject([{ jobId: 'j', url: receiver.url, attempts: 2 }]);
    expect(emulator.events.sent[0]?.body).toBe(receiver.received[0]?.text);
    expect(emulator.clock.pending).toBe(0);
  });

  test.each([
    ['204', (response) => response.writeHead(204).end()],
    ['a redirect, which is not followed', (response) => response.writeHead(302, { location: '/' }).end()],
    ['a connection that is reset', (response) => response.destroy()],
    [
      'an incomplete response',
      (response) => {
        response.writeHead(200, { 'content-length': 9 }).write('a', () => response.destroy());
      },
    ],
  ] as [string, EventReceiver['respond']][])('fails with %s', async (_, respond) => {
    const { receiver, emulator, finish } = await delivering();
    receiver.respond = respond;
    finish('j');
    await until(() => emulator.clock.waits.length === 2);
    expect(emulator.clock.waits).toEqual([5000, 1000]);
    expect(emulator.events.sent).toMatchObject([{ attempts: 1, outcome: 'pending' }]);
    expect(receiver.received).toHaveLength(1);
  });

  test('fails if the connection is refused', async () => {
    const emulator = await runningEmulator({ callback: {} });
    emulator.jobs.addAIJob({ status: 'success', userData: userDataTo('http://127.0.0.1:1/') });
    await until(() => emulator.clock.waits.length === 2);
    expect(emulator.clock.waits).toEqual([5000, 1000]);
  });

  test.each([
    ['no response', () => {}],
    ['a response that does not end', (response) => void response.write('a')],
  ] as [string, EventReceiver['respond']][])('fails with %s after five seconds', async (_, respond) => {
    const { receiver, emulator, finish } = await delivering();
    receiver.respond = respond;
    finish('j');
    await until(() => receiver.received.length === 1);
    emulator.clock.advance(4999);
    expect(emulator.clock.waits).toEqual([5000]);
    emulator.clock.advance(1);
    await until(() => emulator.clock.waits.length === 2);
    expect(emulator.clock.waits).toEqual([5000, 1000]);
    receiver.respond = (response) => void response.end();
    emulator.clock.advance(1000);
    await until(() => emulator.events.sent[0]?.outcome === 'delivered');
  });

  test('and all scheduled ones are cancelled when the emulator is closed', async () => {
    const { receiver, emulator, finish } = await delivering();
    receiver.respond = () => {};
    finish('pending');
    await until(() => receiver.received.length === 1);
    emulator.jobs.addAIJob({ jobId: 'running', userData: userDataTo(receiver.url) });
    emulator.events.faults = { reorder: true };
    finish('held');
    emulator.events.faults = { reorder: true, delayMs: 1000 };
    finish('delayed');
    expect(emulator.clock.pending).toBe(4);
    await emulator.close();
    await until(() => emulator.events.sent[0]?.outcome === 'cancelled');
    finish('late');
    emulator.jobs.addAIJob({ jobId: 'later', userData: userDataTo(receiver.url) });
    expect(emulator.clock.pending).toBe(0);
    expect(emulator.events.sent).toHaveLength(1);
  });
});

describe('a fault', () => {
  test('lose sends nothing', async () => {
    const { receiver, emulator, finish } = await delivering();
    emulator.events.faults = { lose: 0.6 };
    finish('lost');
    emulator.events.faults = { lose: 0.5 };
    finish('sent');
    await until(() => receiver.received.length === 1);
    expect(emulator.events.sent).toMatchObject([
      { jobId: 'lost', attempts: 0, outcome: 'lost' },
      { jobId: 'sent' },
    ]);
    await until(() => emulator.clock.pending === 0);
    expect(jobIdsOf(receiver)).toEqual(['sent']);
  });

  test('double sends the same event twice', async () => {
    const { receiver, emulator, finish } = await delivering();
    emulator.events.faults = { double: 1 };
    finish('j');
    await until(() => receiver.received.length === 2);
    expect(receiver.received[0]?.text).toBe(receiver.received[1]?.text);
    expect(emulator.events.sent).toHaveLength(2);
  });

  test('delayMs waits for a random part of it, then signs the event', async () => {
    const { receiver, emulator, finish } = await delivering('k');
    emulator.events.faults = { delayMs: 8000 };
    finish('j');
    emulator.clock.advance(3999);
    expect(emulator.events.sent).toEqual([]);
    emulator.clock.advance(1);
    await until(() => receiver.received.length === 1);
    expect(receiver.received[0]?.headers['x-vod-timestamp']).toBe(String(start / 1000 + 4));
  });

  test('reorder sends the next event first', async () => {
    const { receiver, emulator, finish } = await delivering();
    emulator.events.faults = { reorder: true };
    for (const jobId of ['1', '2']) finish(jobId);
    await until(() => receiver.received.length === 2);
    await until(() => emulator.clock.pending === 0);
    for (const jobId of ['3', '4']) finish(jobId);
    await until(() => receiver.received.length === 4);
    expect(jobIdsOf(receiver)).toEqual(['2', '1', '4', '3']);
  });

  test('reorder holds an event for up to three seconds, and releases it when the fault is removed', async () => {
    const { receiver, emulator, finish } = await delivering();
    emulator.events.faults = { reorder: true };
    finish('1');
    emulator.clock.advance(2999);
    expect(emulator.events.sent).toEqual([]);
    emulator.clock.advance(1);
    await until(() => receiver.received.length === 1);
    finish('2');
    emulator.events.faults = {};
    await until(() => receiver.received.length === 2);
    expect(jobIdsOf(receiver)).toEqual(['1', '2']);
  });

  test.each([
    [0.6, 'the same job', (event: object) => ({ ...event, Status: 'fail' })],
    [0.4, 'another job', (event: object) => ({ ...event, JobId: 'running', Status: 'success' })],
  ])(
    'forge (random %d) sends a false event about %s with the headers of the real one',
    async (random, _, falseEvent) => {
      const receiver = await eventReceiver();
      const emulator = await runningEmulator({
        callback: { url: receiver.url, key: 'k' },
        random: () => random,
      });
      const userData = userDataTo(receiver.url);
      emulator.jobs.addAIJob({ jobId: 'running', userData });
      emulator.events.faults = { forge: 1 };
      emulator.jobs.addAIJob({ jobId: 'ended', status: 'success', code: '0', data: null, userData });
      await until(() => receiver.received.length === 2);
      const [real, forged] = emulator.events.sent;
      expect([real?.forged, forged?.forged]).toEqual([false, true]);
      expect(forged?.headers).toEqual(real?.headers);
      expect(forged?.headers).toHaveProperty('X-VOD-SIGNATURE');
      expect(JSON.parse(forged?.body ?? '')).toMatchObject(
        falseEvent({ JobId: 'ended', MediaId: 'emulator-media', EventTime: expect.any(String) }),
      );
      expect(JSON.parse(real?.body ?? '')).toMatchObject({ JobId: 'ended', Status: 'success' });
    },
  );

  test('early delivers the events before the response to the submit', async () => {
    const { receiver, emulator } = await delivering();
    emulator.speed = Number.POSITIVE_INFINITY;
    emulator.events.faults = { early: true };
    const order: string[] = [];
    receiver.respond = (response) => {
      order.push('event');
      response.end();
    };
    await callV3(emulator, 'SubmitAIJob', { MediaId: 'v' });
    order.push('response');
    expect(order).toEqual(['event', 'event', 'response']);
  });
});
