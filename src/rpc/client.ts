import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { type Clock, sleep } from '../clock.ts';
import { interpret, type RawAnswer, type RpcAnswer } from './answer.ts';
import type { CredentialsProvider } from './credentials.ts';
import { CancelledError, InvalidResponseError, RpcError, TimeoutError, UnavailableError } from './errors.ts';
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
}

export interface CallOptions {
  readonly kind: CallKind;
  /** Aborts where nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

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
  readonly #underWay = new Set<Ending>();
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

  /** Runs an action. Rejects with an {@link RpcError}, and with nothing else. */
  async call(
    action: string,
    parameters: Readonly<Record<string, string>>,
    { kind, signal }: CallOptions,
  ): Promise<RpcAnswer> {
    const { clock, random, timeoutMs } = this.#options;
    const deadline = clock.now() + timeoutMs;
    using ending = new Ending(clock, timeoutMs, signal, this.#underWay);
    if (this.#closed) ending.close();

    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(action, parameters, kind, ending);
      if (!(outcome instanceof RpcError)) {
        this.#budget.succeeded();
        return outcome;
      }
      const remainingMs = deadline - clock.now();
      const wait = retryDelay({ kind, error: outcome, attempt, remainingMs, random: random() });
      if (wait === undefined || !this.#budget.tryTake()) throw outcome;
      try {
        await sleep(clock, wait, ending.signal);
      } catch {
        throw ending.error(action, false) ?? outcome;
      }
    }
  }

  /** Ends all connections; calls under way fail, and so do calls to come. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const ending of this.#underWay) ending.close();
    await Promise.all(Object.values(this.#pools).map((pool) => pool.destroy()));
  }

  async #attempt(
    action: string,
    parameters: Readonly<Record<string, string>>,
    kind: CallKind,
    ending: Ending,
  ): Promise<RpcAnswer | RpcError> {
    let credentials: Credentials;
    try {
      credentials = await ending.race(this.#options.credentials());
    } catch {
      // Not kept as the cause: the vendor's chain quotes files of credentials that it cannot parse.
      return (
        ending.error(action, false) ?? new UnavailableError('no credentials', { action, mayHaveRun: false })
      );
    }
    try {
      return interpret(action, await this.#send(action, parameters, kind, credentials, ending.signal));
    } catch (cause) {
      return ending.error(action, true) ?? this.#connectionError(action, cause);
    }
  }

  async #send(
    action: string,
    parameters: Readonly<Record<string, string>>,
    kind: CallKind,
    credentials: Credentials,
    signal: AbortSignal,
  ): Promise<RawAnswer> {
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
      headers: { ...headers, accept: 'application/json' },
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

/** What can end a call from outside: its deadline, its caller going away, or the client being closed. */
class Ending implements Disposable {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  readonly #caller: AbortSignal | undefined;
  readonly #underWay: Set<Ending>;
  readonly #onCallerAbort = () => this.#end('cancelled');
  readonly #cancelDeadline: () => void;
  #cause: 'timeout' | 'cancelled' | 'closed' | undefined;

  constructor(clock: Clock, timeoutMs: number, caller: AbortSignal | undefined, underWay: Set<Ending>) {
    this.#timeoutMs = timeoutMs;
    this.#caller = caller;
    this.#underWay = underWay;
    underWay.add(this);
    this.#cancelDeadline = clock.after(timeoutMs, () => this.#end('timeout'));
    caller?.addEventListener('abort', this.#onCallerAbort);
    if (caller?.aborted) this.#end('cancelled');
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the call because the client is closed. */
  close(): void {
    this.#end('closed');
  }

  /** The error that says what ended the call, or `undefined` where it was not ended from outside. */
  error(action: string, mayHaveRun: boolean): RpcError | undefined {
    if (this.#cause === 'timeout') return new TimeoutError(this.#timeoutMs, { action, mayHaveRun });
    if (this.#cause === 'cancelled') return new CancelledError({ action, mayHaveRun });
    if (this.#cause === 'closed') return new UnavailableError('the client is closed', { action, mayHaveRun });
    return undefined;
  }

  /** Waits for a promise that knows no signal. */
  race<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(signal.reason);
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  #end(cause: 'timeout' | 'cancelled' | 'closed'): void {
    this.#cause ??= cause;
    this.#controller.abort();
  }

  [Symbol.dispose](): void {
    this.#underWay.delete(this);
    this.#cancelDeadline();
    this.#caller?.removeEventListener('abort', this.#onCallerAbort);
  }
}
