import type { Action } from './actions/table.ts';
import { RefusedCall } from './errors.ts';

/** Calls a second for each action; an action that is not named has no limit. */
export type CallsPerSecond = Readonly<Partial<Record<Action, number>>>;

/**
 * Refuses the calls above a limit with `Throttling.User`. The second is the one before the call, wherever it began,
 * so a client that sends two bursts around a full second is throttled as well. Refused calls do not count.
 */
export class Quota {
  readonly #limits: CallsPerSecond;
  readonly #accepted = new Map<Action, number[]>();

  constructor(limits: CallsPerSecond) {
    this.#limits = limits;
  }

  /** Counts a call at `now` (Unix ms), or throws {@link RefusedCall}. */
  take(action: Action, now: number): void {
    const limit = this.#limits[action];
    if (limit === undefined) return;
    const recent = (this.#accepted.get(action) ?? []).filter((at) => at > now - 1000);
    this.#accepted.set(action, recent);
    if (recent.length >= limit) throw throttled();
    recent.push(now);
  }
}

/** The refusal of a call above a quota. */
export function throttled(status = 400): RefusedCall {
  return new RefusedCall(status, 'Throttling.User', 'Request was denied due to user flow control.');
}
