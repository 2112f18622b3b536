import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { anybody, type Caller, callerId } from '../../auth/caller.ts';
import type { RateLimit } from '../../auth/rate-limits.ts';
import { type Execution, refusedForNow, withoutHttp } from '../refusal.ts';
import { remoteAddress } from '../transports/fetch-request.ts';

/** What is known of who asks. */
interface Asking {
  readonly caller: Caller;
  readonly request?: Request;
  /** Node's own request, which Yoga hands over. */
  readonly req?: Pick<IncomingMessage, 'socket'>;
}

/** Refuses operations of callers who have had theirs for this minute. */
export function useRateLimit(limit: RateLimit): Plugin {
  const check = async ({ args, setResultAndStopExecution }: Execution) => {
    const retryAfterMs = await limit.take(nameOf(args.contextValue as Asking));
    if (retryAfterMs === undefined) return;
    const message = `expected at most ${limit.perMinute} operations a minute; got one more`;
    setResultAndStopExecution({ errors: [refusedForNow('RATE_LIMITED', message, retryAfterMs)] });
  };
  return { onExecute: check, onSubscribe: check };
}

/** Takes one of the caller's submissions; throws `RATE_LIMITED` where none is left. To be called before it is sent. */
export async function admitSubmission(limit: RateLimit | undefined, context: Asking): Promise<void> {
  const retryAfterMs = await limit?.take(nameOf(context));
  if (retryAfterMs === undefined) return;
  const message = `expected at most ${limit?.perMinute} submissions a minute; got one more, which was not sent`;
  // An error of one field: the answer as a whole is none of a limit.
  throw withoutHttp(refusedForNow('RATE_LIMITED', message, retryAfterMs));
}

/** Whose limit it is: the caller's; where nobody has to say who they are, that of the address they come from. */
function nameOf({ caller, request, req }: Asking): string {
  if (caller !== anybody) return `caller ${callerId(caller)}`;
  return `address ${req?.socket.remoteAddress ?? (request && remoteAddress(request)) ?? 'unknown'}`;
}
