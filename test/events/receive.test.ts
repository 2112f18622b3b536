import type { IncomingHttpHeaders } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import {
  createEventReceiver,
  type EventOutcome,
  type EventReceiverOptions,
} from '../../src/events/receive.ts';
import { MAX_SKEW_MS, signatureOf } from '../../src/events/signature.ts';
import { type JobEvent, LedgerError } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/observability/log.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { payload } from './payload.ts';

const url = 'https://www.example.com/your/callback';
const marker = '0198f0a26f5e7c3ab1d24e5f60718293';
const RECORD_TIMEOUT_MS = 4_000;
const event = payload('ai-media-dna-complete');
const jobId = '88c6ca184c0e*****84a5b665e2a12';

/** A receiver whose clock the test moves, with all that it tells others. */
function receiving(options: Partial<EventReceiverOptions> = {}) {
  const clock = new ManualClock();
  const outcomes: EventOutcome[] = [];
  const record = vi.fn<(event: JobEvent) => Promise<unknown>>().mockResolvedValue(undefined);
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
    receiver.refusal(headers) ?? receiver.receive(body);
  const signed = (key = 'new', ms = clock.now()) => {
    const timestamp = String(Math.floor(ms / 1000));
    return { 'x-vod-timestamp': timestamp, 'x-vod-signature': signatureOf(url, timestamp, key) };
  };
  return { receive, clock, record, outcomes, lines, signed };
}

describe('an event about a job', () => {
  it('is recorded, then answered', async () => {
    const { receive, clock, record, outcomes, lines, signed } = receiving();
    const recording = Promise.withResolvers<void>();
    record.mockReturnValueOnce(recording.promise);
    let isAnswered = false;
    const answered = receive({ headers: signed(), body: event }).finally(() => {
      isAnswered = true;
    });
    const receivedAt = clock.now();
    clock.advance(RECORD_TIMEOUT_MS - 1);
    await setImmediate();
    expect(isAnswered).toBe(false);
    expect(outcomes).toEqual([]);

    recording.resolve();
    expect(await answered).toStrictEqual({ status: 200 });
    expect(record.mock.calls).toStrictEqual([[{ jobId, marker, receivedAt }]]);
    expect(outcomes).toEqual(['job']);
    expect(lines).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('is taken with both keys while the key is being changed', async () => {
    const { receive, outcomes, signed } = receiving();
    expect(await receive({ headers: signed('new'), body: event })).toStrictEqual({ status: 200 });
    expect(await receive({ headers: signed('old'), body: event })).toStrictEqual({ status: 200 });
    expect(outcomes).toEqual(['job', 'job']);
  });

  it('is taken unsigned, or signed with whatever, where no key is set', async () => {
    const { receive, record, outcomes, signed } = receiving({ callback: undefined });
    expect(await receive({ headers: {}, body: event })).toStrictEqual({ status: 200 });
    expect(await receive({ headers: signed('other'), body: event })).toStrictEqual({ status: 200 });
    expect(record).toHaveBeenCalledTimes(2);
    expect(outcomes).toEqual(['job', 'job']);
  });
});

describe('what is not signed as it should be', () => {
  it('is refused by reason, whether or not it is an event', async () => {
    const { receive, clock, record, outcomes, lines, signed } = receiving();
    const malformed = { ...signed(), 'x-vod-signature': 'new' };
    const late = clock.now() - MAX_SKEW_MS - 1000;
    for (const body of [event, '{"EventType":', '', '[]', payload('file-upload-complete')]) {
      for (const headers of [{}, malformed, signed('other'), signed('new', late)]) {
        const { status, body: answer = '' } = await receive({ headers, body });
        expect(status).toBe(403);
        expect(JSON.parse(answer)).toStrictEqual({ error: expect.stringContaining('X-VOD-') });
        expect(answer.length).toBeLessThan(200);
      }
      expect(outcomes.splice(0)).toEqual(['unsigned', 'badly_signed', 'badly_signed', 'skewed']);
    }
    expect(record).not.toHaveBeenCalled();
    expect(JSON.stringify(lines)).not.toContain(signed('other')['x-vod-signature']);
    expect(JSON.stringify(lines)).not.toContain(jobId);
  });

  it('is refused as soon as its five minutes are over', async () => {
    const { receive, clock, outcomes, signed } = receiving();
    const headers = signed();
    clock.advance(MAX_SKEW_MS);
    expect((await receive({ headers, body: event })).status).toBe(200);
    clock.advance(1);
    expect((await receive({ headers, body: event })).status).toBe(403);
    expect(outcomes).toEqual(['job', 'skewed']);
  });
});

describe('what is signed', () => {
  it('is refused with the reason where it is no event', async () => {
    const { receive, record, outcomes, signed } = receiving();
    const body = JSON.stringify({ EventType: 'VideoAIComplete', JobId: 'a,b' });
    const answer = await receive({ headers: signed(), body });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body ?? '')).toStrictEqual({
      error: 'JobId: expected 1 to 64 characters without commas, blanks or control characters; got "a,b"',
    });
    expect((await receive({ headers: signed(), body: '{' })).status).toBe(400);
    expect(outcomes).toEqual(['invalid', 'invalid']);
    expect(record).not.toHaveBeenCalled();
  });

  it('is let go where it is about something else', async () => {
    const { receive, record, outcomes, signed } = receiving();
    const answer = await receive({ headers: signed(), body: payload('file-upload-complete') });
    expect(answer).toStrictEqual({ status: 200 });
    expect(outcomes).toEqual(['other']);
    expect(record).not.toHaveBeenCalled();
  });
});

describe('an event that cannot be recorded', () => {
  const again = {
    status: 503,
    body: '{"error":"the event could not be recorded; send it again"}',
  };

  it.each([
    ['rejects', () => Promise.reject(new LedgerError('out of reach'))],
    ['rejects with what is no error', () => Promise.reject('out of reach')],
    [
      'throws',
      () => {
        throw new TypeError('out of reach');
      },
    ],
  ])('is asked for again where recording %s', async (_, record) => {
    const { receive, clock, outcomes, lines, signed } = receiving({ record });
    const headers = signed();
    expect(await receive({ headers, body: event })).toStrictEqual(again);
    expect(outcomes).toEqual(['not_recorded']);
    expect(clock.pending).toBe(0);

    expect(lines).toEqual([[expect.objectContaining({ jobId }), 'out of reach']]);
    const told = JSON.stringify(lines);
    for (const secret of [headers['x-vod-signature'], marker, 'VideoDNA', url])
      expect(told).not.toContain(secret);
  });

  it('is asked for again after the patience, even if it is recorded or lost later', async () => {
    for (const end of ['resolve', 'reject'] as const) {
      const { receive, clock, record, outcomes, lines, signed } = receiving();
      const recording = Promise.withResolvers<void>();
      record.mockReturnValueOnce(recording.promise);
      const answered = receive({ headers: signed(), body: event });
      expect(clock.waits).toEqual([RECORD_TIMEOUT_MS]);
      clock.advance(RECORD_TIMEOUT_MS);
      expect(await answered).toStrictEqual(again);
      expect(lines).toEqual([[{ error: 'LedgerError', jobId }, 'the ledger did not respond within 4000 ms']]);

      recording[end](new LedgerError('out of reach') as never);
      await setImmediate();
      expect(outcomes).toEqual(['not_recorded']);
      expect(lines).toHaveLength(1);

      // VOD's next try.
      expect(await receive({ headers: signed(), body: event })).toStrictEqual({ status: 200 });
      expect(outcomes).toEqual(['not_recorded', 'job']);
      expect(clock.pending).toBe(0);
    }
  });
});

describe('misuse', () => {
  it.each([[[]], [['']], [['key', '']]])(
    'is told of the keys %j, with which nothing can be verified',
    (keys) => {
      expect(() => receiving({ callback: { url, keys } })).toThrow(
        new TypeError('callback.keys: expected at least one key, and no empty key; got none or an empty one'),
      );
    },
  );
});
