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

it('resolves a large response in many turns, between which other requests are served', async () => {
  const budget = new OperationBudget(limits, new ResponseMemory(0), 'caller');
  const turns: (number | undefined)[] = [];
  let turn = 0;
  const count = () => {
    turn++;
    if (turn < 4) setImmediate(count);
  };
  setImmediate(count);
  const objects = Array.from({ length: 14 }, async (_, index) => {
    await budget.addObject(1_000, 0);
    turns[index] = turn;
  });
  await Promise.all(objects);

  expect(turns).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2]);
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
