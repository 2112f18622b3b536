import { describe, expect, it } from 'vitest';
import { type Permit, RateLimiter } from '../../src/rpc/rate-limiter.ts';
import { ManualClock } from '../support/manual-clock.ts';

function limiterAt(callsPerSecond: number) {
  const clock = new ManualClock();
  return { clock, limiter: new RateLimiter(clock, callsPerSecond) };
}

/** Requests this many permits. The returned list receives those that are granted. */
function requestPermits(limiter: RateLimiter, count: number): Permit[] {
  const permits: Permit[] = [];
  for (let call = 0; call < count; call++) void limiter.acquire().then((permit) => permits.push(permit));
  return permits;
}

async function seconds(clock: ManualClock, count: number, each: () => void = () => {}): Promise<void> {
  for (let step = 0; step < count * 100; step++) {
    clock.advance(10);
    await Promise.resolve();
    each();
  }
}

/** An API that accepts this many calls in each second and throttles the rest. */
class Quota {
  granted = 0;
  throttled = 0;
  #left: number;
  readonly #callsPerSecond: number;

  constructor(clock: ManualClock, callsPerSecond: number) {
    this.#callsPerSecond = callsPerSecond;
    this.#left = callsPerSecond;
    const nextSecond = () => {
      this.#left = this.#callsPerSecond;
      clock.after(1_000, nextSecond);
    };
    clock.after(1_000, nextSecond);
  }

  take(limiter: RateLimiter, permit: Permit): void {
    if (this.#left > 0) {
      this.#left--;
      this.granted++;
      limiter.accepted();
    } else {
      this.throttled++;
      limiter.throttled(permit);
    }
  }
}

/** A client that sends whenever it gets a permit. */
function busy(limiter: RateLimiter, quota: Quota): void {
  void limiter.acquire().then((permit) => {
    quota.take(limiter, permit);
    busy(limiter, quota);
  });
}

describe('the rate', () => {
  it('allows a burst after an idle time, and then its calls per second', async () => {
    const { clock, limiter } = limiterAt(50);
    const permits = requestPermits(limiter, 30);
    await Promise.resolve();
    expect(permits).toHaveLength(5);

    clock.advance(20);
    await Promise.resolve();
    expect(permits).toHaveLength(6);
    await seconds(clock, 0.2);
    expect(permits).toHaveLength(16);
  });

  it('is fully used', async () => {
    const { clock, limiter } = limiterAt(50);
    const permits = requestPermits(limiter, 1_000);
    await seconds(clock, 10);
    expect(permits.length).toBeGreaterThanOrEqual(500);
    expect(permits.length).toBeLessThanOrEqual(506);
  });

  it('grants permits in the order of the requests', async () => {
    const { clock, limiter } = limiterAt(10);
    const order: number[] = [];
    for (let call = 0; call < 5; call++) void limiter.acquire().then(() => order.push(call));
    await seconds(clock, 1);
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it('drops aborted requests and accepts returned permits', async () => {
    const { clock, limiter } = limiterAt(1);
    await limiter.acquire();
    const leaving = new AbortController();
    const left = limiter.acquire(leaving.signal);
    const stays = requestPermits(limiter, 1);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(limiter.delayMs(0)).toBe(1_000);

    limiter.release();
    await Promise.resolve();
    expect(stays).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});

describe('throttling', () => {
  it('lowers the rate below the recently accepted calls, however high it is configured', async () => {
    const { clock, limiter } = limiterAt(1_000);
    const quota = new Quota(clock, 50);
    busy(limiter, quota);
    await seconds(clock, 2.5);

    expect(quota.throttled).toBeGreaterThan(0);
    expect(limiter.rate).toBeGreaterThan(30);
    expect(limiter.rate).toBeLessThan(60);
  });

  it('lowers the rate once for all calls in progress', async () => {
    const { clock, limiter } = limiterAt(100);
    for (let step = 0; step < 3; step++) {
      await limiter.acquire();
      clock.advance(600);
    }
    for (let call = 0; call < 50; call++) limiter.accepted();
    const permits = await Promise.all([limiter.acquire(), limiter.acquire(), limiter.acquire()]);

    for (const permit of permits) limiter.throttled(permit);

    expect(limiter.rate).toBeCloseTo(0.95 * 50, 0);
  });

  it('right after an idle time lowers the rate by at most a third: another client may have used the quota', async () => {
    const { clock, limiter } = limiterAt(50);
    clock.advance(10_000);
    limiter.throttled(await limiter.acquire());
    expect(limiter.rate).toBeGreaterThan(0.65 * 50);
  });

  it('keeps at least nine tenths of the quota in use, with few throttled calls', async () => {
    const { clock, limiter } = limiterAt(1_000);
    const quota = new Quota(clock, 50);
    busy(limiter, quota);
    await seconds(clock, 5);
    const before = quota.granted;
    const throttledBefore = quota.throttled;

    await seconds(clock, 60);

    expect(quota.granted - before).toBeGreaterThanOrEqual(0.9 * 50 * 60);
    expect(quota.throttled - throttledBefore).toBeLessThan(0.05 * 50 * 60);
  });

  it('lets two independent clients share one quota', async () => {
    const clock = new ManualClock();
    const quota = new Quota(clock, 100);
    const shares = [0, 0];
    const compete = (limiter: RateLimiter, index: 0 | 1) => {
      void limiter.acquire().then((permit) => {
        const before = quota.granted;
        quota.take(limiter, permit);
        shares[index] = (shares[index] ?? 0) + quota.granted - before;
        compete(limiter, index);
      });
    };
    compete(new RateLimiter(clock, 1_000), 0);
    await seconds(clock, 3);
    compete(new RateLimiter(clock, 1_000), 1);
    await seconds(clock, 10);
    shares.fill(0);
    await seconds(clock, 120);

    expect(Math.min(...shares)).toBeGreaterThan(0.25 * 100 * 120);
    expect(quota.throttled / quota.granted).toBeLessThan(0.1);
  });

  it('is followed by growth up to the configured rate', async () => {
    const { clock, limiter } = limiterAt(20);
    limiter.throttled(await limiter.acquire());
    expect(limiter.rate).toBeLessThan(15);

    const accept = () => {
      void limiter.acquire().then(() => {
        limiter.accepted();
        accept();
      });
    };
    accept();
    await seconds(clock, 30);

    expect(limiter.rate).toBe(20);
  });
});

describe('an initial rate', () => {
  it('limits the first calls, and success raises it up to the highest rate', async () => {
    const clock = new ManualClock();
    const limiter = new RateLimiter(clock, 20, 5);
    const quota = new Quota(clock, 1_000);
    busy(limiter, quota);
    await seconds(clock, 1);
    expect(quota.granted).toBeGreaterThanOrEqual(5);
    expect(quota.granted).toBeLessThanOrEqual(7);
    await seconds(clock, 10);
    expect(limiter.rate).toBe(20);
  });

  it('is never above the highest rate', () => {
    expect(new RateLimiter(new ManualClock(), 2, 5).rate).toBe(2);
  });
});
