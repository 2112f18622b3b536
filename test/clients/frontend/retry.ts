import type { GatewayError } from './fetch.ts';

/** The codes after which the same request can succeed. */
const temporary = [
  'AUTHENTICATION_UNAVAILABLE',
  'RATE_LIMITED',
  'OVERLOADED',
  'UPSTREAM_THROTTLED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'LEDGER_UNAVAILABLE',
];

/**
 * How long to wait before the next attempt, in milliseconds. `undefined`: do not retry. Retry a submit only if it has an
 * idempotency key; then it is also safe after `SUBMISSION_OUTCOME_UNKNOWN`.
 *
 * @param attempt 1 after the first failure
 */
export function retryDelay({ extensions }: GatewayError, attempt: number): number | undefined {
  const { code, retryAfterMs } = extensions;
  const isTemporary = temporary.includes(code) || code === 'SUBMISSION_OUTCOME_UNKNOWN';
  if (!isTemporary || attempt >= 3) return undefined;
  return retryAfterMs ?? 1_000 * 2 ** attempt;
}
