import { z } from 'zod';
import type { JSONValue } from '../domain/job.ts';
import type { UserData } from '../domain/submission.ts';

/** The API's limit for `UserData`, in bytes of UTF-8 (SubmitAIImageJob document). */
export const MAX_USER_DATA_BYTES = 512;

/** The key of the {@link Marker} in a job's `Extend`. */
export const MARKER_KEY = 'vodAiGateway';

/** Links a job to its submission, so that the job is recognized even if the response to the submission was lost. */
export interface Marker {
  /** The submission's id in the ledger. */
  readonly submissionId: string;
  /** Whether the job's `MessageCallback` is the gateway's, not the submitter's. */
  readonly ownCallback: boolean;
}

const OWN_CALLBACK = '+callback';

/** The marker as text: the submission's id, followed by `+callback` if the callback is the gateway's. */
export function encodeMarker({ submissionId, ownCallback }: Marker): string {
  return ownCallback ? submissionId + OWN_CALLBACK : submissionId;
}

/** The inverse of {@link encodeMarker}. */
export function decodeMarker(text: string): Marker {
  const ownCallback = text.endsWith(OWN_CALLBACK);
  return { submissionId: ownCallback ? text.slice(0, -OWN_CALLBACK.length) : text, ownCallback };
}

/** The data that the gateway adds to the `UserData` of a submission. */
export interface GatewayUserData {
  /** The submission's id in the ledger, for the marker. */
  readonly submissionId?: string | undefined;
  /** The gateway's URL for event callbacks. Not used if the submitter has a `MessageCallback`. */
  readonly callbackUrl?: string | undefined;
}

/** `UserData` in the API's format: JSON with `MessageCallback`, `Extend` or both. */
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
 * `UserData` with the marker in `Extend` and the gateway's callback. If the result exceeds {@link MAX_USER_DATA_BYTES},
 * the callback is omitted (the watcher then finds the job's end), and after it the marker. Both are omitted if the
 * submitter's `Extend` is not an object or uses the marker's key.
 */
export function encodeMarkedUserData(
  userData: UserData | null | undefined,
  { submissionId, callbackUrl }: GatewayUserData,
): string | undefined {
  const extend = userData?.extend ?? {};
  if (submissionId !== undefined && isObject(extend) && !Object.hasOwn(extend, MARKER_KEY)) {
    const encode = (ownCallback: boolean) =>
      encodeUserData({
        ...userData,
        ...(ownCallback && callbackUrl !== undefined && { messageCallback: { callbackUrl } }),
        extend: { ...extend, [MARKER_KEY]: encodeMarker({ submissionId, ownCallback }) },
      });
    const mayCall = callbackUrl !== undefined && !userData?.messageCallback;
    const fits = (text: string) => Buffer.byteLength(text) <= MAX_USER_DATA_BYTES;
    const marked = (mayCall ? [true, false] : [false]).map(encode).find(fits);
    if (marked !== undefined) return marked;
  }
  return userData ? encodeUserData(userData) : undefined;
}

const markedUserData = z.object({ Extend: z.object({ [MARKER_KEY]: z.string() }) });

/** Splits a job's `UserData` into the submitter's own data and the id in the marker. */
export function splitUserData(userData: JSONValue): {
  readonly userData: JSONValue | undefined;
  readonly submissionId: string | undefined;
} {
  const text = markedUserData.safeParse(userData).data?.Extend[MARKER_KEY];
  if (text === undefined || !isObject(userData) || !isObject(userData.Extend))
    return { userData, submissionId: undefined };
  const { submissionId, ownCallback } = decodeMarker(text);
  const { [MARKER_KEY]: _, ...extend } = userData.Extend;
  const { Extend: __, MessageCallback, ...rest } = userData;
  const own = {
    ...rest,
    ...(MessageCallback !== undefined && !ownCallback && { MessageCallback }),
    // The gateway added an Extend that contains only the marker.
    ...(Object.keys(extend).length > 0 && { Extend: extend }),
  };
  return { userData: Object.keys(own).length > 0 ? own : undefined, submissionId };
}

function isObject(value: JSONValue | undefined): value is { readonly [key: string]: JSONValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
