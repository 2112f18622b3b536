import { describe, expect, it } from 'vitest';
import {
  CancelledError,
  InvalidResponseError,
  RejectedError,
  ThrottledError,
  TimeoutError,
  UnavailableError,
} from '../../src/rpc/errors.ts';
import { type FailedAttempt, RetryBudget, retryDelay } from '../../src/rpc/retry.ts';

const action = 'ListAIJob';
const throttled = new ThrottledError({ action });
const throttledFor = (retryAfterMs: number) => new ThrottledError({ action, retryAfterMs });
const ran = new UnavailableError('HTTP 503', { action, mayHaveRun: true });
const notSent = new UnavailableError('no connection', { action, mayHaveRun: false });

function decide(attempt: Partial<FailedAttempt>): number | undefined {
  return retryDelay({
    kind: 'read',
    error: ran,
    attempt: 1,
    failures: 1,
    remainingMs: 60_000,
    random: 0,
    ...attempt,
  });
}

describe('the decision to retry', () => {
  it.each([
    ['throttling', throttled, true, true],
    ['an unavailable API that may have run the call', ran, true, false],
    ['an unavailable API that did not run the call', notSent, true, true],
    ['a rejection', new RejectedError({ action, code: 'Forbidden' }), false, false],
    ['an invalid response', new InvalidResponseError('HTML', { action }), false, false],
    ['a timeout', new TimeoutError(1, { action, mayHaveRun: false }), false, false],
    ['a cancellation', new CancelledError({ action, mayHaveRun: false }), false, false],
  ])('after %s', (_, error, readAgain, submitAgain) => {
    expect(decide({ kind: 'read', error }) !== undefined).toBe(readAgain);
    expect(decide({ kind: 'submit', error }) !== undefined).toBe(submitAgain);
  });
});

describe('the number of attempts', () => {
  it('is three', () => {
    expect(decide({ attempt: 2, failures: 2 })).toBeDefined();
    expect(decide({ attempt: 3, failures: 3 })).toBeUndefined();
    expect(decide({ kind: 'submit', error: notSent, attempt: 3, failures: 3 })).toBeUndefined();
  });

  it('does not include throttled attempts', () => {
    expect(decide({ error: throttled, attempt: 100, failures: 2 })).toBeDefined();
  });
});

describe('the delay', () => {
  it.each([
    [1, 50, 100],
    [2, 100, 200],
    [3, 200, 400],
    [4, 400, 800],
    [5, 800, 1_600],
    [6, 1_000, 2_000],
    [7, 1_000, 2_000],
    [100, 1_000, 2_000],
    [5_000, 1_000, 2_000],
  ])('after attempt %i is from %i to %i ms', (attempt, least, most) => {
    const after = (random: number) => decide({ error: throttled, attempt, failures: 0, random });
    expect(after(0)).toBe(least);
    expect(after(0.5)).toBe((least + most) / 2);
    expect(after(0.999_999)).toBeCloseTo(most, 1);
  });

  it.each([
    [0, 50],
    [40, 50],
    [3_000, 3_000],
  ])('with a Retry-After of %i ms is %i ms', (retryAfterMs, expected) => {
    expect(decide({ error: throttledFor(retryAfterMs) })).toBe(expected);
  });

  it.each([
    [ran, 51, 50],
    [ran, 50, undefined],
    [ran, 0, undefined],
    [ran, -5, undefined],
    [throttledFor(3_000), 3_001, 3_000],
    [throttledFor(3_000), 3_000, undefined],
  ])('ends before the deadline (%o, %i ms left)', (error, remainingMs, expected) => {
    expect(decide({ error, remainingMs })).toBe(expected);
  });
});

describe('the retry budget', () => {
  const taken = (budget: RetryBudget): number => {
    let count = 0;
    while (budget.tryTake()) count++;
    return count;
  };

  it('allows a hundred retries', () => {
    expect(taken(new RetryBudget())).toBe(100);
  });

  it('allows one more for every five successes', () => {
    const budget = new RetryBudget();
    taken(budget);
    for (let success = 0; success < 4; success++) budget.succeeded();
    expect(budget.tryTake()).toBe(false);
    budget.succeeded();
    expect([budget.tryTake(), budget.tryTake()]).toEqual([true, false]);
  });

  it('never exceeds its initial size', () => {
    const budget = new RetryBudget();
    for (let success = 0; success < 1_000; success++) budget.succeeded();
    expect(taken(budget)).toBe(100);
  });
});
