import type { IncomingHttpHeaders } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createEventReceiver, type EventReceiverOptions } from '../../src/events/receive.ts';
import { MAX_SKEW_MS, signatureOf } from '../../src/events/signature.ts';
import { type JobEvent, LedgerError } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/observability/log.ts';
import type { EventOutcome } from '../../src/observability/metrics/metrics.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { payload } from './payload.ts';

const url = 'https://www.example.com/your/callback';
const marker = '0198f0a26f5e7c3ab1d24e5f60718293';
const RECORD_TIMEOUT_MS = 4_000;
const event = payload('ai-media-dna-complete');
const jobId = '88c6ca184c0e*****84a5b665e2a12';

/** A receiver with a manual clock. `outcomes` and `lines` are what it counts and logs. */
function receiving(options: Partial<EventReceiverOptions> = {}) {
  const clock = new ManualClock();
  const outcomes: EventOutcome[] = [];
  const record = vi.fn<(event: JobEvent) => Promise<'recorded' | 'unknown'>>().mockResolvedValue('recorded');
  const lines: unknown[][] = [];
  const write = (...line: unknown[]) => void lines.push(line);
  const receiver = createEventReceiver({
    callback: { url, keys: ['new', 'old'] },
    clock,
    record,
    observer: { received: (outcome) => outcomes.push(outcome) },
    log: Object.assign(createLog('silent'), { debug: write, info: write, warn: write, error: write }),
    ...options,
  });
  const receive = async ({ headers, body }: { headers: IncomingHttpHeaders; body: string }) =>
    receiver.refusal(headers) ?? receiver.receive(body, headers);
  const signed = (key = 'new', ms = clock.now()) => {
    const timestamp = String(Math.floor(ms / 1000));
    return { 'x-vod-timestamp': timestamp, 'x-vod-signature': signatureOf(url, timestamp, key) };
  };
  return { receive, clock, record, outcomes, lines, signed };
}

describe('an event about a job', () => {
  it('is recorded before the response', async () => {
    const { receive, clock, record, outcomes, lines, signed } = receiving();
    const recording = Promise.withResolvers<'recorded'>();
    record.mockReturnValueOnce(recording.promise);
    let hasResponded = false;
    const response = receive({ headers: signed(), body: event }).finally(() => {
      hasResponded = true;
    });
    const receivedAt = clock.now();
    clock.advance(RECORD_TIMEOUT_MS - 1);
    await setImmediate();
    expect(hasResponded).toBe(false);
    expect(outcomes).toEqual([]);

    recording.resolve('recorded');
    expect(await response).toBeUndefined();
    expect(record.mock.calls).toStrictEqual([[{ kind: 'AI', jobId, marker, receivedAt }]]);
    expect(outcomes).toEqual(['job']);
    expect(lines).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('is accepted with both keys during a rotation', async () => {
    const { receive, outcomes, signed } = receiving();
    expect(await receive({ headers: signed('new'), body: event })).toBeUndefined();
    expect(await receive({ headers: signed('old'), body: event })).toBeUndefined();
    expect(outcomes).toEqual(['job', 'job']);
  });

  it('is accepted without a signature or with any signature if unsigned ones are accepted', async () => {
    const { receive, record, outcomes, signed } = receiving({ callback: 'unsigned' });
    expect(await receive({ headers: {}, body: event })).toBeUndefined();
    expect(await receive({ headers: signed('other'), body: event })).toBeUndefined();
    expect(record).toHaveBeenCalledTimes(2);
    expect(outcomes).toEqual(['job', 'job']);
  });
});

describe('a callback with a missing or invalid signature', () => {
  it('is rejected with the reason, whatever its body is', async () => {
    const { receive, clock, record, outcomes, lines, signed } = receiving();
    const malformed = { ...signed(), 'x-vod-signature': 'new' };
    const late = clock.now() - MAX_SKEW_MS - 1000;
    for (const body of [event, '{"EventType":', '', '[]', payload('file-upload-complete')]) {
      for (const headers of [{}, malformed, signed('other'), signed('new', late)]) {
        const error = await receive({ headers, body });
        const message = expect.stringContaining('X-VOD-');
        expect(error).toStrictEqual({ status: 403, code: 'FORBIDDEN', message });
        expect(error?.message.length).toBeLessThan(200);
      }
      expect(outcomes.splice(0)).toEqual(['unsigned', 'badly_signed', 'badly_signed', 'skewed']);
    }
    expect(record).not.toHaveBeenCalled();
    expect(JSON.stringify(lines)).not.toContain(signed('other')['x-vod-signature']);
    expect(JSON.stringify(lines)).not.toContain(jobId);
  });

  it('is rejected after five minutes', async () => {
    const { receive, clock, outcomes, signed } = receiving();
    const headers = signed();
    clock.advance(MAX_SKEW_MS);
    expect(await receive({ headers, body: event })).toBeUndefined();
    clock.advance(1);
    expect((await receive({ headers, body: event }))?.status).toBe(403);
    expect(outcomes).toEqual(['job', 'skewed']);
  });
});

describe('a signed callback', () => {
  it('is rejected with the reason if its body is not an event', async () => {
    const { receive, record, outcomes, signed } = receiving();
    const body = JSON.stringify({ EventType: 'VideoAIComplete', JobId: 'a,b' });
    expect(await receive({ headers: signed(), body })).toStrictEqual({
      status: 400,
      code: 'BAD_USER_INPUT',
      message: 'JobId: expected 1 to 64 characters without commas, blanks or control characters; got "a,b"',
    });
    expect((await receive({ headers: signed(), body: '{' }))?.status).toBe(400);
    expect(outcomes).toEqual(['invalid', 'invalid']);
    expect(record).not.toHaveBeenCalled();
  });

  it('is ignored if it is another event', async () => {
    const { receive, record, outcomes, signed } = receiving();
    const error = await receive({ headers: signed(), body: payload('file-upload-complete') });
    expect(error).toBeUndefined();
    expect(outcomes).toEqual(['other']);
    expect(record).not.toHaveBeenCalled();
  });
});

describe('a signature', () => {
  const about = (id: number, type = 'AIVideoTagComplete') =>
    JSON.stringify({ EventType: type, JobId: `job-${id}` });

  it('is accepted once for each job and event, and repeated events have no effect', async () => {
    const { receive, record, outcomes, signed } = receiving();
    const headers = signed();
    const upperCase = { ...headers, 'x-vod-signature': headers['x-vod-signature'].toUpperCase() };
    for (const body of [about(1), about(2), about(1, 'AIMediaDNAComplete')]) {
      expect(await receive({ headers, body })).toBeUndefined();
      expect(await receive({ headers: upperCase, body: `${body} ` })).toBeUndefined();
    }
    expect(record).toHaveBeenCalledTimes(3);
    expect(outcomes).toEqual(['job', 'repeated', 'job', 'repeated', 'job', 'repeated']);
  });

  it('carries the events of at most one second', async () => {
    const { receive, record, clock, signed } = receiving();
    const headers = signed();
    for (let id = 0; id < 500; id++) await receive({ headers, body: about(id) });
    const error = await receive({ headers, body: about(500) });
    expect(error).toMatchObject({ status: 429, code: 'RATE_LIMITED', headers: { 'retry-after': '300' } });
    expect(record).toHaveBeenCalledTimes(500);
    clock.advance(1_000);
    expect(await receive({ headers: signed(), body: about(500) })).toBeUndefined();
  });

  it('carries no more events if they arrive at once', async () => {
    const { receive, record, signed } = receiving();
    const headers = signed();
    const sent = Array.from({ length: 700 }, (_, id) => receive({ headers, body: about(id) }));
    const errors = (await Promise.all(sent)).filter((error) => error !== undefined);
    expect(errors).toHaveLength(200);
    expect(record).toHaveBeenCalledTimes(500);
  });
});

it('events beyond 5,000 at once and 500 a second get 429 with Retry-After, and cost no lookup', async () => {
  const { receive, record, clock, outcomes } = receiving({ callback: 'unsigned' });
  const body = '{"EventType":"AIVideoTagComplete","JobId":"job"}';
  for (let sent = 0; sent < 5_000; sent++) await receive({ headers: {}, body });
  const error = await receive({ headers: {}, body });
  expect(error).toMatchObject({ status: 429, code: 'RATE_LIMITED', headers: { 'retry-after': '1' } });
  expect(record).toHaveBeenCalledTimes(5_000);
  expect(outcomes.at(-1)).toBe('too_many');
  clock.advance(2);
  expect(await receive({ headers: {}, body })).toBeUndefined();
});

describe('an event that cannot be recorded', () => {
  const unavailable = {
    status: 503,
    code: 'LEDGER_UNAVAILABLE',
    message: 'the event could not be recorded; send it again',
  };

  it.each([
    ['rejects', () => Promise.reject(new LedgerError('unavailable'))],
    ['rejects with a string', () => Promise.reject('unavailable')],
    [
      'throws',
      () => {
        throw new TypeError('unavailable');
      },
    ],
  ])('gets a 503 if `record` %s', async (_, record) => {
    const { receive, clock, outcomes, lines, signed } = receiving({ record });
    const headers = signed();
    expect(await receive({ headers, body: event })).toStrictEqual(unavailable);
    expect(outcomes).toEqual(['not_recorded']);
    expect(clock.pending).toBe(0);

    expect(lines).toEqual([[expect.objectContaining({ jobId }), 'unavailable']]);
    const logged = JSON.stringify(lines);
    for (const secret of [headers['x-vod-signature'], marker, 'VideoDNA', url])
      expect(logged).not.toContain(secret);
  });

  it('gets a 503 after the timeout, even if it is recorded or lost later', async () => {
    for (const end of ['resolve', 'reject'] as const) {
      const { receive, clock, record, outcomes, lines, signed } = receiving();
      const recording = Promise.withResolvers<'recorded'>();
      record.mockReturnValueOnce(recording.promise);
      const response = receive({ headers: signed(), body: event });
      expect(clock.waits).toEqual([RECORD_TIMEOUT_MS]);
      clock.advance(RECORD_TIMEOUT_MS);
      expect(await response).toStrictEqual(unavailable);
      expect(lines).toEqual([[{ error: 'LedgerError', jobId }, 'the ledger did not respond within 4000 ms']]);

      recording[end](new LedgerError('unavailable') as never);
      await setImmediate();
      expect(outcomes).toEqual(['not_recorded']);
      expect(lines).toHaveLength(1);

      // VOD sends the event again.
      expect(await receive({ headers: signed(), body: event })).toBeUndefined();
      expect(outcomes).toEqual(['not_recorded', 'job']);
      expect(clock.pending).toBe(0);
    }
  });
});

describe('misuse', () => {
  it.each([[[]], [['']], [['key', '']]])('throws a TypeError for the keys %j', (keys) => {
    expect(() => receiving({ callback: { url, keys } })).toThrow(
      new TypeError('callback.keys: expected at least one key, and no empty key; got none or an empty one'),
    );
  });
});
