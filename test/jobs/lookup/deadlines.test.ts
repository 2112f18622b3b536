import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ThrottledError, TimeoutError } from '../../../src/rpc/errors.ts';
import { ids, job, runningLookup, settled } from './running-lookup.ts';

describe('the timeout of a request', () => {
  it('throttles ids that still wait for the quota, with the time until a retry', async () => {
    const { lookup, calls, clock } = runningLookup({ callsPerSecond: 1 });
    const loads = ids(300).map((id) => lookup.load([id]));
    await settled();
    for (let second = 0; second < 10; second++) {
      clock.advance(1_000);
      await settled();
    }

    const outcomes = (await Promise.all(loads)).flat();
    const throttled = outcomes.filter((outcome) => outcome instanceof ThrottledError);
    expect(throttled.length).toBeGreaterThanOrEqual(180);
    expect(throttled[0]?.retryAfterMs).toBeGreaterThan(0);
    expect(outcomes.filter((outcome) => outcome instanceof TimeoutError).length + throttled.length).toBe(300);
    expect(calls.length).toBeLessThanOrEqual(12);
    expect(lookup.queued).toBe(0);
    expect(calls.every((call) => call.signal?.aborted)).toBe(true);
  });

  it('is a TimeoutError for a stalled call, and a ThrottledError for a call that VOD throttles', async () => {
    const { lookup, calls, clock } = runningLookup();
    const stalled = lookup.load(['stalled']);
    await settled();
    const throttled = lookup.load(['throttled']);
    clock.advance(20);
    await settled();
    const error = new ThrottledError({ action: 'ListAIJob', status: 400, code: 'Throttling.User' });
    calls[1]?.options.onFailedAttempt?.(error);
    clock.advance(10_000);

    expect((await stalled)[0]).toBeInstanceOf(TimeoutError);
    expect((await throttled)[0]).toBe(error);
  });

  it('is not awaited if the queue is full: the next id is throttled at once', async () => {
    const { lookup, clock } = runningLookup({ callsPerSecond: 1 });
    void lookup.load(ids(10_000));
    await settled();
    void lookup.load(ids(1_000, 'more-'));
    expect(lookup.queued).toBe(10_000);

    const [outcome] = await lookup.load(['one too many']);

    expect(outcome).toBeInstanceOf(ThrottledError);
    expect(clock.pending).toBeLessThan(10);
  });

  it('is not needed for a job in the archive, although the queue is full', async () => {
    const { lookup, archived } = runningLookup({ callsPerSecond: 1 });
    void lookup.load(ids(10_000));
    await settled();
    void lookup.load(ids(1_000, 'more-'));
    archived.set('done', job('done', 'SUCCESS'));

    const [done, other] = await lookup.load(['done', 'other']);

    expect(done).toMatchObject({ id: 'done' });
    expect(other).toBeInstanceOf(ThrottledError);
    expect(lookup.queued).toBe(10_000);
  });

  it('does not depend on the wall clock', async () => {
    for (const byMs of [-30_000, 30_000]) {
      const { lookup, clock } = runningLookup();
      const load = lookup.load(['a']);
      await settled();
      clock.setWallClock(byMs);
      clock.advance(2_499);
      let isTold = false;
      void load.then(() => {
        isTold = true;
      });
      await settled();
      expect(isTold).toBe(false);
      clock.advance(7_501);
      expect((await load)[0]).toBeInstanceOf(TimeoutError);
    }
  });

  it('leaves no timer, no listener and no id', async () => {
    const { lookup, calls, clock } = runningLookup();
    const caller = new AbortController();
    for (let round = 0; round < 50; round++) {
      const load = lookup.load(ids(10), { signal: caller.signal });
      await settled();
      calls.at(-1)?.respond();
      await load;
    }
    clock.advance(10_000);
    await settled();

    expect(clock.pending).toBe(0);
    expect(lookup.queued).toBe(0);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  });
});
