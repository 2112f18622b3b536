import type { JobKind } from '../../../src/domain/job.ts';
import { listedAIImageJob } from '../../../src/emulator/jobs/ai-image-job.ts';
import { listedAIJob } from '../../../src/emulator/jobs/ai-job.ts';
import type { Emulator } from '../../../src/emulator/server.ts';

/** A job of either kind, as clients read it. */
export interface ReadJob {
  readonly id: string;
  readonly status: string;
  readonly video: { readonly id: string } | null;
  readonly failure: { readonly code: string } | null;
  readonly data?: string | null;
  readonly images?: readonly { readonly url: string }[] | null;
}

const ranks: Readonly<Record<string, number>> = { INIT: 0, PROCESSING: 1, SUCCESS: 2, FAIL: 2 };

/** The status as clients read it: two words of VOD mean the same as two others. */
function statusOf(word: string): string {
  const status = word.toUpperCase();
  if (status === 'RESERVED') return 'INIT';
  return status === 'ANALYSING' ? 'PROCESSING' : status;
}

/** The rank of a status. It never decreases, and 2 is final. */
export function rankOf(status: string): number {
  return ranks[status] ?? Number.NaN;
}

/** The present state of a job in the emulator, or `undefined` if there is no such job. */
export function truthOf(emulator: Emulator, kind: JobKind, id: string) {
  const now = Date.now();
  if (kind === 'AI') {
    const job = emulator.jobs.findAIJob(id);
    if (!job) return undefined;
    const { MediaId, Status, Code, Data } = listedAIJob(job, now);
    return {
      videoId: MediaId,
      status: statusOf(Status),
      code: Code,
      data: Data ?? null,
      urls: undefined,
    };
  }
  const job = emulator.jobs.findAIImageJob(id);
  if (!job) return undefined;
  const { VideoId, Status, Code, AIImageResult } = listedAIImageJob(job, now);
  const images = AIImageResult === undefined ? null : (JSON.parse(AIImageResult) as { Url: string }[]);
  return {
    videoId: VideoId,
    status: statusOf(Status),
    code: Code,
    data: undefined,
    urls: images?.map(({ Url }) => Url).join() ?? null,
  };
}

/** Compares a response with the job in the emulator. Returns the difference, or `undefined`. */
export function mistakeIn(
  emulator: Emulator,
  kind: JobKind,
  id: string,
  read: ReadJob | null,
): string | undefined {
  const truth = truthOf(emulator, kind, id);
  if (!truth || !read) {
    return !truth && !read ? undefined : `${id}: ${truth ? 'is there' : 'does not exist'}; got the opposite`;
  }
  if (read.id !== id) return `${id}: got ${read.id}`;
  if (read.video?.id !== truth.videoId) return `${id}: is of ${truth.videoId}; got ${read.video?.id}`;
  // The job may have progressed since the response.
  if (!(rankOf(read.status) <= rankOf(truth.status))) return `${id}: is ${truth.status}; got ${read.status}`;
  if (rankOf(read.status) < 2) return undefined;
  if (read.status !== truth.status) return `${id}: is ${truth.status}; got ${read.status}`;
  const code = truth.status === 'FAIL' ? truth.code : undefined;
  if (read.failure?.code !== code) return `${id}: failed with ${code}; got ${read.failure?.code}`;
  const urls = read.images?.map(({ url }) => url).join() ?? null;
  if (kind === 'AI' ? read.data !== truth.data : urls !== truth.urls) return `${id}: got another result`;
  return undefined;
}

/** Whether the job is final in the emulator, with this status. */
export function isFinalState(emulator: Emulator, kind: JobKind, id: string, status: string): boolean {
  return rankOf(status) === 2 && truthOf(emulator, kind, id)?.status === status;
}
