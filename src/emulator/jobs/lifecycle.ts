/** The states of a job. `success` and `fail` are final. */
export type Phase = 'init' | 'processing' | 'success' | 'fail';

/** What a job's state follows from, besides the time. */
export interface JobCourse {
  /** Unix ms. */
  readonly createdAt: number;
  /** How long it processes at speed 1, in ms. */
  readonly processingMs: number;
  /** How many times faster than speed 1; it stays what it was when the job was created, so that a final job stays final. */
  readonly speed: number;
  readonly fails: boolean;
}

const initMs = 1000;

/** A job's state at a moment, and when it ended if it has. */
export function phaseAt(course: JobCourse, now: number): { phase: Phase; completedAt?: number } {
  const processingAt = course.createdAt + initMs / course.speed;
  const completedAt = processingAt + course.processingMs / course.speed;
  if (now >= completedAt) return { phase: course.fails ? 'fail' : 'success', completedAt };
  return { phase: now >= processingAt ? 'processing' : 'init' };
}

/** A moment as the API writes it: UTC, whole seconds. */
export function isoSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/**
 * The status as the API would write it: lower-case in the ListAIJob documentation, `Processing` in another one.
 * A fixed quarter of the ids gets the latter, so that clients meet both.
 */
export function statusText(phase: Phase, jobId: string): string {
  return phase === 'processing' && jobId.charCodeAt(jobId.length - 1) % 4 === 0 ? 'Processing' : phase;
}
