/** A connection whose caller is not known yet. */
interface Stranger {
  readonly address: string;
  readonly close: () => void;
}

export interface StrangersOptions {
  readonly max: number;
  readonly maxPerAddress: number;
}

/**
 * The connections whose callers are not known yet. They hold no place of a caller. Over a limit, the oldest one is closed,
 * of the same address or of all, and the new one is accepted: a client that sends its credentials at once gets in, however
 * many others never send any.
 */
export class Strangers {
  readonly #options: StrangersOptions;
  /** In the order of their arrival. */
  readonly #all = new Set<Stranger>();
  readonly #byAddress = new Map<string, Set<Stranger>>();

  constructor(options: StrangersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#all.size;
  }

  /**
   * Adds a connection, and closes the oldest one over the limits.
   *
   * @param close closes the connection, if it is the oldest one
   * @returns a function to call when the caller is known, or when the connection is closed
   */
  enter(address: string, close: () => void): () => void {
    const { max, maxPerAddress } = this.#options;
    const stranger = { address, close };
    const [oldestHere] = this.#of(address);
    if (oldestHere && this.#of(address).size >= maxPerAddress) this.#evict(oldestHere);
    const [oldest] = this.#all;
    if (oldest && this.#all.size >= max) this.#evict(oldest);
    this.#all.add(stranger);
    this.#byAddress.set(address, this.#of(address).add(stranger));
    return () => this.#leave(stranger);
  }

  #of(address: string): Set<Stranger> {
    return this.#byAddress.get(address) ?? new Set();
  }

  #evict(stranger: Stranger): void {
    this.#leave(stranger);
    stranger.close();
  }

  #leave(stranger: Stranger): void {
    this.#all.delete(stranger);
    const others = this.#of(stranger.address);
    others.delete(stranger);
    if (others.size === 0) this.#byAddress.delete(stranger.address);
  }
}
