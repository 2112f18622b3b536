/** The source of time. Code that depends on time takes a clock, so that tests control it and never sleep. */
export interface Clock {
  /** Unix time in milliseconds, for timestamps. An operator or NTP may set it back. */
  now(): number;
  /** Milliseconds since an arbitrary moment, for durations and deadlines. It is never set back. */
  monotonic(): number;
  /** Calls the callback once after `ms` milliseconds. Returns a function that cancels the timer. */
  after(ms: number, callback: () => void): () => void;
}

/** The system's clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms` milliseconds. Rejects with the signal's reason when it aborts. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Settles as `promise` does, or rejects with `error()` after `ms` milliseconds. A later result is dropped. */
export function withTimeout<T>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
  error: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(error()));
    promise.then(resolve, reject).finally(cancel);
  });
}
