import type { UserError } from '../../domain/submission.ts';
import type { RejectedError } from '../../rpc/errors.ts';

/** A refusal that the caller can mend, with VOD's own words. */
export function rejection({ message, code, upstreamMessage, requestId }: RejectedError): UserError {
  return {
    code: 'REJECTED_BY_VOD',
    message: upstreamMessage ? `${message}: ${upstreamMessage}` : message,
    upstream: { code, message: upstreamMessage, requestId },
  };
}

/** The key belongs to another input. */
export const keyReused: UserError = {
  code: 'IDEMPOTENCY_KEY_REUSED',
  field: ['idempotencyKey'],
  message: 'idempotencyKey: expected a new key for a new input; got that of a submission with another input',
};

/** The first submission under the key has not ended in time. */
export const inProgress: UserError = {
  code: 'SUBMISSION_IN_PROGRESS',
  field: ['idempotencyKey'],
  message: 'idempotencyKey: the first submission under this key is still under way; ask again later',
};
