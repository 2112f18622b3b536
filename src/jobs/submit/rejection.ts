import type { UserError } from '../../domain/submission.ts';
import type { RejectedError } from '../../rpc/errors.ts';

/** Whether VOD rejected the gateway's own account. No change of the input would help. */
export function isAccountError({ code = '', status }: RejectedError): boolean {
  return status === 401 || accountErrorCodes.some((pattern) => pattern.test(code));
}

const accountErrorCodes = [
  /AccessKey|SecurityToken|StsToken/i,
  /^(Incomplete)?Signature/,
  /^InvalidTimeStamp/,
  /^(Forbidden|NoPermission)/,
  /^OperationDenied\.Suspended/,
  /^Invalid(Action|Version)/,
];

/** The user error for an input that VOD rejected. It quotes VOD's message. */
export function rejection({ message, code, upstreamMessage, requestId }: RejectedError): UserError {
  return {
    code: 'REJECTED_BY_VOD',
    message: upstreamMessage ? `${message}: ${upstreamMessage}` : message,
    upstream: { code, message: upstreamMessage, requestId },
  };
}
