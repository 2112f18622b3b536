import type { Region } from '../domain/region.ts';
import type {
  AIImageJobSubmission,
  AIImageJobSubmissionOutcome,
  AIJobSubmission,
  AIJobSubmissionOutcome,
  SubmissionOutcome,
  UserError,
} from '../domain/submission.ts';
import type { Log } from '../log.ts';
import { RejectedError, RpcError } from '../rpc/errors.ts';
import type { Submitted } from '../vod/answers.ts';
import type { SubmitActions } from '../vod/api.ts';
import { checkAIImageJobSubmission, checkAIJobSubmission } from './check-submission.ts';

/**
 * A submission was sent, and nobody knows whether a job was made: no answer came, or none that can be read. Sending
 * it again could be paid for twice.
 */
export class SubmissionOutcomeUnknownError extends Error {
  override readonly cause: RpcError;

  constructor(cause: RpcError) {
    super(`${cause.message}; whether a job was made is not known`);
    this.name = 'SubmissionOutcomeUnknownError';
    this.cause = cause;
  }
}

/**
 * Submits jobs. What the caller can mend is the outcome's `userErrors`; everything else rejects: with a
 * {@link SubmissionOutcomeUnknownError}, or with an `RpcError` where it is certain that no job was made.
 *
 * A caller who goes away does not cancel a submission: it is paid for by then.
 */
export class Submissions {
  readonly #vod: SubmitActions;
  readonly #region: Region;
  readonly #log: Log;

  constructor(vod: SubmitActions, region: Region, log: Log) {
    this.#vod = vod;
    this.#region = region;
    this.#log = log;
  }

  async submitAIJob(submission: AIJobSubmission): Promise<AIJobSubmissionOutcome> {
    const userErrors = checkAIJobSubmission(submission, this.#region);
    return userErrors.length > 0
      ? { userErrors }
      : this.#settle('SubmitAIJob', this.#vod.submitAIJob(submission), (jobs) => jobs);
  }

  async submitAIImageJob(submission: AIImageJobSubmission): Promise<AIImageJobSubmissionOutcome> {
    const userErrors = checkAIImageJobSubmission(submission, this.#region);
    return userErrors.length > 0
      ? { userErrors }
      : this.#settle('SubmitAIImageJob', this.#vod.submitAIImageJob(submission), (job) => [job]);
  }

  async #settle<Made>(
    action: string,
    submitted: Promise<Submitted<Made>>,
    jobsOf: (made: Made) => readonly { readonly id: string }[],
  ): Promise<SubmissionOutcome<Made>> {
    try {
      const { made, requestId } = await submitted;
      // The caller may not get to see them: where another field of the operation fails, the whole answer is null.
      this.#log.info({ action, requestId, jobs: jobsOf(made).map(({ id }) => id) }, 'submitted');
      return { made, requestId };
    } catch (error) {
      if (error instanceof RejectedError && !isOperators(error)) {
        return { userErrors: [rejection(error)], requestId: error.requestId };
      }
      if (error instanceof RpcError && error.mayHaveRun) throw new SubmissionOutcomeUnknownError(error);
      throw error;
    }
  }
}

/** Refusals that say something of the gateway's own account, and that no change of the input would mend. */
function isOperators({ code, status }: RejectedError): boolean {
  if (status === 401) return true;
  return /^(Signature|IncompleteSignature|\w*(AccessKey|SecurityToken|StsToken)|InvalidTimeStamp|Forbidden|NoPermission|OperationDenied\.Suspended|InvalidAction|InvalidVersion)/i.test(
    code ?? '',
  );
}

function rejection({ message, code, upstreamMessage, requestId }: RejectedError): UserError {
  return {
    code: 'REJECTED_BY_VOD',
    message: upstreamMessage ? `${message}: ${upstreamMessage}` : message,
    upstream: { code, message: upstreamMessage, requestId },
  };
}
