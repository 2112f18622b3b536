import { createHash } from 'node:crypto';
import type { ImageResult } from './ai-image.ts';
import { seededChoice } from './seeded-choice.ts';

/** One entry of `AIImageInfoList`, as the ListAIImageInfo documentation describes it. */
export interface AIImageInfo {
  readonly AIImageInfoId: string;
  readonly VideoId: string;
  readonly JobId: string;
  /** Signed, for one hour from the call on. */
  readonly FileURL: string;
  readonly Format: string;
  /** Text here, though a number in `AIImageResult`. */
  readonly Score: string;
  readonly Version: string;
  readonly CreationTime: string;
}

const validitySeconds = 3600;

/** The id of the nth image of a job: 32 hex digits, the same at every call. */
export function imageInfoId(jobId: string, index: number): string {
  return seededChoice(`image info|${jobId}|${index}`).hex(32);
}

/** The format of an image, from its URL's ending: a job that was put in may have any. */
export function imageFormat({ Url }: ImageResult): string {
  return /\.gif(\?|$)/i.test(Url) ? 'gif' : 'png';
}

/** The data version of an image: 32 hex digits that nothing else follows from. */
export function imageVersion(infoId: string): string {
  return seededChoice(`image version|${infoId}`).hex(32);
}

/**
 * A URL as the delivery network signs it: `auth_key=<expiry in Unix seconds>-<random>-<user>-<MD5>`.
 *
 * @param now Unix ms
 */
export function signedUrl(url: string, now: number): string {
  const expiry = Math.floor(now / 1000) + validitySeconds;
  const hash = createHash('md5').update(`${url}-${expiry}-0-0-emulator`).digest('hex');
  return `${url}${url.includes('?') ? '&' : '?'}auth_key=${expiry}-0-0-${hash}`;
}
