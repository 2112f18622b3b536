import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhenResult,
  isBrokenCircuitError,
} from 'cockatiel';
import { CircuitOpenError, type RpcError, TimeoutError, UnavailableError } from './errors.ts';
import type { RpcResponse } from './response.ts';

/** This many attempts in a row that the API did not serve mean that it is down. */
const FAILURES_IN_A_ROW = 10;
/** The longest that calls are kept from it before one of them may try. */
const MAX_DELAY_MS = 30_000;

/**
 * Keeps calls from an API that is down: they fail at once, until a single one that is let through now and then finds
 * that it is back. Throttling is no outage, and neither is a refusal.
 */
export class Circuit {
  readonly #policy = circuitBreaker(
    handleWhenResult((outcome) => outcome instanceof UnavailableError || outcome instanceof TimeoutError),
    {
      breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
      halfOpenAfter: new ExponentialBackoff({ initialDelay: 1_000, maxDelay: MAX_DELAY_MS }),
    },
  );

  /** When an attempt failed last. */
  #failedAt = 0;

  constructor() {
    this.#policy.onFailure(() => {
      this.#failedAt = Date.now();
    });
  }

  /**
   * Whether calls fail at once. Once the next call may try, it does not count as open: a gateway that is not ready is
   * given no requests, and only a request can find that the API is back.
   */
  get isOpen(): boolean {
    return this.#policy.state === CircuitState.Open && Date.now() - this.#failedAt < MAX_DELAY_MS;
  }

  /** Runs an attempt, unless the circuit is open. */
  async run(action: string, attempt: () => Promise<RpcResponse | RpcError>): Promise<RpcResponse | RpcError> {
    try {
      return await this.#policy.execute(attempt);
    } catch (error) {
      if (isBrokenCircuitError(error)) return new CircuitOpenError({ action });
      throw error;
    }
  }
}
