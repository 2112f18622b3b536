import type { UserError } from '../../domain/submission.ts';
import type { RejectedError } from '../../rpc/errors.ts';

/** The user error for an input that VOD rejected. It quotes VOD's message. */
export function rejection({ message, code, upstreamMessage, requestId }: RejectedError): UserError {
  return {
    code: 'REJECTED_BY_VOD',
    message: upstreamMessage ? `${message}: ${upstreamMessage}` : message,
    upstream: { code, message: upstreamMessage, requestId },
  };
}
