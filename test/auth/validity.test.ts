import { describe, expect, it } from 'vitest';
import { anybody, type Caller } from '../../src/auth/caller.ts';
import { hasEnded, whenEnded } from '../../src/auth/validity.ts';
import { ManualClock } from '../support/manual-clock.ts';

function ending(limits: Partial<Caller>) {
  const clock = new ManualClock(0);
  const caller = { ...anybody, ...limits };
  let calls = 0;
  const cancel = whenEnded(caller, clock, () => calls++);
  return { clock, caller, cancel, calls: () => calls };
}

describe('whenEnded', () => {
  it('calls back once, when the token expires', () => {
    const { clock, caller, calls } = ending({ expiresAt: 5_000 });
    clock.advance(4_999);
    expect([calls(), hasEnded(caller, clock)]).toEqual([0, false]);
    clock.advance(1);
    expect([calls(), hasEnded(caller, clock)]).toEqual([1, true]);
    clock.advance(100_000);
    expect(calls()).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('waits for months without the timer going off at once', () => {
    const days = 86_400_000;
    const { clock, calls } = ending({ expiresAt: 100 * days });
    // Node's timers take no more than 2^31 - 1 ms.
    expect(Math.max(...clock.waits)).toBeLessThan(2 ** 31);
    clock.advance(99 * days);
    expect(calls()).toBe(0);
    clock.advance(days);
    expect(calls()).toBe(1);
    expect(Math.max(...clock.waits)).toBeLessThan(2 ** 31);
  });

  it('calls back once, when the key is revoked, and holds no timer after that', () => {
    const revocation = new AbortController();
    const { clock, caller, calls } = ending({ revoked: revocation.signal, expiresAt: 5_000 });
    revocation.abort();
    expect([calls(), hasEnded(caller, clock), clock.pending]).toEqual([1, true, 0]);
    clock.advance(10_000);
    expect(calls()).toBe(1);
  });

  it('calls back at once for a caller who has ended already', () => {
    expect(ending({ revoked: AbortSignal.abort() }).calls()).toBe(1);
    const expired = ending({ expiresAt: -1 });
    expired.clock.advance(0);
    expect(expired.calls()).toBe(1);
  });

  it('is taken back', () => {
    const revocation = new AbortController();
    const { clock, cancel, calls } = ending({ revoked: revocation.signal, expiresAt: 5_000 });
    cancel();
    expect(clock.pending).toBe(0);
    revocation.abort();
    clock.advance(10_000);
    expect(calls()).toBe(0);
  });
});
