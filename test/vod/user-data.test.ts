import { describe, expect, it } from 'vitest';
import { encodeMarkedUserData, splitUserData } from '../../src/vod/user-data.ts';

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
  it.each(submitters)('is added to %j and removed again', (userData, own) => {
    const encoded = encodeMarkedUserData(userData, { submissionId }) ?? '';
    expect(JSON.parse(encoded).Extend.vodAiGateway).toBe(submissionId);
    expect(splitUserData(JSON.parse(encoded))).toEqual({ userData: own, submissionId });
  });

  it('is omitted if it does not fit into 512 bytes', () => {
    const full = { extend: { mine: 'x'.repeat(490) } };
    expect(encodeMarkedUserData(full, { submissionId })).toBe(JSON.stringify({ Extend: full.extend }));
  });

  it('is omitted if the submitter uses its key', () => {
    const own = { extend: { vodAiGateway: 'own' } };
    expect(encodeMarkedUserData(own, { submissionId })).toBe(JSON.stringify({ Extend: own.extend }));
  });

  it('is not found in data without one', () => {
    for (const userData of ['text', null, [1], { Extend: 'text' }, { Extend: { a: 1 } }]) {
      expect(splitUserData(userData)).toEqual({ userData, submissionId: undefined });
    }
  });
});

describe('a callback of the gateway', () => {
  it.each(submitters)('is added to %j unless the submitter has one, and removed again', (userData, own) => {
    const encoded = encodeMarkedUserData(userData, { submissionId, callbackUrl }) ?? '';
    const url = own && 'MessageCallback' in own ? own.MessageCallback.CallbackURL : callbackUrl;
    expect(JSON.parse(encoded).MessageCallback).toEqual({ CallbackURL: url, CallbackType: 'http' });
    expect(splitUserData(JSON.parse(encoded))).toEqual({ userData: own, submissionId });
  });

  it('is omitted if only the marker fits into 512 bytes', () => {
    const long = { extend: { mine: 'x'.repeat(430) } };
    const encoded = JSON.parse(encodeMarkedUserData(long, { submissionId, callbackUrl }) ?? '');
    expect(encoded).toEqual({ Extend: { ...long.extend, vodAiGateway: submissionId } });
  });
});
