import { expect, it } from 'vitest';
import { WatchBudget } from '../../../src/jobs/live/budget.ts';
import { ManualClock } from '../../support/manual-clock.ts';

it('allows its share of the quota, and accumulates calls for at most one second', () => {
  const clock = new ManualClock();
  const budget = new WatchBudget({ clock, callsPerSecond: () => 10 });
  expect(budget.available(100)).toBe(10);
  budget.spend(10);
  expect([budget.available(100), budget.waitMs]).toEqual([0, 100]);
  clock.advance(250);
  expect([budget.available(100), budget.available(1), budget.waitMs]).toEqual([2, 1, 0]);
  clock.advance(60_000);
  expect(budget.available(100)).toBe(10);
});

it('adapts to a lower quota, and always allows one call in time', () => {
  const clock = new ManualClock();
  let rate = 100;
  const budget = new WatchBudget({ clock, callsPerSecond: () => rate });
  rate = 0.25;
  clock.advance(0);
  expect(budget.available(100)).toBe(1);
  budget.spend(1);
  expect(budget.waitMs).toBe(4_000);
  clock.advance(4_000);
  expect(budget.available(100)).toBe(1);
});
