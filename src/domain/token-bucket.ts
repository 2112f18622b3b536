/** A rate limit that allows bursts: it holds up to `capacity` tokens and gets `perSecond` new ones every second. */
export class TokenBucket {
  readonly #capacity: number;
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: number;

  /** @param now the milliseconds of a monotonic clock */
  constructor(capacity: number, perSecond: number, now: number) {
    this.#capacity = capacity;
    this.#perSecond = perSecond;
    this.#tokens = capacity;
    this.#filledAt = now;
  }

  /** Takes a token. Returns `undefined`, or the milliseconds until the next token if there is none. */
  take(now: number): number | undefined {
    const added = ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#capacity, this.#tokens + added);
    this.#filledAt = now;
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000);
    this.#tokens--;
    return undefined;
  }
}
