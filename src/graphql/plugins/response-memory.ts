import type { ExecutionResult } from 'graphql';
import { type OperationBudget, overloadedError } from '../budget.ts';
import type { GraphQLContext } from '../context.ts';

/** Releases the memory of a result that is sent in this turn of the event loop. */
export function releaseSoon(budget: OperationBudget): void {
  if (budget.holdsMemory) setImmediate(() => budget.releaseMemory());
  else budget.releaseMemory();
}

/**
 * Releases the memory of a large response when it has been sent. A query whose response does not fit beside others is
 * rejected as a whole, so that its client repeats it; of a mutation, the rest of the response is kept.
 */
export function releaseWhenSent(
  result: ExecutionResult,
  { budget, res }: GraphQLContext,
  isQuery: boolean,
): ExecutionResult {
  if (!budget.holdsMemory) {
    budget.releaseMemory();
    return result;
  }
  if (budget.isShed && isQuery) {
    budget.releaseMemory();
    return { errors: [overloadedError()] };
  }
  if (res && !res.destroyed) res.once('close', () => budget.releaseMemory());
  // Without an HTTP response of its own, the result is sent in this turn.
  else releaseSoon(budget);
  return result;
}
