import { RejectedError } from '../rpc/errors.ts';

/**
 * Whether the API refused a call because what it names does not exist. The documents of these actions list no codes: the
 * API's pattern is `Invalid<Noun>.NotFound` with HTTP 404, such as `InvalidVideo.NotFound`; either of the two tells. What
 * is not found of the account itself or of the API is something else.
 */
export function isNotFound(error: unknown): error is RejectedError {
  if (!(error instanceof RejectedError)) return false;
  const { code = '', status } = error;
  if (/AccessKey|SecurityToken|StsToken|^Invalid(Action|Version|Api)\b|^Forbidden|^NoPermission/i.test(code))
    return false;
  return status === 404 || /NotFound$|NotExist$/i.test(code);
}
