import { describe, expect, it } from 'vitest';
import { MAX_SKEW_MS, signatureOf, verifySignature } from '../../src/events/signature.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** The sample in VOD's document "HTTP callbacks". */
const url = 'https://www.example.com/your/callback';
const timestamp = '1519375990';
const key = 'test123';
const signature = 'c72b60894140fa98920f1279219b7ed4';

const now = 1_519_375_990_000;
const headers = { 'x-vod-timestamp': timestamp, 'x-vod-signature': signature };
const secrets = { url, keys: [key], now };

describe('signatureOf', () => {
  it("returns the signature of the document's sample", () => {
    expect(signatureOf(url, timestamp, key)).toBe(signature);
  });

  it('signs non-ASCII text as UTF-8', () => {
    expect(signatureOf(`${url}/回调`, timestamp, 'ключ')).toBe('af6cd946dc6bc510e043cdd977fd195e');
  });
});

describe('verifySignature', () => {
  it("accepts the document's sample, in upper case, too", () => {
    expect(verifySignature(secrets, headers)).toBe('valid');
    expect(verifySignature(secrets, { ...headers, 'x-vod-signature': signature.toUpperCase() })).toBe(
      'valid',
    );
  });

  it('accepts the old and the new key during a rotation, in any order', () => {
    for (const keys of [
      ['new', key],
      [key, 'new'],
    ]) {
      expect(verifySignature({ ...secrets, keys }, headers)).toBe('valid');
      const renewed = { ...headers, 'x-vod-signature': signatureOf(url, timestamp, 'new') };
      expect(verifySignature({ ...secrets, keys }, renewed)).toBe('valid');
    }
  });

  it('rejects another key, URL, time or signature', () => {
    expect(verifySignature({ ...secrets, keys: ['other', 'Test123'] }, headers)).toBe('wrong');
    expect(verifySignature({ ...secrets, keys: [] }, headers)).toBe('wrong');
    expect(verifySignature({ ...secrets, url: `${url}/` }, headers)).toBe('wrong');
    expect(verifySignature({ ...secrets, url: url.replace('https', 'http') }, headers)).toBe('wrong');
    expect(verifySignature(secrets, { ...headers, 'x-vod-timestamp': '1519375991' })).toBe('wrong');
    expect(verifySignature(secrets, { ...headers, 'x-vod-timestamp': '01519375990' })).toBe('wrong');
    expect(verifySignature(secrets, { ...headers, 'x-vod-signature': '0'.repeat(32) })).toBe('wrong');
  });

  it('accepts up to five minutes of difference to the clock in both directions', () => {
    expect(MAX_SKEW_MS).toBe(300_000);
    const clock = new ManualClock(now - MAX_SKEW_MS - 1);
    const verdict = () => verifySignature({ ...secrets, now: clock.now() }, headers);
    expect(verdict()).toBe('skewed');
    clock.advance(1);
    expect(verdict()).toBe('valid');
    clock.advance(2 * MAX_SKEW_MS);
    expect(verdict()).toBe('valid');
    clock.advance(1);
    expect(verdict()).toBe('skewed');
  });

  it('returns `wrong`, not `skewed`, for a wrong signature with an old time', () => {
    const late = { ...secrets, now: now + MAX_SKEW_MS + 1 };
    expect(verifySignature(late, { ...headers, 'x-vod-signature': '0'.repeat(32) })).toBe('wrong');
  });

  it('returns `skewed` for times far from the clock', () => {
    for (const far of ['0', '9'.repeat(20), '9'.repeat(400)]) {
      const signed = { 'x-vod-timestamp': far, 'x-vod-signature': signatureOf(url, far, key) };
      expect(verifySignature(secrets, signed)).toBe('skewed');
    }
  });

  it.each([
    ['no headers', {}],
    ['no signature', { 'x-vod-timestamp': timestamp }],
    ['no timestamp', { 'x-vod-signature': signature }],
  ])('returns `missing` for %s', (_, incomplete) => {
    expect(verifySignature(secrets, incomplete)).toBe('missing');
  });

  it.each([
    '',
    '1519375990.0',
    '+1519375990',
    '-1519375990',
    '0x5a8fd536',
    '1.519375990e9',
    '١٥١٩',
    '1519375990\n',
  ])('returns `malformed` for the timestamp %j, even if it is signed', (odd) => {
    const signed = { 'x-vod-timestamp': odd, 'x-vod-signature': signatureOf(url, odd, key) };
    expect(verifySignature(secrets, signed)).toBe('malformed');
  });

  it.each([
    '',
    signature.slice(1),
    `${signature}0`,
    `${signature}\n`,
    `g${signature.slice(1)}`,
    `0x${signature.slice(2)}`,
  ])('returns `malformed` for the signature %j', (odd) => {
    expect(verifySignature(secrets, { ...headers, 'x-vod-signature': odd })).toBe('malformed');
  });

  it('returns `malformed` for a repeated header, as joined text or as a list', () => {
    const repeated = [
      { ...headers, 'x-vod-signature': `${signature}, ${signature}` },
      { ...headers, 'x-vod-signature': [signature, signature] },
      { ...headers, 'x-vod-timestamp': `${timestamp}, ${timestamp}` },
      { ...headers, 'x-vod-timestamp': [timestamp] },
    ];
    for (const given of repeated) expect(verifySignature(secrets, given)).toBe('malformed');
  });
});
