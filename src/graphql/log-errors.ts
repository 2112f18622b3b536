import type { YogaLogger } from 'graphql-yoga';
import { SubmissionOutcomeUnknownError } from '../jobs/submit/submissions.ts';
import type { Log } from '../observability/log.ts';
import { CancelledError, RpcError } from '../rpc/errors.ts';
import { TemplateOutcomeUnknownError } from '../templates/templates.ts';
import { type ErrorCode, originalError, presentError, type UpstreamExtension } from './errors.ts';

/**
 * What the GraphQL server has to say, in the gateway's log. Of an upstream error only these fields are told, since its
 * causes are other people's, who may quote what they were given.
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

/** What goes wrong through the caller's doing. */
const callersOwn: ReadonlySet<unknown> = new Set<ErrorCode>([
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_MISMATCH',
]);

function logError(log: Log, seen: unknown): void {
  const error = originalError(seen);
  const isUnknown =
    error instanceof SubmissionOutcomeUnknownError || error instanceof TemplateOutcomeUnknownError;
  const failed = isUnknown ? error.failure : error;
  if (failed instanceof CancelledError) {
    log.debug({ error: failed.name }, failed.message);
    return;
  }
  if (failed instanceof RpcError) {
    const { name, action, code, requestId, status } = failed;
    log.warn({ error: name, action, code, requestId, status }, (error as Error).message);
    return;
  }
  const { message, extensions } = presentError(seen);
  if (extensions.upstream)
    log.warn({ error: extensions.code, ...(extensions.upstream as UpstreamExtension) }, message);
  // What callers get wrong is theirs to see; their own words have no place in the log.
  else if (callersOwn.has(extensions.code)) log.debug({ error: extensions.code }, 'refused a request');
  else if (error instanceof Error) log.error({ error: error.name, stack: error.stack }, error.message);
  else log.error(String(error));
}
