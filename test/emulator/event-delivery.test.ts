import { describe, expect, test } from 'vitest';
import {
  type EventReceiver,
  emulatorOnManualClock,
  eventReceiver,
  until,
  userDataTo,
} from './event-receiver.ts';
import { callV3, start } from './signed-call.ts';

/** An emulator with one receiver, and a job that is put in as final whenever `finish` is called. */
async function delivering(key?: string) {
  const receiver = await eventReceiver();
  const callback = { url: receiver.url, ...(key === undefined ? {} : { key }) };
  const { emulator, clock } = await emulatorOnManualClock({ callback, random: () => 0.5 });
  const finish = (jobId: string) =>
    emulator.jobs.addAIJob({ jobId, status: 'success', userData: userDataTo(receiver.url) });
  return { receiver, emulator, clock, finish };
}

function jobIdsOf({ received }: EventReceiver): string[] {
  return received.map(({ event }) => event.JobId);
}

describe('a delivery', () => {
  test('is tried three times, a second after each failure, and then dropped for good', async () => {
    const { receiver, emulator, clock, finish } = await delivering('k');
    receiver.answer = (response) => response.writeHead(500).end();
    finish('j');
    await until(() => clock.waits.length === 2);
    clock.advance(999);
    expect(emulator.events.sent).toMatchObject([{ attempts: 1, outcome: 'pending' }]);
    clock.advance(1);
    await until(() => clock.waits.length === 4);
    clock.advance(1000);
    await until(() => emulator.events.sent[0]?.outcome !== 'pending');
    expect(clock.waits).toEqual([5000, 1000, 5000, 1000, 5000]);
    expect(clock.pending).toBe(0);
    expect(emulator.events.sent).toMatchObject([{ attempts: 3, outcome: 'dropped' }]);
    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
    clock.advance(3_600_000);
    expect(clock.waits).toHaveLength(5);
  });

  test('ends with the first 200', async () => {
    const { receiver, emulator, clock, finish } = await delivering();
    receiver.answer = (response) => response.writeHead(503).end();
    finish('j');
    await until(() => clock.waits.length === 2);
    receiver.answer = (response) => response.end('a body that nobody reads'.repeat(100_000));
    clock.advance(1000);
    await until(() => emulator.events.sent[0]?.outcome === 'delivered');
    expect(emulator.events.sent).toMatchObject([{ jobId: 'j', url: receiver.url, attempts: 2 }]);
    expect(emulator.events.sent[0]?.body).toBe(receiver.received[0]?.text);
    expect(clock.pending).toBe(0);
  });

  test.each([
    ['204', (response) => response.writeHead(204).end()],
    ['a redirect, which is not followed', (response) => response.writeHead(302, { location: '/' }).end()],
    ['a connection that is dropped', (response) => response.destroy()],
    [
      'an answer that breaks off',
      (response) => {
        response.writeHead(200, { 'content-length': 9 }).write('a', () => response.destroy());
      },
    ],
  ] as [string, EventReceiver['answer']][])('fails with %s', async (_, answer) => {
    const { receiver, emulator, clock, finish } = await delivering();
    receiver.answer = answer;
    finish('j');
    await until(() => clock.waits.length === 2);
    expect(clock.waits).toEqual([5000, 1000]);
    expect(emulator.events.sent).toMatchObject([{ attempts: 1, outcome: 'pending' }]);
    expect(receiver.received).toHaveLength(1);
  });

  test('fails where nobody listens', async () => {
    const { emulator, clock } = await emulatorOnManualClock();
    emulator.jobs.addAIJob({ status: 'success', userData: userDataTo('http://127.0.0.1:1/') });
    await until(() => clock.waits.length === 2);
    expect(clock.waits).toEqual([5000, 1000]);
  });

  test.each([
    ['no answer', () => {}],
    ['an answer that does not end', (response) => void response.write('a')],
  ] as [string, EventReceiver['answer']][])('fails with %s after five seconds', async (_, answer) => {
    const { receiver, emulator, clock, finish } = await delivering();
    receiver.answer = answer;
    finish('j');
    await until(() => receiver.received.length === 1);
    clock.advance(4999);
    expect(clock.waits).toEqual([5000]);
    clock.advance(1);
    await until(() => clock.waits.length === 2);
    expect(clock.waits).toEqual([5000, 1000]);
    receiver.answer = (response) => void response.end();
    clock.advance(1000);
    await until(() => emulator.events.sent[0]?.outcome === 'delivered');
  });

  test('and everything that is to come is cancelled when the emulator is closed', async () => {
    const { receiver, emulator, clock, finish } = await delivering();
    receiver.answer = () => {};
    finish('unanswered');
    await until(() => receiver.received.length === 1);
    emulator.jobs.addAIJob({ jobId: 'running', userData: userDataTo(receiver.url) });
    emulator.events.faults = { reorder: true };
    finish('held');
    emulator.events.faults = { reorder: true, delayMs: 1000 };
    finish('delayed');
    expect(clock.pending).toBe(4);
    await emulator.close();
    await until(() => emulator.events.sent[0]?.outcome === 'cancelled');
    finish('late');
    emulator.jobs.addAIJob({ jobId: 'later', userData: userDataTo(receiver.url) });
    expect(clock.pending).toBe(0);
    expect(emulator.events.sent).toHaveLength(1);
  });
});

describe('a fault', () => {
  test('lose sends nothing', async () => {
    const { receiver, emulator, clock, finish } = await delivering();
    emulator.events.faults = { lose: 0.6 };
    finish('lost');
    emulator.events.faults = { lose: 0.5 };
    finish('sent');
    await until(() => receiver.received.length === 1);
    expect(emulator.events.sent).toMatchObject([
      { jobId: 'lost', attempts: 0, outcome: 'lost' },
      { jobId: 'sent' },
    ]);
    await until(() => clock.pending === 0);
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

  test('delayMs waits for a random part of it, and signs when the event leaves', async () => {
    const { receiver, emulator, clock, finish } = await delivering('k');
    emulator.events.faults = { delayMs: 8000 };
    finish('j');
    clock.advance(3999);
    expect(emulator.events.sent).toEqual([]);
    clock.advance(1);
    await until(() => receiver.received.length === 1);
    expect(receiver.received[0]?.headers['x-vod-timestamp']).toBe(String(start / 1000 + 4));
  });

  test('reorder lets the next event overtake', async () => {
    const { receiver, emulator, clock, finish } = await delivering();
    emulator.events.faults = { reorder: true };
    for (const jobId of ['1', '2']) finish(jobId);
    await until(() => receiver.received.length === 2);
    await until(() => clock.pending === 0);
    for (const jobId of ['3', '4']) finish(jobId);
    await until(() => receiver.received.length === 4);
    expect(jobIdsOf(receiver)).toEqual(['2', '1', '4', '3']);
  });

  test('reorder holds an event for three seconds at most, and no longer than it is switched on', async () => {
    const { receiver, emulator, clock, finish } = await delivering();
    emulator.events.faults = { reorder: true };
    finish('1');
    clock.advance(2999);
    expect(emulator.events.sent).toEqual([]);
    clock.advance(1);
    await until(() => receiver.received.length === 1);
    finish('2');
    emulator.events.faults = {};
    await until(() => receiver.received.length === 2);
    expect(jobIdsOf(receiver)).toEqual(['1', '2']);
  });

  test.each([
    [0.6, 'the same job', (event: object) => ({ ...event, Status: 'fail' })],
    [0.4, 'another job', (event: object) => ({ ...event, JobId: 'running', Status: 'success' })],
  ])('forge (random %d) sends a lie about %s with the headers of the truth', async (random, _, lie) => {
    const receiver = await eventReceiver();
    const { emulator } = await emulatorOnManualClock({
      callback: { url: receiver.url, key: 'k' },
      random: () => random,
    });
    const userData = userDataTo(receiver.url);
    emulator.jobs.addAIJob({ jobId: 'running', userData });
    emulator.events.faults = { forge: 1 };
    emulator.jobs.addAIJob({ jobId: 'ended', status: 'success', code: '0', data: null, userData });
    await until(() => receiver.received.length === 2);
    const [truth, forgery] = emulator.events.sent;
    expect([truth?.forged, forgery?.forged]).toEqual([false, true]);
    expect(forgery?.headers).toEqual(truth?.headers);
    expect(forgery?.headers).toHaveProperty('X-VOD-SIGNATURE');
    expect(JSON.parse(forgery?.body ?? '')).toMatchObject(
      lie({ JobId: 'ended', MediaId: 'emulator-media', EventTime: expect.any(String) }),
    );
    expect(JSON.parse(truth?.body ?? '')).toMatchObject({ JobId: 'ended', Status: 'success' });
  });

  test('early has the events answered before the submission is', async () => {
    const { receiver, emulator } = await delivering();
    emulator.speed = Number.POSITIVE_INFINITY;
    emulator.events.faults = { early: true };
    const order: string[] = [];
    receiver.answer = (response) => {
      order.push('event');
      response.end();
    };
    await callV3(emulator, 'SubmitAIJob', { MediaId: 'v' });
    order.push('answer');
    expect(order).toEqual(['event', 'event', 'answer']);
  });
});
