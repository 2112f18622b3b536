import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * The signature of event callbacks. Source: "HTTP callbacks" of the vendor's event notification guide. It covers the
 * URL and the time, not the body: a valid one tells that its sender has seen a callback of late, no more.
 */

/** How far `X-VOD-TIMESTAMP` may be from the clock, either way: the document's example. */
export const MAX_SKEW_MS = 5 * 60_000;

/** What callbacks are signed with. */
export interface CallbackSecrets {
  /** The callback URL exactly as VOD was given it: what a proxy makes of it on the way is not what was signed. */
  readonly url: string;
  /** All keys that are in use; two while a key is being changed. */
  readonly keys: readonly string[];
}

/**
 * Why a callback is refused:
 * - `missing`: it lacks one header or both
 * - `malformed`: a header has another form than the documented one, or was given twice
 * - `wrong`: signed with another key, or for another URL
 * - `skewed`: signed with one of the keys, but too long ago or ahead of time: repeated, or a clock is wrong
 */
export type SignatureProblem = 'missing' | 'malformed' | 'wrong' | 'skewed';

/** Hex MD5 of `<url>|<timestamp>|<key>`, in lower case; the timestamp as it stands in its header. */
export function signatureOf(url: string, timestamp: string, key: string): string {
  return digest(url, timestamp, key).toString('hex');
}

/**
 * Verifies `X-VOD-TIMESTAMP` (Unix seconds) and `X-VOD-SIGNATURE` (32 hex characters, of either case).
 *
 * @param secrets `now` is Unix time in milliseconds
 */
export function verifySignature(
  { url, keys, now }: CallbackSecrets & { readonly now: number },
  headers: IncomingHttpHeaders,
): 'valid' | SignatureProblem {
  const timestamp = headers['x-vod-timestamp'];
  const signature = headers['x-vod-signature'];
  if (timestamp === undefined || signature === undefined) return 'missing';
  // Node joins a header that was given twice with a comma, which neither form allows.
  if (typeof timestamp !== 'string' || !/^\d+$/.test(timestamp)) return 'malformed';
  if (typeof signature !== 'string' || !/^[\da-f]{32}$/i.test(signature)) return 'malformed';

  const received = Buffer.from(signature, 'hex');
  let isSigned = false;
  // All keys are tried, whichever fits: the time that it takes tells nothing about them.
  for (const key of keys) isSigned = timingSafeEqual(digest(url, timestamp, key), received) || isSigned;
  if (!isSigned) return 'wrong';
  return Math.abs(now - Number(timestamp) * 1000) <= MAX_SKEW_MS ? 'valid' : 'skewed';
}

function digest(url: string, timestamp: string, key: string): Buffer {
  return createHash('md5').update(`${url}|${timestamp}|${key}`).digest();
}
