import { getOperationAST } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { type OperationBudget, overloadedError } from '../budget.ts';
import type { GraphQLContext } from '../context.ts';

/** Without an HTTP response of its own, a result is sent in this turn of the event loop. */
function releaseSoon(budget: OperationBudget): void {
  if (budget.holdsMemory) setImmediate(() => budget.releaseMemory());
}

/**
 * Releases the memory of a large response when it has been sent. A query whose response does not fit beside others is
 * rejected as a whole, so that its client repeats it; of a mutation, the rest of the response is kept.
 */
export function useResponseMemory(): Plugin<GraphQLContext> {
  return {
    onExecute: ({ args }) => ({
      onExecuteDone({ result, setResult }) {
        const { budget, res } = args.contextValue;
        if (isAsyncIterable(result) || !budget.holdsMemory) return;
        if (budget.isShed && getOperationAST(args.document, args.operationName)?.operation === 'query') {
          budget.releaseMemory();
          setResult({ errors: [overloadedError()] });
        } else if (res && !res.destroyed) {
          res.once('close', () => budget.releaseMemory());
        } else {
          releaseSoon(budget);
        }
      },
    }),
    onSubscribe: () => ({
      onSubscribeResult: () => ({ onNext: ({ args }) => releaseSoon(args.contextValue.budget) }),
    }),
  };
}
