import { onTestFinished } from 'vitest';
import { type LookupOptions, lookupWithCalls } from './lookup-with-calls.ts';

export { ids, job, type ReceivedCall, settled } from './lookup-with-calls.ts';

/** A lookup with calls that the test responds to, which closes with the test. */
export function runningLookup(options?: LookupOptions) {
  const running = lookupWithCalls(options);
  onTestFinished(() => running.lookup.close());
  return running;
}
