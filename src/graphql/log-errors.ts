import type { YogaLogger } from 'graphql-yoga';
import { SubmissionOutcomeUnknownError } from '../jobs/submit/submissions.ts';
import type { Log } from '../observability/log.ts';
import { CancelledError, OverBudgetError, RpcError } from '../rpc/errors.ts';
import { TemplateOutcomeUnknownError } from '../templates/templates.ts';
import { type ErrorCode, originalError, presentError, type UpstreamExtension } from './errors.ts';

/**
 * Writes Yoga's log to the gateway's. Of an upstream error, only the fields below are logged: its cause comes from a
 * library and may quote a URL with its signature.
 */
export function yogaLogger(log: Log): YogaLogger {
  return {
    debug: (...args) => log.debug(args.map(String).join(' ')),
    info: (...args) => log.info(args.map(String).join(' ')),
    warn: (...args) => log.warn(args.map(String).join(' ')),
    error: (...args) => {
      for (const arg of args) logError(log, arg);
    },
  };
}

/** The codes of errors that the caller can correct, or that a repetition corrects. */
const callerErrorCodes: ReadonlySet<unknown> = new Set<ErrorCode>([
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'OVERLOADED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_MISMATCH',
]);

/** Logs an error of a response, with its location or without. */
export function logError(log: Log, logged: unknown): void {
  const error = originalError(logged);
  const isUnknown =
    error instanceof SubmissionOutcomeUnknownError || error instanceof TemplateOutcomeUnknownError;
  const failed = isUnknown ? error.failure : error;
  if (failed instanceof CancelledError) {
    log.debug({ error: failed.name }, failed.message);
    return;
  }
  if (failed instanceof RpcError && !(failed instanceof OverBudgetError)) {
    const { name, action, code, requestId, status } = failed;
    log.warn({ error: name, action, code, requestId, status }, (error as Error).message);
    return;
  }
  const { message, extensions } = presentError(logged);
  if (extensions.upstream)
    log.warn({ error: extensions.code, ...(extensions.upstream as UpstreamExtension) }, message);
  // The message may quote the request, so only the code is logged.
  else if (callerErrorCodes.has(extensions.code)) log.debug({ error: extensions.code }, 'request rejected');
  else if (error instanceof Error) log.error({ error: error.name, stack: error.stack }, error.message);
  else log.error(String(error));
}
