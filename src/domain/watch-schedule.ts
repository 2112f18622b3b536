/** The intervals at which the watcher polls an unfinished job. Times are in milliseconds. */
export interface WatchSchedule {
  /** The interval as a fraction of the job's age. */
  readonly ageShare: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** The age at which an unfinished job is no longer polled. */
  readonly endsAtAgeMs: number;
}

/**
 * Every three seconds for the first 15 seconds, then every fifth of the job's age, up to ten minutes. A lost event
 * delays the result by at most a fifth of the job's age.
 */
export const watchSchedule: WatchSchedule = {
  ageShare: 0.2,
  minMs: 3_000,
  maxMs: 10 * 60_000,
  endsAtAgeMs: 7 * 24 * 60 * 60_000,
};
