import { type ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { type Caller, hasExpired, onExpiry } from '../../auth/caller.ts';
import type { Clock } from '../../clock.ts';
import type { GraphQLContext } from '../context.ts';
import type { ErrorCode } from '../errors.ts';

/**
 * Ends subscriptions when their caller's token expires or its key is taken back: with an error, after which the stream
 * is complete. Over every transport, since all of them subscribe through the server's plugins.
 */
export function useCallerValidity(clock: Clock): Plugin<GraphQLContext> {
  return {
    onSubscribe: ({ args }) => ({
      onSubscribeResult({ result, setResult }) {
        const { caller } = args.contextValue;
        if (isAsyncIterable(result)) setResult(new WhileValid(result, caller, clock));
      },
    }),
  };
}

/** What is told to a caller who is known no more. */
export function callerHasEnded(): GraphQLError {
  const code: ErrorCode = 'UNAUTHENTICATED';
  return new GraphQLError('The credentials are valid no more: connect again, with new ones.', {
    extensions: { code },
  });
}

/**
 * The results of a subscription for as long as its caller is valid. An async generator would not do: it would hold the
 * error back until the next result comes, which may be never.
 */
class WhileValid implements AsyncIterableIterator<ExecutionResult> {
  readonly #results: AsyncIterator<ExecutionResult>;
  #stopWaiting = () => {};
  /** Whoever waits for a result now. */
  #waiting: PromiseWithResolvers<IteratorResult<ExecutionResult>> | undefined;
  #state: 'open' | 'to tell' | 'over' = 'open';

  constructor(results: AsyncIterable<ExecutionResult>, caller: Caller, clock: Clock) {
    this.#results = results[Symbol.asyncIterator]();
    this.#stopWaiting = onExpiry(caller, clock, () => this.#callerEnded());
    if (hasExpired(caller, clock)) this.#callerEnded();
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    if (this.#state !== 'open') return this.#lastWord();
    const waiting = Promise.withResolvers<IteratorResult<ExecutionResult>>();
    this.#waiting = waiting;
    // What comes after the caller's end is not for it any more: by then it has got its error instead.
    this.#results.next().then(
      (result) => {
        if (result.done && this.#state === 'open') this.#end('over');
        waiting.resolve(result);
      },
      (error: unknown) => {
        if (this.#state === 'open') this.#end('over');
        waiting.reject(error);
      },
    );
    try {
      return await waiting.promise;
    } finally {
      this.#waiting = undefined;
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.#end('over');
    await this.#results.return?.();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #callerEnded(): void {
    if (this.#state !== 'open') return;
    this.#end('to tell');
    // Whether its source can still be told is its own affair: nothing of it reaches the caller.
    Promise.resolve(this.#results.return?.()).catch(() => {});
    this.#waiting?.resolve(this.#lastWord());
  }

  #lastWord(): IteratorResult<ExecutionResult> {
    if (this.#state === 'over') return { done: true, value: undefined };
    this.#state = 'over';
    return { done: false, value: { errors: [callerHasEnded()] } };
  }

  #end(state: 'to tell' | 'over'): void {
    this.#state = state;
    this.#stopWaiting();
  }
}
