import { seededChoice } from '../results/seeded-choice.ts';

/** The properties of a job that decide its state, besides the time. */
export interface JobCourse {
  readonly jobId: string;
  /** A job whose media id contains `fail` fails. */
  readonly mediaId: string;
  /** Unix ms. */
  readonly createdAt: number;
  /** The processing time at speed 1, in ms. */
  readonly processingMs: number;
  /** The emulator's speed when the job was created, e.g. 10 for ten times as fast. A later change does not apply. */
  readonly speed: number;
}

/** The state of a job at one moment. */
export interface JobState {
  /** `init` or `reserved`, `processing` or `analysing`, `success` or `fail`. The last two are final. */
  readonly status: string;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** Unix ms. */
  readonly completedAt?: number | undefined;
}

const initMs = 1000;

const failures = [
  { code: 'InternalError', message: 'The request processing has failed due to some unknown error.' },
  { code: 'FileNotReadable', message: 'The source file cannot be read.' },
  { code: 'InvalidMedia.NoAudioStream', message: 'The source file has no audio stream to analyse.' },
];

/** The state of a job at `now` (Unix ms). The same media id always fails with the same code. */
export function stateAt(
  { jobId, mediaId, createdAt, processingMs, speed }: JobCourse,
  now: number,
): JobState {
  const processingAt = createdAt + initMs / speed;
  const completedAt = processingAt + processingMs / speed;
  if (now < processingAt) return { status: initStatus(jobId) };
  if (now < completedAt) return { status: processingStatus(jobId) };
  if (!mediaId.includes('fail')) return { status: 'success', code: '0', message: 'OK', completedAt };
  return { status: 'fail', ...seededChoice(`failure|${mediaId}`).pick(failures), completedAt };
}

/**
 * `init` (ListAIJob documentation) or `reserved` (GetJobDetail documentation). A fixed quarter of the ids gets the latter,
 * so that clients meet both.
 */
export function initStatus(jobId: string): string {
  return jobId.charCodeAt(jobId.length - 1) % 4 === 2 ? 'reserved' : 'init';
}

/**
 * `processing` (ListAIJob documentation), `Processing` (another document) or `analysing` (GetJobDetail documentation). A
 * fixed quarter of the ids gets each of the latter two, so that clients meet all of them.
 */
export function processingStatus(jobId: string): string {
  switch (jobId.charCodeAt(jobId.length - 1) % 4) {
    case 0:
      return 'Processing';
    case 2:
      return 'analysing';
    default:
      return 'processing';
  }
}

/** Formats Unix ms as the API does: ISO 8601 in UTC, with whole seconds. */
export function isoSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
