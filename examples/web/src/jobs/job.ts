import type { AIJobStatus, CoverJobFieldsFragment, JobFieldsFragment } from '../generated/graphql.ts';

export type Kind = 'VIDEO_TAG' | 'MEDIA_DNA' | 'COVERS';

/** A job of any kind, as the app shows it. */
export interface Job {
  readonly id: string;
  readonly kind: Kind | null;
  readonly status: AIJobStatus | null;
  readonly videoId: string | null;
  readonly createdAt: string | null;
  readonly completedAt: string | null;
  readonly failure: { readonly code: string | null; readonly message: string | null } | null;
}

export function jobOf({ id, type, status, video, createdAt, completedAt, failure }: JobFieldsFragment): Job {
  return { id, kind: type, status, videoId: video?.id ?? null, createdAt, completedAt, failure };
}

export function coverJobOf({ id, status, video, createdAt, failure }: CoverJobFieldsFragment): Job {
  return { id, kind: 'COVERS', status, videoId: video?.id ?? null, createdAt, completedAt: null, failure };
}

export function isFinal({ status }: Job): boolean {
  return status === 'SUCCESS' || status === 'FAIL';
}

export const kindNames: Readonly<Record<Kind, string>> = {
  VIDEO_TAG: 'Smart tags',
  MEDIA_DNA: 'Video DNA',
  COVERS: 'Covers',
};

export const statusNames: Readonly<Record<AIJobStatus, string>> = {
  INIT: 'Waiting',
  PROCESSING: 'Processing',
  SUCCESS: 'Done',
  FAIL: 'Failed',
};
