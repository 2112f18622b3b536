/** When a job that is under way is read again, without anybody asking for it. All in milliseconds. */
export interface WatchSchedule {
  /** How much of the job's age passes between two readings. */
  readonly ageShare: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** A job that is not final at this age is not read by itself any more. */
  readonly endsAtAgeMs: number;
}

/**
 * Every three seconds for a quarter of a minute, then after a fifth of the job's age each, up to ten minutes: what a
 * lost event costs is a fifth of the time that the job has taken already.
 */
export const watchSchedule: WatchSchedule = {
  ageShare: 0.2,
  minMs: 3_000,
  maxMs: 10 * 60_000,
  endsAtAgeMs: 7 * 24 * 60 * 60_000,
};
