/** Calls back when `ms` have passed, unless the function that comes back is called before. */
export type After = (ms: number, callback: () => void) => () => void;

const longestTimerMs = 2 ** 31 - 1;

/**
 * A timer that does not keep the process running. What is longer than a timer can be (25 days) calls back early, so
 * whoever waits that long looks at the clock again.
 */
export const timerAfter: After = (ms, callback) => {
  const timer = setTimeout(callback, Math.min(ms, longestTimerMs));
  timer.unref();
  return () => clearTimeout(timer);
};

/** Resolves when `ms` have passed, or at once when the signal aborts. Never rejects. */
export function pause(after: After, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = after(ms, end);
    signal.addEventListener('abort', end);
  });
}
