import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../src/events/event.ts';
import { encodeMarker, MARKER_KEY } from '../../src/vod/user-data.ts';
import { payload } from './payload.ts';

const marker = '0198f0a26f5e7c3ab1d24e5f60718293';

/** An event about a job. `undefined` removes a field. */
function body(fields: Record<string, unknown> = {}): string {
  return JSON.stringify({ EventType: 'VideoAIComplete', JobId: 'job-1', ...fields });
}

describe('the events of the documents', () => {
  it('ai-media-audit-complete is an event about a review job', () => {
    expect(parseEvent(payload('ai-media-audit-complete'))).toStrictEqual({
      kind: 'job',
      jobKind: 'MEDIA_AUDIT',
      type: 'AIMediaAuditComplete',
      jobId: 'bdbc266af6893*****1ffb1f7b0a6f3',
      marker,
    });
  });

  it.each([
    ['ai-video-tag-complete', '53d4a9c7b00c*****cdcb4b0c2c854c7', undefined],
    ['ai-media-dna-complete', '88c6ca184c0e*****84a5b665e2a12', marker],
    ['video-ai-complete-data-object', 'cf08a2c6e11e*****de1711b738b9067', marker],
    ['video-ai-complete-failed', '9e82640c85114bf5af23edfaf****', undefined],
  ])('%s is an event about a job', (name, jobId, expectedMarker) => {
    expect(parseEvent(payload(name))).toStrictEqual({
      kind: 'job',
      type: JSON.parse(payload(name)).EventType,
      jobKind: 'AI',
      jobId,
      marker: expectedMarker,
    });
  });

  it('file-upload-complete is another event', () => {
    expect(parseEvent(payload('file-upload-complete'))).toStrictEqual({ kind: 'other' });
  });
});

describe('EventType', () => {
  it.each(['TranscodeComplete', 'videoaicomplete', 'constructor', '__proto__', ' VideoAIComplete'])(
    '%j is another event, whatever the other fields have',
    (type) => {
      expect(parseEvent(body({ EventType: type, JobId: 5, EventTime: [], Extend: '{' }))).toStrictEqual({
        kind: 'other',
      });
    },
  );

  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['', 'an empty text'],
    [7, 'a number'],
    [['VideoAIComplete'], 'a list'],
    [{}, 'an object'],
  ])('%j is not the name of an event', (type, got) => {
    const problem = `EventType: expected an event's name; got ${got}`;
    expect(parseEvent(body({ EventType: type }))).toStrictEqual({ kind: 'invalid', problem });
  });
});

describe('JobId', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['', 'an empty text'],
    [42, 'a number'],
    [true, 'a boolean'],
    [['job-1'], 'a list'],
    [{ id: 'job-1' }, 'an object'],
    ['a,b', '"a,b"'],
    ['a\u0000b', '"a\\u0000b"'],
    ['x'.repeat(65), '65 characters'],
  ])('%j is not an id', (jobId, got) => {
    const problem = `JobId: expected 1 to 64 characters without commas, blanks or control characters; got ${got}`;
    for (const type of ['AIVideoTagComplete', 'AIMediaDNAComplete', 'VideoAIComplete'])
      expect(parseEvent(body({ EventType: type, JobId: jobId }))).toStrictEqual({ kind: 'invalid', problem });
  });
});

describe('EventTime', () => {
  it.each([
    undefined,
    null,
    '',
    '2017-03-20T07:49:17Z',
    '2017-03-20T07:49:17:025Z',
    '2017-03-20T07:49:025Z',
    'today',
    5,
    [],
  ])('is not used, so %j is accepted', (time) => {
    expect(parseEvent(body({ EventTime: time })).kind).toBe('job');
  });
});

describe('the marker', () => {
  const markerIn = (extend: unknown) => {
    const event = parseEvent(body({ Extend: extend }));
    if (event.kind !== 'job') expect.unreachable(`${JSON.stringify(extend)} made the event ${event.kind}`);
    return event.marker;
  };

  it.each([true, false])('is read from an object or a JSON string (own callback: %s)', (ownCallback) => {
    const text = encodeMarker({ submissionId: marker, ownCallback });
    const extend = { localId: 'ü', [MARKER_KEY]: text };
    expect(markerIn(extend)).toBe(text);
    expect(markerIn(JSON.stringify(extend))).toBe(text);
  });

  it.each([
    undefined,
    null,
    '',
    'text',
    '{"vodAiGateway":',
    'null',
    '"vodAiGateway"',
    '["vodAiGateway"]',
    '{}',
    {},
    [],
    [{ vodAiGateway: marker }],
    5,
    { vodAiGateway: 5 },
    { vodAiGateway: null },
    { vodAiGateway: { vodAiGateway: marker } },
    { VodAiGateway: marker },
    JSON.stringify(JSON.stringify({ vodAiGateway: marker })),
  ])('is absent from the Extend %j, and the event stays valid', (extend) => {
    expect(markerIn(extend)).toBeUndefined();
  });

  it.each(['', 'a,b', 'a\u0000b', 'x'.repeat(65)])('is never %j, which is not an id', (odd) => {
    expect(markerIn({ vodAiGateway: odd })).toBeUndefined();
  });
});

describe('the body', () => {
  it.each([
    ['', '0 other characters'],
    ['{', '1 other characters'],
    ['{"EventType":"VideoAIComplete","JobId":"secret"', '47 other characters'],
    ['EventType=VideoAIComplete', '25 other characters'],
  ])('%j is not JSON, and the error does not quote it', (raw, got) => {
    const problem = `body: expected JSON; got ${got}`;
    expect(parseEvent(raw)).toStrictEqual({ kind: 'invalid', problem });
  });

  it.each([
    ['null', 'null'],
    ['[]', 'a list'],
    ['"VideoAIComplete"', '"VideoAIComplete"'],
    ['1', 'a number'],
  ])('%s is not an object', (raw, got) => {
    const problem = `body: expected a JSON object; got ${got}`;
    expect(parseEvent(raw)).toStrictEqual({ kind: 'invalid', problem });
  });

  it('can have Data of any shape, size and depth', () => {
    const deep = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
    const nested = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    for (const data of [deep, nested, JSON.stringify(deep), `"${'x'.repeat(1_000_000)}"`, 'null', '0']) {
      const raw = `{"EventType":"VideoAIComplete","JobId":"job-1","Data":${data}}`;
      expect(parseEvent(raw)).toStrictEqual({
        kind: 'job',
        type: 'VideoAIComplete',
        jobKind: 'AI',
        jobId: 'job-1',
        marker: undefined,
      });
    }
  });

  it('can be nested deeply in any field', () => {
    const deep = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
    expect(parseEvent(deep).kind).toBe('invalid');
    expect(parseEvent(`{"EventType":${deep}}`).kind).toBe('invalid');
    expect(parseEvent(`{"EventType":"VideoAIComplete","JobId":${deep}}`).kind).toBe('invalid');
    for (const extend of [deep, JSON.stringify(deep), `{"vodAiGateway":${deep}}`]) {
      const raw = `{"EventType":"VideoAIComplete","JobId":"job-1","Extend":${extend}}`;
      expect(parseEvent(raw)).toMatchObject({ kind: 'job', marker: undefined });
    }
  });
});
