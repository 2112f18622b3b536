import { expect, it } from 'vitest';
import { type BudgetLimits, OperationBudget } from '../../src/graphql/budget.ts';
import { ResponseMemory } from '../../src/graphql/response-memory.ts';

const limits: BudgetLimits = {
  maxUpstreamCalls: 1,
  maxLedgerReads: 1,
  maxEntities: 1,
  maxResponseObjects: 1_000_000,
  maxResponseBytes: 100_000_000,
};
const LARGE_BYTES = 16 * 1024 * 1024;

it('takes no memory for a field that ends after the response was sent: nobody would release it', () => {
  const memory = new ResponseMemory(0);
  const budget = new OperationBudget(limits, memory, 'caller');
  budget.addObject(1, LARGE_BYTES);
  expect(memory.take('caller', LARGE_BYTES)).toBe(false);
  budget.releaseMemory();

  // A sibling of a field that has made their parent null.
  budget.addObject(1, 1_000);

  expect(memory.take('caller', LARGE_BYTES)).toBe(true);
});
