import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
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

it('does not let an operation wait for the memory that it holds itself', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const memory = new ResponseMemory(0);
  const budget = new OperationBudget(limits, memory, 'caller');
  const other = new OperationBudget(limits, memory, 'caller');
  budget.expect(1_000);
  other.expect(1_000);
  const otherTurn = other.turn()?.then(() => 'its turn');
  const turns = [budget.turn(), budget.turn()];
  budget.addObject(1, LARGE_BYTES / 2);

  await Promise.all(turns);
  await budget.turn();

  // One that has not started waits.
  expect(await Promise.race([otherTurn, nextTurn('not yet')])).toBe('not yet');
  budget.releaseMemory();
  expect(await otherTurn).toBe('its turn');
});
