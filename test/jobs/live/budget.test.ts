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

it('keeps the reserved call', () => {
  const clock = new ManualClock();
  const budget = new WatchBudget({ clock, callsPerSecond: () => 2 });
  budget.spend(2);
  budget.isReserved = true;
  clock.advance(500);
  expect([budget.available(100), budget.waitMs]).toEqual([0, 500]);
  clock.advance(500);
  expect(budget.available(100)).toBe(1);
  budget.isReserved = false;
  expect(budget.available(100)).toBe(2);
});

it('does not stop if the wall clock is set back', () => {
  const clock = new ManualClock();
  const budget = new WatchBudget({ clock, callsPerSecond: () => 2 });
  budget.spend(2);
  clock.setWallClock(-30_000);
  clock.advance(1_000);
  expect(budget.available(100)).toBe(2);
});
