import type { Clock } from '../clock.ts';
import type { AnyJob } from '../domain/job.ts';
import type { JobEntry, PageQuery } from '../ledger/ledger.ts';
import type { Tracing } from '../observability/tracing/tracing.ts';
import { createdAtOf, type JobInfoActions, type JobList, type ListedJob } from '../vod/job-info.ts';
import { SharedLookup } from './lookup/shared-lookup.ts';
import type { JobRecords } from './records.ts';
import type { Requester } from './requester.ts';

export interface VideoJobsOptions {
  readonly vod: Pick<JobInfoActions, 'listJobInfo'>;
  readonly clock: Clock;
  /** How long a video's list is cached, in milliseconds. Default: 3,000. */
  readonly freshnessMs?: number;
  readonly tracing?: Tracing | undefined;
}

/** The maximum number of cached lists. */
const MAX_VIDEOS = 1_000;

/**
 * The jobs that VOD lists for videos, for all requests of the process. Concurrent lookups of one video share a call, and its
 * response is cached briefly.
 */
export class VideoJobs {
  readonly #lists: SharedLookup<JobList | undefined>;

  constructor({ vod, clock, freshnessMs = 3_000, tracing }: VideoJobsOptions) {
    this.#lists = new SharedLookup({
      action: 'ListJobInfo',
      load: (...request) => vod.listJobInfo(...request),
      freshnessMs,
      maxEntries: MAX_VIDEOS,
      clock,
      tracing,
    });
  }

  /** The video's jobs of the last six months, of any type. Empty for an unknown video. Rejects with an `RpcError`. */
  async list(videoId: string, requester?: Requester): Promise<readonly ListedJob[]> {
    return (await this.#lists.get(videoId, requester))?.jobs ?? [];
  }
}

/** The types under which ListAIJob could return a review. Another type of the schema represents reviews. */
const reviewTypes: readonly unknown[] = ['AIMediaAudit', 'AIVideoCensor'];

/** What a reader returned for an id: `undefined` if there is no such job. */
export type JobOrFailure = AnyJob | Error | undefined;

/** Whether what ListAIJob returned for an id is an AI job, and no review. */
export function isOfAIJob(job: JobOrFailure): boolean {
  if (job === undefined || job instanceof Error) return false;
  return !(job.wire && 'Type' in job.wire && reviewTypes.includes(job.wire.Type));
}

/** A listed job. */
export interface ListedEntry extends JobEntry {
  /** Whether its type and status are known. */
  readonly isRead: boolean;
}

/**
 * The entry of a listed job that the ledger does not have. `undefined` if there is no such job of the kind: ListJobInfo
 * lists AI jobs and reviews together.
 *
 * A job that cannot be read stays in the list, so that its error has a place. Its position is that of the record which the
 * ledger gets when the job is read: cursors stay valid.
 *
 * @param job what the action of the kind returned for it
 */
export function listedEntry<Job extends AnyJob>(
  records: JobRecords<Job>,
  videoId: string,
  listed: ListedJob,
  job: Job | Error | undefined,
): ListedEntry | undefined {
  const createdAt = createdAtOf(listed) ?? 0;
  if (job instanceof Error) {
    return {
      kind: records.kind,
      id: listed.id,
      videoId,
      type: undefined,
      status: undefined,
      submissionId: undefined,
      submittedAt: createdAt,
      isRead: false,
    };
  }
  return job && { ...records.toEntry(job, createdAt), isRead: true };
}

/** The conditions of a list of one video's jobs. */
export interface JobConditions {
  readonly type?: JobEntry['type'];
  readonly status?: JobEntry['status'];
}

/** Whether an entry matches. A job that could not be read may match: its error must not be hidden. */
export function matchesConditions(entry: ListedEntry, { type, status }: JobConditions): boolean {
  if (!entry.isRead) return true;
  return (type === undefined || entry.type === type) && (status === undefined || entry.status === status);
}

/**
 * Merges a page of the ledger with listed jobs that the ledger did not have: the page of the union.
 *
 * @param found the ledger's page for `page`
 */
export function mergedPage(
  listed: readonly JobEntry[],
  found: readonly JobEntry[],
  { limit, order, from }: PageQuery,
): readonly JobEntry[] {
  const direction = order === 'newest' ? -1 : 1;
  const isAfter = (a: Place, b: Place) => direction * compare(a, b) > 0;
  // A job can be recorded between the two reads.
  const ids = new Set(found.map(({ id }) => id));
  const others = listed.filter(
    (job) => !ids.has(job.id) && (!from || isAfter(job, { id: from.id, submittedAt: from.at })),
  );
  return [...found, ...others].sort((a, b) => direction * compare(a, b)).slice(0, limit);
}

type Place = Pick<JobEntry, 'id' | 'submittedAt'>;

/** The order of the ledger: by time, then byte by byte. Ids are ASCII. */
function compare(a: Place, b: Place): number {
  return a.submittedAt - b.submittedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
