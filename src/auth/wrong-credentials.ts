import { TokenBucket } from '../domain/token-bucket.ts';

/** The wrong credentials that an address may send at once, and then in a minute. */
const PER_MINUTE = 10;
/** The most addresses in memory, which take about 2 MiB. Those that were quiet the longest are forgotten first. */
const MAX_ADDRESSES = 10_000;

/**
 * Counts wrong credentials for each address. Valid credentials are never limited: an address may be that of a company or
 * of a load balancer.
 */
export class WrongCredentials {
  readonly #now: () => number;
  readonly #buckets = new Map<string, TokenBucket>();

  /** @param now the milliseconds of a monotonic clock */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts one attempt. Returns `undefined`, or the milliseconds until the next one if there were too many. */
  count(address: string): number | undefined {
    const now = this.#now();
    const bucket = this.#buckets.get(address) ?? new TokenBucket(PER_MINUTE, PER_MINUTE / 60, now);
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    const [quietest] = this.#buckets.keys();
    if (this.#buckets.size > MAX_ADDRESSES && quietest !== undefined) this.#buckets.delete(quietest);
    return bucket.take(now);
  }
}
