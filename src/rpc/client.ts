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
import type { CallObserver, RpcObserver } from './observer.ts';
import { type Permit, RateLimiter } from './rate-limiter.ts';
import { interpret, type RawResponse, type RpcResponse } from './response.ts';
import { type CallKind, RetryBudget, retryDelay } from './retry.ts';
import { type Credentials, sign } from './signature.ts';

export interface RpcClientOptions {
  /** Scheme, host and port of the API, such as `https://vod.cn-shanghai.aliyuncs.com`. */
  readonly origin: string;
  /** The API's version, such as `2017-03-21`. */
  readonly version: string;
  readonly credentials: CredentialsProvider;
  /** The time a call may take, all its retries included. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** 0 up to 1, for the jitter of retries. */
  readonly random: () => number;
  /** How many calls a second of one action are sent at most; throttling lowers it. */
  readonly callsPerSecond: number;
  readonly observer: RpcObserver;
}

export interface CallOptions {
  readonly kind: CallKind;
  /** Aborts where nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
  /** A place in the quota for the first attempt; without one the call waits for it. */
  readonly permit?: Permit | undefined;
  /** Told of each attempt that failed, whether it is made again or not. */
  readonly onFailedAttempt?: ((error: RpcError) => void) | undefined;
  readonly observer?: CallObserver | undefined;
}

type CallParameters = Readonly<Record<string, string>>;

/** Connections to the API at most: what is beyond waits for one, within the call's deadline. */
const MAX_CONNECTIONS = 64;
/** Ten jobs with long transcripts are a few megabytes; more than this is no answer. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * Calls actions of one signed RPC API. Knows nothing of what the actions mean.
 */
export class RpcClient {
  readonly #options: RpcClientOptions;
  readonly #host: string;
  readonly #pools: Readonly<Record<CallKind, Pool>>;
  /** The errors of connections that did not come about, be it for the network, DNS or TLS: nothing was sent. */
  readonly #notConnected = new WeakSet<Error>();
  readonly #budget = new RetryBudget();
  readonly #circuit = new Circuit();
  readonly #limiters = new Map<string, RateLimiter>();
  readonly #underWay = new Set<CallDeadline>();
  #closed = false;

  constructor(options: RpcClientOptions) {
    this.#options = options;
    this.#host = new URL(options.origin).host;
    const bounds = {
      connections: MAX_CONNECTIONS,
      maxResponseSize: MAX_ANSWER_BYTES,
      // The call's own deadline is the only one that counts.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    this.#pools = {
      read: new Pool(options.origin, bounds),
      // No keep-alive: a connection that the other side closes while it idles fails the next request on it, and
      // nobody can tell whether that one was run. A read is sent again; a submit would be lost or paid twice.
      submit: new Pool(options.origin, { ...bounds, pipelining: 0 }),
    };
    for (const pool of Object.values(this.#pools)) {
      pool.on('connectionError', (_origin, _targets, error) => this.#notConnected.add(error));
    }
  }

  /**
   * Waits for a place in the action's quota. Use the permit for one call, or give it back. Rejects with the signal's
   * reason.
   */
  permit(action: string, signal?: AbortSignal): Promise<Permit> {
    return this.#limiter(action).acquire(signal);
  }

  /** Gives a permit back that was not used. */
  release(action: string): void {
    this.#limiter(action).release();
  }

  /** How many calls of the action a second are sent at most now. */
  rate(action: string): number {
    return this.#limiter(action).rate;
  }

  /** How long this many more calls of the action would take to find places in its quota, in milliseconds. */
  delayMs(action: string, calls: number): number {
    return this.#limiter(action).delayMs(calls);
  }

  /** Whether the API has been down of late, so that calls fail at once. */
  get isDown(): boolean {
    return this.#circuit.isOpen;
  }

  /** Runs an action. Rejects with an {@link RpcError}, and with nothing else. */
  async call(action: string, parameters: CallParameters, options: CallOptions): Promise<RpcResponse> {
    const { clock, random, timeoutMs, observer } = this.#options;
    const { kind, signal, onFailedAttempt } = options;
    const deadline = clock.now() + timeoutMs;
    using ending = new CallDeadline(clock, timeoutMs, signal, this.#underWay);
    if (this.#closed) ending.close();

    let { permit } = options;
    let failure: RpcError | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        permit ??= await this.permit(action, ending.signal);
      } catch {
        throw this.#outOfQuota(action, ending, failure);
      }
      const outcome = await this.#attempt(action, parameters, options, permit, ending);
      permit = undefined;
      if (!(outcome instanceof RpcError)) {
        this.#budget.succeeded();
        return outcome;
      }
      // Where the circuit opened in the meantime, the reason why it did tells more.
      if (outcome instanceof CircuitOpenError) throw failure ?? outcome;
      failure = outcome;
      onFailedAttempt?.(outcome);
      const remainingMs = deadline - clock.now();
      const wait = retryDelay({ kind, error: outcome, attempt, remainingMs, random: random() });
      if (wait === undefined || !this.#budget.tryTake()) {
        if (outcome instanceof ThrottledError) outcome.retryAfterMs ??= this.delayMs(action, 1);
        throw outcome;
      }
      try {
        await sleep(clock, wait, ending.signal);
      } catch {
        throw ending.error(action, false) ?? outcome;
      }
      observer.retried(action);
    }
  }

  /** Ends all connections; calls under way fail, and so do calls to come. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const ending of this.#underWay) ending.close();
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

  /** The deadline has passed before the quota had a place: that is throttling, by ourselves. */
  #outOfQuota(action: string, ending: CallDeadline, failure: RpcError | undefined): RpcError {
    const ended = ending.error(action, false);
    if (ended && !(ended instanceof TimeoutError)) return ended;
    return failure ?? new ThrottledError({ action, retryAfterMs: this.delayMs(action, 1) });
  }

  async #attempt(
    action: string,
    parameters: CallParameters,
    { kind, observer }: CallOptions,
    permit: Permit,
    ending: CallDeadline,
  ): Promise<RpcResponse | RpcError> {
    let credentials: Credentials;
    try {
      credentials = await ending.race(this.#options.credentials());
    } catch {
      this.release(action);
      // Not kept as the cause: the vendor's chain quotes files of credentials that it cannot parse.
      return (
        ending.error(action, false) ?? new UnavailableError('no credentials', { action, mayHaveRun: false })
      );
    }
    const outcome = await this.#circuit.run(action, async () => {
      const startedAt = this.#options.clock.now();
      observer?.attempting();
      const sent = await this.#exchange(action, parameters, kind, credentials, ending);
      const name = sent instanceof RpcError ? (sent.code ?? sent.name) : 'ok';
      this.#options.observer.attempted(action, name, this.#options.clock.now() - startedAt);
      observer?.attempted(sent);
      return sent;
    });
    const limiter = this.#limiter(action);
    if (outcome instanceof CircuitOpenError) limiter.release();
    else if (outcome instanceof ThrottledError) limiter.throttled(permit);
    else if (!(outcome instanceof RpcError) || outcome.status !== undefined) limiter.accepted();
    return outcome;
  }

  async #exchange(
    action: string,
    parameters: CallParameters,
    kind: CallKind,
    credentials: Credentials,
    ending: CallDeadline,
  ): Promise<RpcResponse | RpcError> {
    try {
      return interpret(action, await this.#send(action, parameters, kind, credentials, ending.signal));
    } catch (cause) {
      return ending.error(action, true) ?? this.#connectionError(action, cause);
    }
  }

  async #send(
    action: string,
    parameters: CallParameters,
    kind: CallKind,
    credentials: Credentials,
    signal: AbortSignal,
  ): Promise<RawResponse> {
    const { version, clock } = this.#options;
    const call = {
      host: this.#host,
      action,
      version,
      parameters,
      timestamp: clock.now(),
      nonce: randomUUID(),
    };
    const { method, path, headers } = sign(call, credentials);
    const response = await this.#pools[kind].request({
      method,
      path,
      // Without the second, the answer may come compressed.
      headers: { ...headers, accept: 'application/json', 'accept-encoding': 'identity' },
      signal,
    });
    return { status: response.statusCode, headers: response.headers, body: await response.body.text() };
  }

  #connectionError(action: string, cause: unknown): RpcError {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
    if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
      return new InvalidResponseError(`more than ${MAX_ANSWER_BYTES} bytes`, { action, cause });
    }
    const encodable = !(cause instanceof URIError) && code !== 'UND_ERR_INVALID_ARG';
    const connected = !(cause instanceof Error && this.#notConnected.has(cause));
    const reason = !encodable
      ? 'a parameter or header that cannot be sent'
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
