import { expect, it } from 'vitest';
import { WatchBudget } from '../../../src/jobs/live/budget.ts';
import { ManualClock } from '../../support/manual-clock.ts';

it('gives no more calls than its share of the quota, and gathers them for a second at most', () => {
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

it('follows the quota down, and still gives a call now and then', () => {
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
