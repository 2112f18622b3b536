import { describe, expect, it } from 'vitest';
import { encodeOwnUserData, withoutOwn } from '../../src/vod/user-data.ts';

const submissionId = 'submission-1';
const callbackUrl = 'https://gateway.example.com/callbacks/vod';

const submitters = [
  [undefined, undefined],
  [{ extend: { mine: 1 } }, { Extend: { mine: 1 } }],
  [
    { messageCallback: { callbackUrl: 'https://example.com' } },
    { MessageCallback: { CallbackURL: 'https://example.com', CallbackType: 'http' } },
  ],
  [
    { messageCallback: { callbackUrl }, extend: { mine: 1 } },
    { MessageCallback: { CallbackURL: callbackUrl, CallbackType: 'http' }, Extend: { mine: 1 } },
  ],
] as const;

describe('a marker', () => {
  it.each(submitters)('rides along with %j, and leaves no trace', (userData, own) => {
    const encoded = encodeOwnUserData(userData, { submissionId }) ?? '';
    expect(JSON.parse(encoded).Extend.vodAiGateway).toBe(submissionId);
    expect(withoutOwn(JSON.parse(encoded))).toEqual({ userData: own, submissionId });
  });

  it('is left out where it does not fit into 512 bytes', () => {
    const full = { extend: { mine: 'x'.repeat(490) } };
    expect(encodeOwnUserData(full, { submissionId })).toBe(JSON.stringify({ Extend: full.extend }));
  });

  it('gives way to a key of the caller’s own of that name', () => {
    const theirs = { extend: { vodAiGateway: 'theirs' } };
    expect(encodeOwnUserData(theirs, { submissionId })).toBe(JSON.stringify({ Extend: theirs.extend }));
  });

  it('is not seen in data that has none', () => {
    for (const userData of ['text', null, [1], { Extend: 'text' }, { Extend: { a: 1 } }]) {
      expect(withoutOwn(userData)).toEqual({ userData, submissionId: undefined });
    }
  });
});

describe('a callback of the gateway', () => {
  it.each(submitters)(
    'is asked for with %j unless the caller wants another, and leaves no trace',
    (userData, own) => {
      const encoded = encodeOwnUserData(userData, { submissionId, callbackUrl }) ?? '';
      const asked = own && 'MessageCallback' in own ? own.MessageCallback.CallbackURL : callbackUrl;
      expect(JSON.parse(encoded).MessageCallback).toEqual({ CallbackURL: asked, CallbackType: 'http' });
      expect(withoutOwn(JSON.parse(encoded))).toEqual({ userData: own, submissionId });
    },
  );

  it('is left out where only the marker fits into 512 bytes', () => {
    const long = { extend: { mine: 'x'.repeat(430) } };
    const encoded = JSON.parse(encodeOwnUserData(long, { submissionId, callbackUrl }) ?? '');
    expect(encoded).toEqual({ Extend: { ...long.extend, vodAiGateway: submissionId } });
  });
});
