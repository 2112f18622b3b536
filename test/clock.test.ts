import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { sleep, systemClock } from '../src/clock.ts';
import { ManualClock } from './support/manual-clock.ts';

describe('sleep', () => {
  it('resolves after its time, and not earlier', async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    let awake = false;
    const slept = sleep(clock, 100, signal).then(() => {
      awake = true;
    });
    clock.advance(99);
    await Promise.resolve();
    expect(awake).toBe(false);
    clock.advance(1);
    await slept;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('rejects with the reason of an abort and cancels its timer', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const slept = sleep(clock, 100, controller.signal);
    controller.abort('gone');
    await expect(slept).rejects.toBe('gone');
    expect(clock.pending).toBe(0);
  });

  it('starts no timer if the signal is already aborted', async () => {
    const clock = new ManualClock();
    await expect(sleep(clock, 100, AbortSignal.abort('gone'))).rejects.toBe('gone');
    expect(clock.waits).toEqual([]);
  });
});

describe('the system clock', () => {
  it('calls the callback once', async () => {
    let calls = 0;
    await new Promise<void>((resolve) => {
      systemClock.after(0, () => {
        calls++;
        resolve();
      });
    });
    expect(calls).toBe(1);
  });

  it('does not call a cancelled callback', async () => {
    let called = false;
    const cancel = systemClock.after(0, () => {
      called = true;
    });
    cancel();
    await new Promise<void>((resolve) => {
      systemClock.after(5, resolve);
    });
    expect(called).toBe(false);
  });

  it('returns the system time', () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });
});

describe('ManualClock', () => {
  it('calls callbacks in the order of their times, at those times', () => {
    const clock = new ManualClock(0);
    const calls: [string, number][] = [];
    clock.after(20, () => calls.push(['b', clock.now()]));
    clock.after(10, () => {
      calls.push(['a', clock.now()]);
      clock.after(5, () => calls.push(['made on the way', clock.now()]));
    });
    clock.after(31, () => calls.push(['not yet', clock.now()]));
    clock.advance(30);
    expect(calls).toEqual([
      ['a', 10],
      ['made on the way', 15],
      ['b', 20],
    ]);
    expect(clock.now()).toBe(30);
    expect(clock.pending).toBe(1);
  });

  it('resolves when enough timers are scheduled', async () => {
    const clock = new ManualClock();
    clock.after(1, () => {});
    let told = false;
    const scheduled = clock.scheduled(2).then(() => {
      told = true;
    });
    await Promise.resolve();
    expect(told).toBe(false);
    clock.after(1, () => {});
    await scheduled;
  });
});

describe('the manual clock', () => {
  it('sets only the wall clock back', () => {
    const clock = new ManualClock(1_000_000);
    const start = clock.monotonic();
    clock.advance(5);
    clock.setWallClock(-30_000);
    expect([clock.now(), clock.monotonic() - start]).toEqual([970_005, 5]);
    clock.advance(5);
    expect([clock.now(), clock.monotonic() - start]).toEqual([970_010, 10]);
  });
});
