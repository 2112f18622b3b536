import { type Environment, integer } from './values.ts';

/** What a caller may ask. */
export interface LimitsConfig {
  /** `MAX_UPSTREAM_CALLS`: how many calls to VOD one operation may lead to. */
  readonly maxUpstreamCalls: number;
  /** `RATE_LIMIT_PER_MINUTE`: operations of one caller; 0: any number. */
  readonly operationsPerMinute: number;
  /** `SUBMIT_LIMIT_PER_MINUTE`: submissions of one caller; 0: any number. */
  readonly submissionsPerMinute: number;
  /** `MAX_CONCURRENT_REQUESTS`: what comes beyond is answered 503 at once; streams do not count. */
  readonly maxConcurrentRequests: number;
  /** `MAX_STREAMS`: event streams and WebSockets. */
  readonly maxStreams: number;
}

export function limitsConfig(env: Environment): LimitsConfig {
  return Object.freeze({
    maxUpstreamCalls: integer(env, 'MAX_UPSTREAM_CALLS', 20, 1, 10_000),
    operationsPerMinute: integer(env, 'RATE_LIMIT_PER_MINUTE', 0, 0, 1_000_000),
    submissionsPerMinute: integer(env, 'SUBMIT_LIMIT_PER_MINUTE', 0, 0, 1_000_000),
    maxConcurrentRequests: integer(env, 'MAX_CONCURRENT_REQUESTS', 1_000, 1, 1_000_000),
    maxStreams: integer(env, 'MAX_STREAMS', 10_000, 1, 1_000_000),
  });
}
