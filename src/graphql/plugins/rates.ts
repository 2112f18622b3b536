import type { ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { GraphQLContext } from '../context.ts';
import { invalidRequest, limitError } from '../errors.ts';

/** Counts the response to a subscription over HTTP as a stream. Returns false if no more streams can be served. */
export type AdmitStream = (response: ServerResponse) => boolean;

/**
 * Returns an error for a subscription over HTTP if its client does not accept a stream, or if the limit of open streams is
 * reached. `src/http/overload.ts` rejects requests that only accept a stream; for a request that also accepts JSON, only the
 * operation decides whether it becomes a stream.
 */
export function streamRefusal({ req, res }: GraphQLContext, admit: AdmitStream): GraphQLError | undefined {
  // A WebSocket counts as a stream since it was opened.
  if (!req || !res) return undefined;
  const { accept = '*/*' } = req.headers;
  // Yoga would respond with 406 after the subscription has started, and never end it.
  if (!/text\/event-stream|\*\/\*/i.test(accept)) {
    return invalidRequest('accept', 'text/event-stream for a subscription', accept.slice(0, 64));
  }
  if (admit(res)) return undefined;
  return limitError('OVERLOADED', 'expected fewer streams at once; got one more than can be served', 1_000);
}
