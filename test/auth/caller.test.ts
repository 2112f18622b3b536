import { describe, expect, it } from 'vitest';
import { anybody, type Caller, hasExpired, onExpiry } from '../../src/auth/caller.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** A caller with these properties, and the number of calls of the callback. */
function expiring(properties: Partial<Caller>) {
  const clock = new ManualClock(0);
  const caller = { ...anybody, ...properties };
  let calls = 0;
  const cancel = onExpiry(caller, clock, () => calls++);
  return { clock, caller, cancel, calls: () => calls };
}

describe('onExpiry', () => {
  it('calls back once when the token expires', () => {
    const { clock, caller, calls } = expiring({ expiresAt: 5_000 });
    clock.advance(4_999);
    expect([calls(), hasExpired(caller, clock)]).toEqual([0, false]);
    clock.advance(1);
    expect([calls(), hasExpired(caller, clock)]).toEqual([1, true]);
    clock.advance(100_000);
    expect(calls()).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('waits for months although a Node timer cannot', () => {
    const days = 86_400_000;
    const { clock, calls } = expiring({ expiresAt: 100 * days });
    // The longest delay of a Node timer is 2^31 - 1 ms.
    expect(Math.max(...clock.waits)).toBeLessThan(2 ** 31);
    clock.advance(99 * days);
    expect(calls()).toBe(0);
    clock.advance(days);
    expect(calls()).toBe(1);
    expect(Math.max(...clock.waits)).toBeLessThan(2 ** 31);
  });

  it('calls back once when the key is revoked, and then holds no timer', () => {
    const revocation = new AbortController();
    const { clock, caller, calls } = expiring({ revoked: revocation.signal, expiresAt: 5_000 });
    revocation.abort();
    expect([calls(), hasExpired(caller, clock), clock.pending]).toEqual([1, true, 0]);
    clock.advance(10_000);
    expect(calls()).toBe(1);
  });

  it('calls back immediately if the credentials have already expired', () => {
    expect(expiring({ revoked: AbortSignal.abort() }).calls()).toBe(1);
    const expired = expiring({ expiresAt: -1 });
    expired.clock.advance(0);
    expect(expired.calls()).toBe(1);
  });

  it('can be cancelled', () => {
    const revocation = new AbortController();
    const { clock, cancel, calls } = expiring({ revoked: revocation.signal, expiresAt: 5_000 });
    cancel();
    expect(clock.pending).toBe(0);
    revocation.abort();
    clock.advance(10_000);
    expect(calls()).toBe(0);
  });
});
