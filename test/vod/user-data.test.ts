import { describe, expect, it } from 'vitest';
import { encodeMarkedUserData, withoutMarker } from '../../src/vod/user-data.ts';

const marker = 'submission-1';

describe('a marker', () => {
  it.each([
    [undefined, undefined],
    [{ extend: { mine: 1 } }, { Extend: { mine: 1 } }],
    [
      { messageCallback: { callbackUrl: 'https://example.com' } },
      { MessageCallback: { CallbackURL: 'https://example.com', CallbackType: 'http' } },
    ],
  ])('rides along with %j, and leaves no trace', (userData, own) => {
    const encoded = encodeMarkedUserData(userData, marker) ?? '';
    expect(JSON.parse(encoded).Extend.vodAiGateway).toBe(marker);
    expect(withoutMarker(JSON.parse(encoded))).toEqual({ userData: own, marker });
  });

  it('is left out where it does not fit into 512 bytes', () => {
    const full = { extend: { mine: 'x'.repeat(490) } };
    expect(encodeMarkedUserData(full, marker)).toBe(JSON.stringify({ Extend: full.extend }));
  });

  it('gives way to a key of the caller’s own of that name', () => {
    const theirs = { extend: { vodAiGateway: 'theirs' } };
    expect(encodeMarkedUserData(theirs, marker)).toBe(JSON.stringify({ Extend: theirs.extend }));
  });

  it('is not seen in data that has none', () => {
    for (const userData of ['text', null, [1], { Extend: 'text' }, { Extend: { a: 1 } }]) {
      expect(withoutMarker(userData)).toEqual({ userData, marker: undefined });
    }
  });
});
