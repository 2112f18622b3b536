import type { UserData } from '../domain/submission.ts';

/** The most bytes of UTF-8 that `UserData` may have (SubmitAIImageJob document). */
export const MAX_USER_DATA_BYTES = 512;

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
