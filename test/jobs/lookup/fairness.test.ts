import { describe, expect, it } from 'vitest';
import { OverBudgetError, ThrottledError } from '../../../src/rpc/errors.ts';
import { ids, runningLookup, settled } from './running-lookup.ts';

/** A lookup with a quota of one call a second, which is used up. */
async function busyLookup() {
  const running = runningLookup({ callsPerSecond: 1 });
  void running.lookup.load(['first']);
  await settled();
  running.calls[0]?.respond();
  await settled();
  running.calls.length = 0;
  return running;
}

describe('callers', () => {
  it('take turns, one id each, and share calls of ten', async () => {
    const { lookup, calls, clock } = await busyLookup();
    void lookup.load(ids(100, 'a'), { callerKey: 'a' });
    void lookup.load(ids(3, 'b'), { callerKey: 'b' });
    void lookup.load(['c0'], { callerKey: 'c' });
    await settled();
    clock.advance(1_000);
    await settled();
    clock.advance(1_000);
    await settled();
    expect(calls.map((call) => call.ids)).toEqual([
      ['a0', 'b0', 'c0', 'a1', 'b1', 'a2', 'b2', 'a3', 'a4', 'a5'],
      ['a6', 'a7', 'a8', 'a9', 'a10', 'a11', 'a12', 'a13', 'a14', 'a15'],
    ]);
  });

  it('with a single id are in the next call, however many ids others have queued', async () => {
    const { lookup, calls, clock } = await busyLookup();
    for (const callerKey of ids(8, 'caller-')) void lookup.load(ids(100, callerKey), { callerKey });
    await settled();
    clock.advance(500);
    const ninth = lookup.load(['mine'], { callerKey: 'ninth' });
    await settled();
    clock.advance(500);
    await settled();
    expect(calls[0]?.ids).toContain('mine');
    calls[0]?.respond();
    expect(await ninth).toMatchObject([{ id: 'mine' }]);
  });

  it('do not wait longer for an id that another caller has queued behind many', async () => {
    const { lookup, calls, clock } = await busyLookup();
    void lookup.load(ids(100, 'a'), { callerKey: 'a' });
    void lookup.load(['a99'], { callerKey: 'b' });
    await settled();
    clock.advance(1_000);
    await settled();
    expect(calls[0]?.ids.slice(0, 2)).toEqual(['a0', 'a99']);
  });

  it('are not throttled because the queue is full of ids of another caller', async () => {
    const { lookup, calls, clock } = await busyLookup();
    void lookup.load(ids(10_000, 'a'), { callerKey: 'a' });
    await settled();
    const [refused] = await lookup.load(['more'], { callerKey: 'a' });
    expect(refused).toBeInstanceOf(ThrottledError);

    const other = lookup.load(ids(20, 'b'), { callerKey: 'b' });
    await settled();
    for (let second = 0; second < 4; second++) {
      clock.advance(1_000);
      await settled();
      calls[second]?.respond();
    }
    expect(await other).toMatchObject(ids(20, 'b').map((id) => ({ id })));
  });

  it('share the quota with the parts of a failed call', async () => {
    const { lookup, calls, clock } = await busyLookup();
    void lookup.load(ids(10, 'a'), { callerKey: 'a' });
    await settled();
    clock.advance(1_000);
    await settled();
    calls[0]?.options.onFailedAttempt?.(new ThrottledError({ action: 'ListAIJob' }));
    void lookup.load(ids(100, 'b'), { callerKey: 'b' });
    const { RejectedError } = await import('../../../src/rpc/errors.ts');
    calls[0]?.fail(new RejectedError({ action: 'ListAIJob', code: 'InvalidParameter', status: 400 }));
    for (let second = 0; second < 6; second++) {
      await settled();
      clock.advance(1_000);
    }
    await settled();
    const sizes = calls.slice(1).map((call) => call.ids.length);
    expect(sizes.filter((size) => size === 10).length).toBeGreaterThanOrEqual(2);
    expect(sizes.filter((size) => size === 2).length).toBeGreaterThanOrEqual(2);
  });
});

describe('an operation with a budget', () => {
  /** A budget of this many calls. */
  const budgetOf = (calls: number) => {
    let left = calls;
    return {
      takeCalls: (count: number) => {
        if (left < count) return false;
        left -= count;
        return true;
      },
      holdBytes: () => true,
      turn: () => undefined,
    };
  };

  it('has as many ids read as fit, and is told at once about the others', async () => {
    const { lookup, calls } = runningLookup();
    const load = lookup.load(ids(25), { budget: budgetOf(2) });
    await settled();
    expect(calls.map((call) => call.ids)).toEqual([ids(10), ids(20).slice(10)]);
    for (const call of calls) call.respond();
    const outcomes = await load;
    expect(outcomes.filter((outcome) => outcome instanceof OverBudgetError)).toHaveLength(5);
    expect(outcomes.slice(0, 20)).toMatchObject(ids(20).map((id) => ({ id })));
  });

  it('has its ids in as many calls as it pays for, although only some of them may be archived', async () => {
    const { lookup, calls, archived } = runningLookup();
    for (const id of ids(5)) archived.set(id, undefined as never);
    void lookup.load(ids(10), { budget: budgetOf(1) });
    await settled();
    expect(calls.map((call) => call.ids)).toEqual([ids(10)]);
  });

  it('pays again for an id that another operation has left and that is queued later', async () => {
    const { lookup, calls, archived } = runningLookup();
    archived.set('left', undefined as never);
    const poor = lookup.load(['left'], { budget: budgetOf(0) });
    const load = lookup.load(['left', 'own'], { budget: budgetOf(1) });
    await settled();
    for (const call of calls) call.respond();
    expect((await poor)[0]).toBeInstanceOf(OverBudgetError);
    expect((await load).filter((outcome) => outcome instanceof OverBudgetError)).toHaveLength(1);
    expect(calls).toHaveLength(1);
  });

  it('pays nothing for isolation, for pending ids and for the archive', async () => {
    const { lookup, calls, archived } = runningLookup();
    const { job } = await import('./running-lookup.ts');
    archived.set('archived', job('archived', 'SUCCESS'));
    void lookup.load(['pending']);
    await settled();
    const load = lookup.load(['pending', 'archived', ...ids(10)], { budget: budgetOf(1) });
    await settled();
    for (const call of calls) call.respond();
    expect((await load).some((outcome) => outcome instanceof OverBudgetError)).toBe(false);
  });

  it('does not spoil the id for another request', async () => {
    const { lookup, calls, archived } = runningLookup();
    archived.set('a', undefined as never);
    const poor = lookup.load(['a'], { budget: budgetOf(0) });
    const other = lookup.load(['a'], { budget: budgetOf(1) });
    await settled();
    expect((await poor)[0]).toBeInstanceOf(OverBudgetError);
    calls[0]?.respond();
    expect(await other).toMatchObject([{ id: 'a' }]);
  });
});
