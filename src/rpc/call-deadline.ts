import type { Clock } from '../clock.ts';
import { CancelledError, type RpcError, TimeoutError, UnavailableError } from './errors.ts';

/** What can end a call from outside: its deadline, its caller going away, or the client being closed. */
export class CallDeadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  readonly #caller: AbortSignal | undefined;
  readonly #underWay: Set<CallDeadline>;
  readonly #onCallerAbort = () => this.#end('cancelled');
  readonly #cancelDeadline: () => void;
  #cause: 'timeout' | 'cancelled' | 'closed' | undefined;

  constructor(clock: Clock, timeoutMs: number, caller: AbortSignal | undefined, underWay: Set<CallDeadline>) {
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
