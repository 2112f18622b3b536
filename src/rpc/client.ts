import { type Clock, sleep } from '../clock.ts';
import { LinkedList } from '../linked-list.ts';
import { CallDeadline } from './call-deadline.ts';
import { type Admission, Circuit, type Verdict, verdictOf } from './circuit.ts';
import type { CredentialsProvider } from './credentials.ts';
import { CircuitOpenError, RpcError, ThrottledError, TimeoutError, UnavailableError } from './errors.ts';
import { type Permit, RateLimiter } from './rate-limiter.ts';
import type { RpcResponse } from './response.ts';
import { type CallKind, RetryBudget, retryDelay } from './retry.ts';
import type { Credentials } from './signature.ts';
import { SigningTime } from './signing-time.ts';
import { Transport } from './transport.ts';

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
  /**
   * An attempt is about to be sent, as a POST of `/`. Not called if the circuit is open.
   *
   * @param origin scheme, host and port of the API
   */
  attempting(origin: string): void;
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
  /** The call rates per second at which actions start. Others start at `callsPerSecond`. */
  readonly initialRates?: Readonly<Record<string, number>> | undefined;
  readonly observer: RpcObserver;
  /**
   * Signatures are corrected because the API refused a call for its timestamp.
   *
   * @param offsetMs the difference between the API's clock and the wall clock; positive if the wall clock is behind
   */
  readonly onClockCorrected?: ((offsetMs: number) => void) | undefined;
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
  /**
   * Whether it is too late to send the call. It is asked after each attempt has its signature's timestamp, so that a process
   * that was suspended in between sends a call that the API refuses for its age.
   */
  readonly isLate?: (() => boolean) | undefined;
  /** The call is expected to fail because of its parameters. Its failure does not mean that the API is down. */
  readonly isSuspect?: boolean | undefined;
}

/** Runs one call under an observer of its own. */
export type RecordCall = <Outcome>(
  action: string,
  send: (observer: CallObserver | undefined) => Promise<Outcome>,
) => Promise<Outcome>;

/** Runs a call that nobody observes. */
export const unrecorded: RecordCall = (_action, send) => send(undefined);

type CallParameters = Readonly<Record<string, string>>;

/** The quota and the circuit of one action. */
interface ActionState {
  readonly limiter: RateLimiter;
  readonly circuit: Circuit;
}

/** A call in progress. */
interface Call {
  readonly action: string;
  readonly parameters: CallParameters;
  readonly kind: CallKind;
  readonly options: CallOptions;
  readonly state: ActionState;
  readonly deadline: CallDeadline;
  /** When the deadline passes, in the clock's monotonic milliseconds. */
  readonly endsAt: number;
  attempts: number;
  /** The failed attempts, without throttled ones. */
  failures: number;
  /** `undefined` until the first attempt is about to be sent. */
  admission: Admission | undefined;
  verdict: Verdict;
}

/** The API is not down if it responded to a call of any action in this time. */
const SILENCE_MS = 5_000;

/** Calls the actions of one signed RPC API, with retries, and with a rate limit and a circuit breaker per action. */
export class RpcClient {
  readonly #options: RpcClientOptions;
  readonly #transport: Transport;
  readonly #signingTime: SigningTime;
  readonly #budget = new RetryBudget();
  readonly #actions = new Map<string, ActionState>();
  readonly #active = new LinkedList<CallDeadline>();
  /** When the API last responded to a call of any action, in the clock's monotonic milliseconds. */
  #respondedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: RpcClientOptions) {
    const { clock, onClockCorrected } = options;
    this.#options = options;
    this.#signingTime = new SigningTime(clock, (offsetMs) => onClockCorrected?.(offsetMs));
    this.#transport = new Transport({ ...options, signingTime: () => this.#signingTime.now() });
  }

  /**
   * Waits for a permit from the action's quota. Use it for one call or return it with {@link release}. Rejects with the
   * signal's reason.
   */
  permit(action: string, signal?: AbortSignal): Promise<Permit> {
    return this.#state(action).limiter.acquire(signal);
  }

  /** Returns a permit as {@link permit} does, or `undefined` if the call would have to wait for it. */
  tryPermit(action: string): Permit | undefined {
    return this.#state(action).limiter.tryAcquire();
  }

  /** Returns an unused permit. */
  release(action: string): void {
    this.#state(action).limiter.release();
  }

  /** The current rate limit of the action, in calls per second. */
  rate(action: string): number {
    return this.#state(action).limiter.rate;
  }

  /** The estimated time until this many more calls of the action get permits, in milliseconds. */
  delayMs(action: string, calls: number): number {
    return this.#state(action).limiter.delayMs(calls);
  }

  /**
   * Whether the API as a whole is down: the circuit of an action is open, and the API has responded to no call of any
   * action since then, nor in the last five seconds.
   */
  get isDown(): boolean {
    if (this.#options.clock.monotonic() - this.#respondedAt < SILENCE_MS) return false;
    for (const { circuit } of this.#actions.values()) {
      if (circuit.isOpen && (circuit.failedAt ?? 0) > this.#respondedAt) return true;
    }
    return false;
  }

  /** Whether the circuit of each called action is open. */
  *circuits(): Generator<{ readonly action: string; readonly isOpen: boolean }> {
    for (const [action, { circuit }] of this.#actions) yield { action, isOpen: circuit.isOpen };
  }

  /** Runs an action. Rejects only with an {@link RpcError}. */
  async call(action: string, parameters: CallParameters, options: CallOptions): Promise<RpcResponse> {
    const { clock, timeoutMs } = this.#options;
    const { kind, signal, isSuspect = false } = options;
    const state = this.#state(action);
    const deadline = new CallDeadline(clock, timeoutMs, signal, this.#active);
    const call: Call = {
      action,
      parameters,
      kind,
      options,
      state,
      deadline,
      endsAt: clock.monotonic() + timeoutMs,
      attempts: 0,
      failures: 0,
      admission: undefined,
      verdict: 'unknown',
    };
    if (this.#closed) deadline.close();
    try {
      return await this.#run(call);
    } finally {
      deadline.dispose();
      if (call.admission) state.circuit.ended(call.admission, call.verdict, isSuspect);
    }
  }

  /** Closes all connections. Calls in progress and later calls fail. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const deadline of this.#active.values()) deadline.close();
    await this.#transport.close();
  }

  async #run(call: Call): Promise<RpcResponse> {
    const { state, deadline, options } = call;
    let { permit } = options;
    let failure: RpcError | undefined;
    let isCorrected = false;
    for (;;) {
      try {
        permit ??= await state.limiter.acquire(deadline.signal);
      } catch {
        throw this.#noPermitError(call, failure);
      }
      const { offsetMs } = this.#signingTime;
      const outcome = await this.#attempt(call, permit);
      permit = undefined;
      if (!(outcome instanceof RpcError)) {
        this.#budget.succeeded();
        return outcome;
      }
      // If the circuit opened during this call, the failure before that is the more useful error.
      if (outcome instanceof CircuitOpenError) throw failure ?? outcome;
      if (!isCorrected && this.#signingTime.correct(outcome, offsetMs)) {
        isCorrected = true;
        this.#options.observer.retried(call.action);
        continue;
      }
      failure = outcome;
      options.onFailedAttempt?.(outcome);
      await this.#waitToRetry(call, outcome);
    }
  }

  /** Resolves when a failed call may be sent again. Rejects if the retry rule, the budget or the deadline forbids it. */
  async #waitToRetry(call: Call, error: RpcError): Promise<void> {
    const { clock, random, observer } = this.#options;
    if (!(error instanceof ThrottledError)) call.failures++;
    const { action, kind, deadline, attempts: attempt, failures } = call;
    const remainingMs = call.endsAt - clock.monotonic();
    const delay = retryDelay({ kind, error, attempt, failures, remainingMs, random: random() });
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

  #state(action: string): ActionState {
    let state = this.#actions.get(action);
    if (!state) {
      const { clock, callsPerSecond, initialRates } = this.#options;
      const limiter = new RateLimiter(clock, callsPerSecond, initialRates?.[action]);
      state = { limiter, circuit: new Circuit(clock) };
      this.#actions.set(action, state);
    }
    return state;
  }

  /** A deadline that passes before a permit is free counts as throttling. */
  #noPermitError({ action, deadline }: Call, failure: RpcError | undefined): RpcError {
    const aborted = deadline.error(action, false);
    if (aborted && !(aborted instanceof TimeoutError)) return aborted;
    return failure ?? new ThrottledError({ action, retryAfterMs: this.delayMs(action, 1) });
  }

  async #attempt(call: Call, permit: Permit): Promise<RpcResponse | RpcError> {
    const { clock, timeoutMs } = this.#options;
    const { action, deadline } = call;
    const { observer } = call.options;
    const { limiter, circuit } = call.state;
    let credentials: Credentials;
    try {
      credentials = await deadline.race(this.#options.credentials());
    } catch {
      limiter.release();
      call.attempts++;
      // Without the cause: the vendor's chain quotes the contents of credentials files that it cannot parse.
      return (
        deadline.error(action, false) ?? new UnavailableError('no credentials', { action, mayHaveRun: false })
      );
    }
    call.admission = circuit.admit(call.admission);
    if (call.admission === 'rejected') {
      limiter.release();
      return new CircuitOpenError({ action });
    }
    const startedAt = clock.monotonic();
    observer?.attempting(this.#options.origin);
    const outcome = await this.#transport.exchange({ ...call, isLate: call.options.isLate }, credentials);
    const endedAt = clock.monotonic();
    const name = outcome instanceof RpcError ? (outcome.code ?? outcome.name) : 'ok';
    this.#options.observer.attempted(action, name, endedAt - startedAt);
    observer?.attempted(outcome);

    call.attempts++;
    const verdict = verdictOf(outcome, endedAt - startedAt >= timeoutMs / 2);
    if (verdict === 'responded') this.#respondedAt = endedAt;
    if (verdict) call.verdict = verdict;
    if (outcome instanceof ThrottledError) limiter.throttled(permit);
    else if (!(outcome instanceof RpcError) || outcome.status !== undefined) limiter.accepted();
    return outcome;
  }
}
