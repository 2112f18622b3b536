import { type ExecutionResult, GraphQLError } from 'graphql';
import { type Caller, hasExpired, onExpiry } from '../../auth/caller.ts';
import type { Clock } from '../../clock.ts';
import type { ErrorCode } from '../errors.ts';

export function expiredCallerError(): GraphQLError {
  const code: ErrorCode = 'UNAUTHENTICATED';
  const message = 'The credentials have expired or were revoked; connect again with valid ones.';
  return new GraphQLError(message, { extensions: { code } });
}

/**
 * The results of a subscription until its caller's token expires or its key is revoked, then one error. This is not an async generator or a `Repeater`:
 * the `return` of a generator waits for the next result, which may never come, and the `return` of a `Repeater` that
 * was never read does not reach its source.
 */
export function untilExpired(
  results: AsyncIterable<ExecutionResult>,
  caller: Caller,
  clock: Clock,
): AsyncIterableIterator<ExecutionResult> {
  const source = results[Symbol.asyncIterator]();
  let state: 'open' | 'expired' | 'ended' = 'open';
  let stopTimer = () => {};
  const expire = () => {
    if (state !== 'open') return;
    state = 'expired';
    stopTimer();
    // This resolves a pending `next` of the source.
    source.return?.().catch(() => {});
  };
  const end = () => {
    state = 'ended';
    stopTimer();
  };
  stopTimer = onExpiry(caller, clock, expire);
  if (hasExpired(caller, clock)) expire();
  return {
    async next() {
      try {
        const result = await source.next();
        if (state === 'open') {
          if (result.done) end();
          return result;
        }
      } catch (error) {
        if (state === 'open') {
          end();
          throw error;
        }
      }
      if (state === 'ended') return { done: true, value: undefined };
      state = 'ended';
      return { done: false, value: { errors: [expiredCallerError()] } };
    },
    async return() {
      end();
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
