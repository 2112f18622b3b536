import { seededChoice } from '../results/seeded-choice.ts';

/** Why a job failed, in the API's words. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

const failures: readonly Failure[] = [
  { code: 'InternalError', message: 'The request processing has failed due to some unknown error.' },
  { code: 'FileNotReadable', message: 'The source file cannot be read.' },
  { code: 'InvalidMedia.NoAudioStream', message: 'The source file has no audio stream to analyse.' },
];

/** The failure that a media id asks for by holding `fail`; the same id always fails in the same way. */
export function failureOf(mediaId: string): Failure | undefined {
  return mediaId.includes('fail') ? seededChoice(`failure|${mediaId}`).pick(failures) : undefined;
}
