import { createHash } from 'node:crypto';

/** Hex MD5 of `<url>|<timestamp>|<key>`, as the callback documentation has it. The body is not covered. */
export function eventSignature(url: string, timestamp: string, key: string): string {
  return createHash('md5').update(`${url}|${timestamp}|${key}`).digest('hex');
}

/**
 * The headers that sign a call of an URL.
 *
 * @param url to the letter, as it was configured: the receiver signs what it was told, not what a parser made of it
 * @param at Unix ms
 */
export function signedHeaders(url: string, at: number, key: string): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1000));
  return { 'X-VOD-TIMESTAMP': timestamp, 'X-VOD-SIGNATURE': eventSignature(url, timestamp, key) };
}
