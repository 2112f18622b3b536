import type { UserError } from '../domain/submission.ts';
import type { RejectedError } from '../rpc/errors.ts';

/** Whether a refusal is about the gateway's own account, so that no change of the input would mend it. */
export function isOperators({ code = '', status }: RejectedError): boolean {
  return status === 401 || operators.some((pattern) => pattern.test(code));
}

const operators = [
  /AccessKey|SecurityToken|StsToken/i,
  /^(Incomplete)?Signature/,
  /^InvalidTimeStamp/,
  /^(Forbidden|NoPermission)/,
  /^OperationDenied\.Suspended/,
  /^Invalid(Action|Version)/,
];

/** A refusal that the caller can mend, with VOD's own words. */
export function rejection({ message, code, upstreamMessage, requestId }: RejectedError): UserError {
  return {
    code: 'REJECTED_BY_VOD',
    message: upstreamMessage ? `${message}: ${upstreamMessage}` : message,
    upstream: { code, message: upstreamMessage, requestId },
  };
}
