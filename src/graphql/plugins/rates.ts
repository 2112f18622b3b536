import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { type Authenticate, type Caller, callerKey, type RequestContext } from '../../auth/caller.ts';
import type { LimitExcess } from '../../auth/caller-limits.ts';
import type { RateLimit } from '../../auth/rate-limits.ts';
import type { GraphQLContext } from '../context.ts';
import { invalidRequest, limitError, type OperationHook, rateLimitError } from '../errors.ts';

/**
 * Counts each operation over HTTP against its caller's limit, before its document is looked up or parsed: an unknown id and
 * an invalid document cost as much as a valid operation. Other transports count before they parse.
 */
export function useRateLimit(limit: RateLimit, authenticate: Authenticate): Plugin {
  const reject = (excess: LimitExcess | undefined) => {
    if (excess) throw rateLimitError(excess);
  };
  // Synchronous if the limit is: a promise here makes Yoga's whole request path asynchronous.
  const check = (caller: Caller, address: string | undefined) => {
    const excess = limit.take(callerKey(caller, address), caller.limits);
    return excess instanceof Promise ? excess.then(reject) : reject(excess);
  };
  return {
    onParams({ request, context }) {
      const { caller, req } = context as RequestContext & Pick<GraphQLContext, 'req'>;
      const address = req?.socket.remoteAddress;
      if (caller) return check(caller, address);
      // The context rejects the request if its credentials are invalid.
      return authenticate(request.headers).then(
        (known) => check(known, address),
        () => {},
      );
    },
  };
}

export interface StreamLimitOptions {
  /** Counts the response to a subscription over HTTP as a stream. Returns false if no more streams can be served. */
  readonly admitStream: (response: ServerResponse) => boolean;
}

/**
 * Rejects a subscription over HTTP if its client does not accept a stream, or if the limit of open streams is reached.
 * `src/http/overload.ts` rejects requests that only accept a stream; for a request that also accepts JSON, only the
 * operation decides whether it becomes a stream.
 */
export function useStreamLimit({ admitStream }: StreamLimitOptions): Plugin {
  return {
    onSubscribe({ args, setResultAndStopExecution }: OperationHook) {
      const { req, res } = args.contextValue as GraphQLContext;
      // A WebSocket counts as a stream since it was opened.
      if (!req || !res) return;
      const { accept = '*/*' } = req.headers;
      // Yoga would respond with 406 after the subscription has started, and never end it.
      if (!/text\/event-stream|\*\/\*/i.test(accept)) {
        const error = invalidRequest('accept', 'text/event-stream for a subscription', accept.slice(0, 64));
        setResultAndStopExecution({ errors: [error] });
      } else if (!admitStream(res)) {
        const message = 'expected fewer streams at once; got one more than can be served';
        setResultAndStopExecution({ errors: [limitError('OVERLOADED', message, 1_000)] });
      }
    },
  };
}
