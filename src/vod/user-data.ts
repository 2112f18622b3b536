import { z } from 'zod';
import type { JSONValue } from '../domain/job.ts';
import { MARKER_KEY, markerText, readMarker } from '../domain/marker.ts';
import type { UserData } from '../domain/submission.ts';

/** The most bytes of UTF-8 that `UserData` may have (SubmitAIImageJob document). */
export const MAX_USER_DATA_BYTES = 512;

/** What the gateway adds to the `UserData` of a submission, as far as there is room. */
export interface OwnUserData {
  /** The submission's id in the ledger. */
  readonly submissionId?: string | undefined;
  /** Where VOD is to tell that the job has ended, unless the submitter wants it told elsewhere. */
  readonly callbackUrl?: string | undefined;
}

/** `UserData` as the API wants it: JSON with `MessageCallback`, `Extend` or both. */
export function encodeUserData({ extend, messageCallback }: UserData): string {
  return JSON.stringify({
    ...(messageCallback && {
      MessageCallback: {
        CallbackURL: messageCallback.callbackUrl,
        CallbackType: messageCallback.callbackType ?? 'http',
      },
    }),
    ...(extend !== undefined && extend !== null && { Extend: extend }),
  });
}

/**
 * The same with the submission's marker in `Extend`, and with the gateway's own callback. What does not fit is left out,
 * the callback first: without it, the job is watched. So is all of it where the submitter's `Extend` has no place for it.
 */
export function encodeOwnUserData(
  userData: UserData | null | undefined,
  { submissionId, callbackUrl }: OwnUserData,
): string | undefined {
  const extend = userData?.extend ?? {};
  if (submissionId !== undefined && isObject(extend) && !Object.hasOwn(extend, MARKER_KEY)) {
    const marked = (ownCallback: boolean) =>
      encodeUserData({
        ...userData,
        ...(ownCallback && callbackUrl !== undefined && { messageCallback: { callbackUrl } }),
        extend: { ...extend, [MARKER_KEY]: markerText({ submissionId, ownCallback }) },
      });
    const mayCall = callbackUrl !== undefined && !userData?.messageCallback;
    const fits = (text: string) => Buffer.byteLength(text) <= MAX_USER_DATA_BYTES;
    const best = (mayCall ? [true, false] : [false]).map(marked).find(fits);
    if (best !== undefined) return best;
  }
  return userData ? encodeUserData(userData) : undefined;
}

const marked = z.object({ Extend: z.object({ [MARKER_KEY]: z.string() }) });

/** Takes what the gateway added out of what came back: the submitter's own data, and the submission's id. */
export function withoutOwn(userData: JSONValue): {
  readonly userData: JSONValue | undefined;
  readonly submissionId: string | undefined;
} {
  const text = marked.safeParse(userData).data?.Extend[MARKER_KEY];
  if (text === undefined || !isObject(userData) || !isObject(userData.Extend))
    return { userData, submissionId: undefined };
  const { submissionId, ownCallback } = readMarker(text);
  const { [MARKER_KEY]: _, ...extend } = userData.Extend;
  const { Extend: __, MessageCallback, ...rest } = userData;
  const own = {
    ...rest,
    ...(MessageCallback !== undefined && !ownCallback && { MessageCallback }),
    // An Extend that held nothing but the marker was not there.
    ...(Object.keys(extend).length > 0 && { Extend: extend }),
  };
  return { userData: Object.keys(own).length > 0 ? own : undefined, submissionId };
}

function isObject(value: JSONValue | undefined): value is { readonly [key: string]: JSONValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
