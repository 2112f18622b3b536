import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { type Clock, sleep } from '../clock.ts';
import { CallDeadline } from './call-deadline.ts';
import { Circuit } from './circuit.ts';
import type { CredentialsProvider } from './credentials.ts';
import {
  CircuitOpenError,
  InvalidResponseError,
  RpcError,
  ThrottledError,
  TimeoutError,
  UnavailableError,
} from './errors.ts';
import { type Permit, RateLimiter } from './rate-limiter.ts';
import { interpret, type RawResponse, type RpcResponse } from './response.ts';
import { type CallKind, RetryBudget, retryDelay } from './retry.ts';
import { type Credentials, sign } from './signature.ts';

/** Observes the attempts of all calls, for metrics. */
export interface RpcObserver {
  /**
   * An attempt has ended.
   *
   * @param outcome `ok`, or the error's code or class, such as `Throttling.User` or `TimeoutError`
   * @param ms the duration of the attempt
   */
  attempted(action: string, outcome: string, ms: number): void;
  /** A failed call is about to be retried. */
  retried(action: string): void;
}

/** Observes the attempts of one call. They never overlap. */
export interface CallObserver {
  /** An attempt is about to be sent. Not called if the circuit is open. */
  attempting(): void;
  /** The attempt has ended. */
  attempted(outcome: RpcResponse | RpcError): void;
}

export interface RpcClientOptions {
  /** Scheme, host and port of the API, such as `https://vod.cn-shanghai.aliyuncs.com`. */
  readonly origin: string;
  /** The API's version, such as `2017-03-21`. */
  readonly version: string;
  readonly credentials: CredentialsProvider;
  /** The timeout of a call, retries included. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Returns a number from 0 up to, but not including, 1, for the jitter of retries. */
  readonly random: () => number;
  /** The highest call rate per action and second. Throttling lowers the rate. */
  readonly callsPerSecond: number;
  readonly observer: RpcObserver;
}

export interface CallOptions {
  readonly kind: CallKind;
  /** Aborts when nobody waits for the response any longer. */
  readonly signal?: AbortSignal | undefined;
  /** A permit for the first attempt. Without one the call waits for the action's quota. */
  readonly permit?: Permit | undefined;
  /** Called after each failed attempt, whether it is retried or not. */
  readonly onFailedAttempt?: ((error: RpcError) => void) | undefined;
  readonly observer?: CallObserver | undefined;
  /** The call is expected to fail because of its parameters. Its failure does not mean that the API is down. */
  readonly isSuspect?: boolean | undefined;
}

type CallParameters = Readonly<Record<string, string>>;

/** A call in progress: its attempts differ only in permit and credentials. */
interface Call {
  readonly action: string;
  readonly parameters: CallParameters;
  readonly kind: CallKind;
  readonly observer: CallObserver | undefined;
  readonly deadline: CallDeadline;
  /** When the deadline passes, in the clock's milliseconds. */
  readonly endsAt: number;
}

/** The maximum number of connections per pool. Further calls wait for one, within their deadline. */
const MAX_CONNECTIONS = 64;
/** Ten jobs with long transcripts take a few megabytes. A larger response is invalid. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

/** Calls the actions of one signed RPC API, with retries, a rate limit per action and a circuit breaker. */
export class RpcClient {
  readonly #options: RpcClientOptions;
  readonly #host: string;
  readonly #pools: Readonly<Record<CallKind, Pool>>;
  /** Errors of connections that were not established (network, DNS, TLS). Nothing was sent on them. */
  readonly #connectErrors = new WeakSet<Error>();
  readonly #budget = new RetryBudget();
  readonly #circuit = new Circuit();
  readonly #limiters = new Map<string, RateLimiter>();
  readonly #active = new Set<CallDeadline>();
  #closed = false;

  constructor(options: RpcClientOptions) {
    this.#options = options;
    this.#host = new URL(options.origin).host;
    const limits = {
      connections: MAX_CONNECTIONS,
      maxResponseSize: MAX_RESPONSE_BYTES,
      // CallDeadline is the only timeout.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    this.#pools = {
      read: new Pool(options.origin, limits),
      // No keep-alive: if the server closes an idle connection, the next request on it fails and may or may not have
      // run. A read is retried, but a submit would be lost or charged twice.
      submit: new Pool(options.origin, { ...limits, pipelining: 0 }),
    };
    for (const pool of Object.values(this.#pools)) {
      pool.on('connectionError', (_origin, _targets, error) => this.#connectErrors.add(error));
    }
  }

  /**
   * Waits for a permit from the action's quota. Use it for one call or return it with {@link release}. Rejects with the
   * signal's reason.
   */
  permit(action: string, signal?: AbortSignal): Promise<Permit> {
    return this.#limiter(action).acquire(signal);
  }

  /** Returns an unused permit. */
  release(action: string): void {
    this.#limiter(action).release();
  }

  /** The current rate limit of the action, in calls per second. */
  rate(action: string): number {
    return this.#limiter(action).rate;
  }

  /** The estimated time until this many more calls of the action get permits, in milliseconds. */
  delayMs(action: string, calls: number): number {
    return this.#limiter(action).delayMs(calls);
  }

  /** Whether calls fail immediately because the API was recently down. */
  get isDown(): boolean {
    return this.#circuit.isOpen;
  }

  /** Runs an action. Rejects only with an {@link RpcError}. */
  async call(action: string, parameters: CallParameters, options: CallOptions): Promise<RpcResponse> {
    const { clock, timeoutMs } = this.#options;
    const { kind, signal, observer } = options;
    const deadline = new CallDeadline(clock, timeoutMs, signal, this.#active);
    const call: Call = { action, parameters, kind, observer, deadline, endsAt: clock.now() + timeoutMs };
    if (this.#closed) deadline.close();
    try {
      let { permit } = options;
      let failure: RpcError | undefined;
      for (let attempt = 1; ; attempt++) {
        try {
          permit ??= await this.permit(action, deadline.signal);
        } catch {
          throw this.#noPermitError(call, failure);
        }
        const outcome = await this.#attempt(call, permit);
        permit = undefined;
        if (!(outcome instanceof RpcError)) {
          this.#budget.succeeded();
          return outcome;
        }
        // If the circuit opened during this call, the failure before that is the more useful error.
        if (outcome instanceof CircuitOpenError) throw failure ?? outcome;
        failure = outcome;
        options.onFailedAttempt?.(outcome);
        await this.#waitToRetry(call, attempt, outcome);
      }
    } finally {
      deadline.dispose();
    }
  }

  /** Resolves when a failed call may be sent again. Rejects if the retry rule, the budget or the deadline forbids it. */
  async #waitToRetry(
    { action, kind, deadline, endsAt }: Call,
    attempt: number,
    error: RpcError,
  ): Promise<void> {
    const { clock, random, observer } = this.#options;
    const remainingMs = endsAt - clock.now();
    const delay = retryDelay({ kind, error, attempt, remainingMs, random: random() });
    if (delay === undefined || !this.#budget.tryTake()) {
      if (error instanceof ThrottledError) error.retryAfterMs ??= this.delayMs(action, 1);
      throw error;
    }
    try {
      await sleep(clock, delay, deadline.signal);
    } catch {
      throw deadline.error(action, false) ?? error;
    }
    observer.retried(action);
  }

  /** Closes all connections. Calls in progress and later calls fail. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const deadline of this.#active) deadline.close();
    await Promise.all(Object.values(this.#pools).map((pool) => pool.destroy()));
  }

  #limiter(action: string): RateLimiter {
    let limiter = this.#limiters.get(action);
    if (!limiter) {
      limiter = new RateLimiter(this.#options.clock, this.#options.callsPerSecond);
      this.#limiters.set(action, limiter);
    }
    return limiter;
  }

  /** A deadline that passes before a permit is free counts as throttling. */
  #noPermitError({ action, deadline }: Call, failure: RpcError | undefined): RpcError {
    const aborted = deadline.error(action, false);
    if (aborted && !(aborted instanceof TimeoutError)) return aborted;
    return failure ?? new ThrottledError({ action, retryAfterMs: this.delayMs(action, 1) });
  }

  async #attempt(call: Call, permit: Permit): Promise<RpcResponse | RpcError> {
    const { action, observer, deadline } = call;
    let credentials: Credentials;
    try {
      credentials = await deadline.race(this.#options.credentials());
    } catch {
      this.release(action);
      // Without the cause: the vendor's chain quotes the contents of credentials files that it cannot parse.
      return (
        deadline.error(action, false) ?? new UnavailableError('no credentials', { action, mayHaveRun: false })
      );
    }
    const outcome = await this.#circuit.run(action, async () => {
      const startedAt = this.#options.clock.now();
      observer?.attempting();
      const result = await this.#exchange(call, credentials);
      const name = result instanceof RpcError ? (result.code ?? result.name) : 'ok';
      this.#options.observer.attempted(action, name, this.#options.clock.now() - startedAt);
      observer?.attempted(result);
      return result;
    });
    const limiter = this.#limiter(action);
    if (outcome instanceof CircuitOpenError) limiter.release();
    else if (outcome instanceof ThrottledError) limiter.throttled(permit);
    else if (!(outcome instanceof RpcError) || outcome.status !== undefined) limiter.accepted();
    return outcome;
  }

  async #exchange(call: Call, credentials: Credentials): Promise<RpcResponse | RpcError> {
    const { action, deadline } = call;
    try {
      return interpret(action, await this.#send(call, credentials));
    } catch (cause) {
      return deadline.error(action, true) ?? this.#connectionError(action, cause);
    }
  }

  async #send({ action, parameters, kind, deadline }: Call, credentials: Credentials): Promise<RawResponse> {
    const { version, clock } = this.#options;
    const timestamp = clock.now();
    const nonce = randomUUID();
    const { method, path, headers } = sign(
      { host: this.#host, action, version, parameters, timestamp, nonce },
      credentials,
    );
    const response = await this.#pools[kind].request({
      method,
      path,
      // Without `accept-encoding` the response may be compressed.
      headers: { ...headers, accept: 'application/json', 'accept-encoding': 'identity' },
      signal: deadline.signal,
    });
    return { status: response.statusCode, headers: response.headers, body: await response.body.text() };
  }

  #connectionError(action: string, cause: unknown): RpcError {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
    if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
      return new InvalidResponseError(`more than ${MAX_RESPONSE_BYTES} bytes`, { action, cause });
    }
    const encodable = !(cause instanceof URIError) && code !== 'UND_ERR_INVALID_ARG';
    const connected = !(cause instanceof Error && this.#connectErrors.has(cause));
    const reason = !encodable
      ? 'a parameter or header cannot be encoded'
      : connected
        ? 'the connection was lost'
        : 'no connection';
    return new UnavailableError(code ? `${reason} (${code})` : reason, {
      action,
      mayHaveRun: encodable && connected,
      cause,
    });
  }
}
