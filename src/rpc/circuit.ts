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

/** The number of consecutive failures that opens the circuit. */
const FAILURES_TO_OPEN = 10;
/** The longest time that the open circuit blocks all calls before it lets one probe. */
const MAX_DELAY_MS = 30_000;

/**
 * Circuit breaker for an API that is down. Calls fail immediately until a probe call succeeds. Only `UnavailableError`
 * and `TimeoutError` count as failures; throttling and rejections do not.
 */
export class Circuit {
  readonly #policy = circuitBreaker(
    handleWhenResult((outcome) => outcome instanceof UnavailableError || outcome instanceof TimeoutError),
    {
      breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
      halfOpenAfter: new ExponentialBackoff({ initialDelay: 1_000, maxDelay: MAX_DELAY_MS }),
    },
  );

  /** The time of the last failed attempt. cockatiel also uses the wall clock. */
  #failedAt = 0;

  constructor() {
    this.#policy.onFailure(() => {
      this.#failedAt = Date.now();
    });
  }

  /**
   * Whether calls fail immediately. Becomes `false` as soon as the next call may probe: a load balancer sends no
   * requests to a gateway that is not ready, and only a request can detect that the API has recovered.
   */
  get isOpen(): boolean {
    return this.#policy.state === CircuitState.Open && Date.now() - this.#failedAt < MAX_DELAY_MS;
  }

  /** Runs the attempt, or returns a `CircuitOpenError` without running it. */
  async run(action: string, attempt: () => Promise<RpcResponse | RpcError>): Promise<RpcResponse | RpcError> {
    try {
      return await this.#policy.execute(attempt);
    } catch (error) {
      if (isBrokenCircuitError(error)) return new CircuitOpenError({ action });
      throw error;
    }
  }
}
