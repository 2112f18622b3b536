import type { Clock } from '../../clock.ts';
import type { RpcError } from '../../rpc/errors.ts';

/** How long an id is sent alone after its first failure. Each further failure doubles the time. */
const FIRST_MS = 4_000;
const MAX_MS = 256_000;
/**
 * How long the error of an id that failed again is the response to further requests for it. Each further failure doubles
 * the time.
 */
const FIRST_ERROR_MS = 1_000;
const MAX_ERROR_MS = 4_000;
/** The most ids. The one that failed the longest ago is forgotten. */
const MAX_IDS = 10_000;

interface Suspect {
  readonly error: RpcError;
  /** How often the id has failed alone since it last succeeded. */
  readonly failures: number;
  /** In the clock's monotonic milliseconds. */
  readonly failedAt: number;
}

/**
 * Remembers the ids whose calls failed although they had no other id. They share no call for a while, because they would
 * fail it for the others.
 */
export class Quarantine {
  readonly #clock: Clock;
  /** By id; the last one to fail is the last entry. */
  readonly #suspects = new Map<string, Suspect>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the id must be sent alone. */
  has(id: string): boolean {
    const suspect = this.#suspects.get(id);
    if (!suspect) return false;
    return (
      this.#clock.monotonic() < suspect.failedAt + Math.min(MAX_MS, FIRST_MS * 2 ** (suspect.failures - 1))
    );
  }

  /** The error of an id that has just failed more than once in a row. It is not worth another call now. */
  recentError(id: string): RpcError | undefined {
    const suspect = this.#suspects.get(id);
    if (!suspect || suspect.failures < 2) return undefined;
    const ms = Math.min(MAX_ERROR_MS, FIRST_ERROR_MS * 2 ** (suspect.failures - 2));
    return this.#clock.monotonic() < suspect.failedAt + ms ? suspect.error : undefined;
  }

  /** The call of this id failed, and it had no other. */
  failed(id: string, error: RpcError): void {
    const failures = (this.#suspects.get(id)?.failures ?? 0) + 1;
    this.#suspects.delete(id);
    this.#suspects.set(id, { error, failures, failedAt: this.#clock.monotonic() });
    if (this.#suspects.size <= MAX_IDS) return;
    const [oldest] = this.#suspects.keys();
    if (oldest !== undefined) this.#suspects.delete(oldest);
  }

  succeeded(id: string): void {
    this.#suspects.delete(id);
  }
}
