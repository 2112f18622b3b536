const maxRemembered = 100_000;

/** The nonces that were used, each for as long as a request that carries it could be accepted again. */
export class UsedNonces {
  readonly #expiries = new Map<string, number>();

  /**
   * Takes a nonce, once.
   *
   * @param expiresAt Unix ms from which the request would be refused as stale anyway
   * @returns false where it was used before
   */
  take(nonce: string, now: number, expiresAt: number): boolean {
    const known = this.#expiries.get(nonce);
    if (known !== undefined && known >= now) return false;
    this.#expiries.delete(nonce);
    this.#expiries.set(nonce, expiresAt);
    this.#forget(now);
    return true;
  }

  // Insertion order is nearly the order of expiry, so looking at the oldest alone keeps this cheap.
  #forget(now: number): void {
    for (const [nonce, expiresAt] of this.#expiries) {
      if (expiresAt >= now && this.#expiries.size <= maxRemembered) return;
      this.#expiries.delete(nonce);
    }
  }
}
