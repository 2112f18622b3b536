import type { YogaLogger } from 'graphql-yoga';
import { SubmissionOutcomeUnknownError } from '../jobs/submission.ts';
import type { Log } from '../log.ts';
import { RpcError } from '../rpc/errors.ts';
import { originalError } from './errors.ts';

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
      for (const arg of args) logError(log, originalError(arg));
    },
  };
}

function logError(log: Log, error: unknown): void {
  const failed = error instanceof SubmissionOutcomeUnknownError ? error.cause : error;
  if (failed instanceof RpcError) {
    const { name, action, code, requestId, status } = failed;
    log.warn({ error: name, action, code, requestId, status }, (error as Error).message);
  } else if (error instanceof Error) {
    log.error({ error: error.name, stack: error.stack }, error.message);
  } else {
    log.error(String(error));
  }
}
