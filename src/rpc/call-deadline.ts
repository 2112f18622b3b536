import type { Clock } from '../clock.ts';
import type { Link, LinkedList } from '../linked-list.ts';
import { CancelledError, type RpcError, TimeoutError, UnavailableError } from './errors.ts';

/** Aborts a call at its deadline, when its caller aborts, or when the client is closed. */
export class CallDeadline {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  readonly #callerSignal: AbortSignal | undefined;
  readonly #active: LinkedList<CallDeadline>;
  readonly #link: Link<CallDeadline>;
  readonly #onCallerAbort = () => this.#end('cancelled');
  readonly #cancelTimer: () => void;
  #rejectWait: ((reason: unknown) => void) | undefined;
  #cause: 'timeout' | 'cancelled' | 'closed' | undefined;

  /** @param active the deadlines of all calls in progress; this one is a member until `dispose` */
  constructor(
    clock: Clock,
    timeoutMs: number,
    callerSignal: AbortSignal | undefined,
    active: LinkedList<CallDeadline>,
  ) {
    this.#timeoutMs = timeoutMs;
    this.#callerSignal = callerSignal;
    this.#active = active;
    this.#link = active.add(this);
    this.#cancelTimer = clock.after(timeoutMs, () => this.#end('timeout'));
    callerSignal?.addEventListener('abort', this.#onCallerAbort);
    if (callerSignal?.aborted) this.#end('cancelled');
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts the call because the client is closed. */
  close(): void {
    this.#end('closed');
  }

  /** The error for the cause of the abort. `undefined` if the call was not aborted. */
  error(action: string, mayHaveRun: boolean): RpcError | undefined {
    if (this.#cause === 'timeout') return this.timeout(action, mayHaveRun);
    if (this.#cause === 'cancelled') return new CancelledError({ action, mayHaveRun });
    if (this.#cause === 'closed') return new UnavailableError('the client is closed', { action, mayHaveRun });
    return undefined;
  }

  /** The error of a call that took too long. */
  timeout(action: string, mayHaveRun: boolean): TimeoutError {
    return new TimeoutError(this.#timeoutMs, { action, mayHaveRun });
  }

  /** Waits for a promise that accepts no signal. Rejects when the call is aborted. A call waits for one at a time. */
  race<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      // Not an event listener: each call waits for its credentials, and adding and removing a listener costs more.
      if (signal.aborted) reject(signal.reason);
      this.#rejectWait = reject;
      promise.then(resolve, reject);
    });
  }

  #end(cause: 'timeout' | 'cancelled' | 'closed'): void {
    this.#cause ??= cause;
    this.#controller.abort();
    this.#rejectWait?.(this.signal.reason);
  }

  /** Removes the timer and the listener. Call it when the call ends. */
  dispose(): void {
    this.#active.remove(this.#link);
    this.#cancelTimer();
    this.#callerSignal?.removeEventListener('abort', this.#onCallerAbort);
  }
}
