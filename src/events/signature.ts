import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * The signature of event callbacks. Source: "HTTP callbacks" in VOD's event notification guide. It covers the URL and
 * the time but not the body, so a valid signature does not prove that VOD sent the body.
 */

/** The largest difference between `X-VOD-TIMESTAMP` and the clock, in milliseconds: the document's example. */
export const MAX_SKEW_MS = 5 * 60_000;

export interface CallbackSecrets {
  /** The callback URL exactly as configured in VOD. A proxy may change the URL of the request, so that is not used. */
  readonly url: string;
  /** All current keys: two during a key rotation. */
  readonly keys: readonly string[];
}

/** What callbacks are accepted: those signed with the secrets, unsigned ones too, or none because none are expected. */
export type AcceptedCallbacks = CallbackSecrets | 'unsigned' | 'none';

/** The accepted callbacks of a configuration. */
export function acceptedCallbacks(config: {
  readonly callbackUrl: string | undefined;
  readonly callbackKeys: readonly string[];
  readonly isUnsigned: boolean;
}): AcceptedCallbacks {
  const { callbackUrl: url, callbackKeys: keys, isUnsigned } = config;
  if (url !== undefined && keys.length > 0) return { url, keys };
  return isUnsigned ? 'unsigned' : 'none';
}

/**
 * Why a signature is invalid:
 * - `missing`: one header or both are absent
 * - `malformed`: a header is repeated or does not have the documented format
 * - `wrong`: signed with another key or for another URL
 * - `skewed`: signed with a current key, but the time is too far from the clock: a replay, or a wrong clock
 */
export type SignatureProblem = 'missing' | 'malformed' | 'wrong' | 'skewed';

/** Hex MD5 of `<url>|<timestamp>|<key>` in lower case. `timestamp` is the text of the header. */
export function signatureOf(url: string, timestamp: string, key: string): string {
  return digest(url, timestamp, key).toString('hex');
}

/**
 * Verifies `X-VOD-TIMESTAMP` (Unix seconds) and `X-VOD-SIGNATURE` (32 hex characters in upper or lower case).
 *
 * @param secrets `now` is in Unix milliseconds
 */
export function verifySignature(
  { url, keys, now }: CallbackSecrets & { readonly now: number },
  headers: IncomingHttpHeaders,
): 'valid' | SignatureProblem {
  const timestamp = headers['x-vod-timestamp'];
  const signature = headers['x-vod-signature'];
  if (timestamp === undefined || signature === undefined) return 'missing';
  // Node joins repeated headers with a comma, which neither format allows.
  if (typeof timestamp !== 'string' || !/^\d+$/.test(timestamp)) return 'malformed';
  if (typeof signature !== 'string' || !/^[\da-f]{32}$/i.test(signature)) return 'malformed';

  const received = Buffer.from(signature, 'hex');
  let isSigned = false;
  // The loop tries all keys even after a match, so that its duration reveals nothing about them.
  for (const key of keys) isSigned = timingSafeEqual(digest(url, timestamp, key), received) || isSigned;
  if (!isSigned) return 'wrong';
  return Math.abs(now - Number(timestamp) * 1000) <= MAX_SKEW_MS ? 'valid' : 'skewed';
}

function digest(url: string, timestamp: string, key: string): Buffer {
  return createHash('md5').update(`${url}|${timestamp}|${key}`).digest();
}
