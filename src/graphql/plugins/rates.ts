import type { Plugin } from 'graphql-yoga';
import type { RateLimit } from '../../auth/rate-limits.ts';
import { type GraphQLContext, limitKey } from '../context.ts';
import { limitError, type OperationHook } from '../errors.ts';

/** Rejects operations beyond the caller's limit for one minute. */
export function useRateLimit(limit: RateLimit): Plugin {
  const check = async ({ args, setResultAndStopExecution }: OperationHook) => {
    const retryAfterMs = await limit.take(limitKey(args.contextValue as GraphQLContext));
    if (retryAfterMs === undefined) return;
    const message = `expected at most ${limit.perMinute} operations a minute; got one more`;
    setResultAndStopExecution({ errors: [limitError('RATE_LIMITED', message, retryAfterMs)] });
  };
  return { onExecute: check, onSubscribe: check };
}

/**
 * Rejects a subscription over HTTP if the limit of open streams is reached. `src/http/overload.ts` rejects requests that
 * only accept a stream; for a request that also accepts JSON, only the operation decides whether it becomes a stream.
 */
export function useStreamLimit(isFull: () => boolean): Plugin {
  return {
    onSubscribe({ args, setResultAndStopExecution }: OperationHook) {
      // A WebSocket counts as a stream since it was opened.
      const isHTTP = (args.contextValue as GraphQLContext).req !== undefined;
      if (!isHTTP || !isFull()) return;
      const message = 'expected fewer streams at once; got one more than can be served';
      setResultAndStopExecution({ errors: [limitError('OVERLOADED', message, 1_000)] });
    },
  };
}
