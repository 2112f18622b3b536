import { z } from 'zod';
import type { JSONValue } from '../domain/job.ts';
import type { UserData } from '../domain/submission.ts';

/** The most bytes of UTF-8 that `UserData` may have (SubmitAIImageJob document). */
export const MAX_USER_DATA_BYTES = 512;

/** The key in `Extend` under which a job carries the id of the submission that it was made by. */
const MARKER = 'vodAiGateway';

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
 * The same with a marker in `Extend`, by which the job is recognised where the answer to its submission is lost. Left
 * out where it does not fit, or where the caller's own `Extend` has no place for it.
 */
export function encodeMarkedUserData(
  userData: UserData | null | undefined,
  marker: string | undefined,
): string | undefined {
  const extend = userData?.extend ?? {};
  if (marker !== undefined && isObject(extend) && !Object.hasOwn(extend, MARKER)) {
    const marked = encodeUserData({ ...userData, extend: { ...extend, [MARKER]: marker } });
    if (Buffer.byteLength(marked) <= MAX_USER_DATA_BYTES) return marked;
  }
  return userData ? encodeUserData(userData) : undefined;
}

const marked = z.object({ Extend: z.object({ [MARKER]: z.string() }) });

/** Takes the marker out of what came back: the submitter's own data, as they gave it, and the submission's id. */
export function withoutMarker(userData: JSONValue): {
  readonly userData: JSONValue | undefined;
  readonly marker: string | undefined;
} {
  const marker = marked.safeParse(userData).data?.Extend[MARKER];
  if (marker === undefined || !isObject(userData) || !isObject(userData.Extend))
    return { userData, marker: undefined };
  const { [MARKER]: _, ...extend } = userData.Extend;
  const { Extend: __, ...rest } = userData;
  // An Extend that held nothing but the marker was not there.
  const own = Object.keys(extend).length > 0 ? { ...rest, Extend: extend } : rest;
  return { userData: Object.keys(own).length > 0 ? own : undefined, marker };
}

function isObject(value: JSONValue | undefined): value is { readonly [key: string]: JSONValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
