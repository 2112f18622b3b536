import type { Clock } from '../clock.ts';
import type { Caller } from './caller.ts';

/** The most that a timer takes: what is longer would be over at once. */
const MAX_WAIT_MS = 2 ** 31 - 1;

/** Whether what the caller has shown is valid no more. */
export function hasEnded({ expiresAt, revoked }: Caller, clock: Clock): boolean {
  return revoked?.aborted === true || (expiresAt !== undefined && expiresAt <= clock.now());
}

/** Calls back once, as soon as what the caller has shown is valid no more; the function returned takes that back. */
export function whenEnded(caller: Caller, clock: Clock, callback: () => void): () => void {
  const { expiresAt, revoked } = caller;
  let stopWaiting = () => {};
  const cancel = () => {
    stopWaiting();
    revoked?.removeEventListener('abort', end);
  };
  const end = () => {
    cancel();
    callback();
  };
  const wait = (until: number) => {
    const ms = Math.max(0, until - clock.now());
    stopWaiting = clock.after(Math.min(ms, MAX_WAIT_MS), () => (ms > MAX_WAIT_MS ? wait(until) : end()));
  };
  revoked?.addEventListener('abort', end);
  if (revoked?.aborted) end();
  else if (expiresAt !== undefined) wait(expiresAt);
  return cancel;
}
