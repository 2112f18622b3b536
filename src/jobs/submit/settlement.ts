import { Undecodable } from '../../domain/decoded.ts';
import type { AIJob } from '../../domain/job.ts';
import type { AIJobSubmission } from '../../domain/submission.ts';
import type { JobListing, UnsettledSubmission } from '../../ledger/ledger.ts';
import {
  createdAtOf,
  type JobDetail,
  type JobList,
  type ListedJob,
  REVIEW_TYPE,
} from '../../vod/job-info.ts';

/**
 * The decision about a submission whose response was lost, from what VOD lists for its video. docs/guarantees.md has the
 * argument for each number here.
 */

/** The assumed difference between the age of a submission by the ledger's clock and by VOD's. */
const SLACK_MS = 5 * 60_000;
/**
 * How long after the call VOD may still begin to run it. VOD accepts a signature for 15 minutes after its time, and that
 * time may be 15 minutes ahead of VOD's clock.
 */
const LATE_MS = 30 * 60_000;
/**
 * A job that was created up to this long before the call still prevents `FAILED`: the ledger's clock may have been wrong when
 * the submission began, by as much as signatures are corrected (a day).
 */
const CLOCK_DOUBT_MS = 26 * 3_600_000;
/** ListJobInfo has no pages, and its limit is not documented. A longer list may be cut off. */
const MAX_COMPLETE_LIST = 50;

/** The time from the end of which VOD can no longer begin to run a call, at the default timeout. */
export const MIN_SAFE_DELAY_MS = LATE_MS + 15 * 60_000;

/** The facts of one decision. */
export interface Evidence {
  readonly unsettled: UnsettledSubmission;
  readonly list: JobList;
  /** Jobs that VOD's response to another submission named. They are certainly not of this submission. */
  readonly ofOthers: ReadonlySet<string>;
  /** Jobs that belong to another submission, however that was found. */
  readonly assigned: ReadonlySet<string>;
  /** What ListAIJob returned for the listed jobs: `undefined` for an id that it does not know. */
  readonly jobs: ReadonlyMap<string, AIJob | Error | undefined>;
  /** What GetJobDetail returned, for jobs about which it was asked. */
  readonly details: ReadonlyMap<string, JobDetail | undefined>;
  /** The time between the two listings that a decision needs. */
  readonly delayMs: number;
}

export type Verdict =
  | { readonly state: 'UNKNOWN' | 'FAILED' }
  | { readonly state: 'MADE'; readonly jobs: readonly AIJob[]; readonly overlapMs: number };

export interface Decision {
  readonly verdict: Verdict;
  /** `undefined` if the list does not tell whether there are jobs. */
  readonly listing: JobListing | undefined;
}

/** The listed jobs that the submission may have made, with all doubts about clocks. */
export function possibleJobs({
  unsettled,
  list,
  ofOthers,
}: Pick<Evidence, 'unsettled' | 'list' | 'ofOthers'>): readonly ListedJob[] {
  const sentAt = sentAtOf(unsettled, list);
  return list.jobs.filter((job) => {
    const createdAt = createdAtOf(job);
    if (ofOthers.has(job.id)) return false;
    return createdAt === undefined || sentAt === undefined || createdAt >= sentAt - CLOCK_DOUBT_MS;
  });
}

/** Decides about a submission. */
export function decide(evidence: Evidence): Decision {
  const { unsettled, list, jobs, details, delayMs } = evidence;
  const isReview = ({ id }: ListedJob) =>
    jobs.has(id) && jobs.get(id) === undefined && details.get(id)?.internalType === REVIEW_TYPE;
  const possible = possibleJobs(evidence).filter((job) => !isReview(job));
  const { serverTime } = list;
  const isComplete = list.isOfVideo && list.undecodable === 0 && list.jobs.length <= MAX_COMPLETE_LIST;
  if (serverTime === undefined || (possible.length === 0 && !isComplete)) {
    return { verdict: { state: 'UNKNOWN' }, listing: undefined };
  }
  const listing = { at: serverTime, jobIds: possible.map(({ id }) => id) };
  const earlier = unsettled.submission.listing;
  // Both times are VOD's, so that no clock of ours shortens the delay.
  const isLater = earlier !== undefined && serverTime - earlier.at >= delayMs;
  if (!isLater || !isComplete) return { verdict: { state: 'UNKNOWN' }, listing };
  if (possible.length === 0) {
    return { verdict: { state: earlier.jobIds.length === 0 ? 'FAILED' : 'UNKNOWN' }, listing };
  }
  const made = madeJobs(evidence, possible);
  const overlapMs = unsettled.leaseMs + LATE_MS + 2 * SLACK_MS;
  return { verdict: made ? { state: 'MADE', jobs: made, overlapMs } : { state: 'UNKNOWN' }, listing };
}

/** Exactly one job for each type that was asked for, or `undefined`. */
function madeJobs(
  { unsettled, list, assigned, jobs, details }: Evidence,
  possible: readonly ListedJob[],
): readonly AIJob[] | undefined {
  const { submission, leaseMs } = unsettled;
  const { types } = JSON.parse(submission.input) as Pick<AIJobSubmission, 'types'>;
  const sentAt = sentAtOf(unsettled, list);
  // Without types, VOD chooses them.
  if (!types || types.length === 0 || sentAt === undefined) return undefined;
  const candidates: AIJob[] = [];
  for (const listed of possible) {
    const { id } = listed;
    const createdAt = createdAtOf(listed);
    const isInWindow =
      createdAt === undefined ||
      (createdAt >= sentAt - SLACK_MS && createdAt <= sentAt + leaseMs + LATE_MS + SLACK_MS);
    if (!isInWindow || assigned.has(id)) continue;
    const job = jobs.get(id);
    const trigger = details.get(id)?.trigger;
    if (trigger === 'AUTO') continue;
    const isClear = job && !(job instanceof Error) && !(job.type instanceof Undecodable) && job.type;
    if (!isClear || trigger !== 'MANUAL' || job.videoId !== submission.videoId) return undefined;
    candidates.push(job);
  }
  const made = [...new Set(types)].map((type) => candidates.filter((job) => job.type === type));
  return made.every((ofType) => ofType.length === 1) ? made.flat() : undefined;
}

/** When the submission began, by VOD's clock. */
function sentAtOf({ ageMs }: UnsettledSubmission, { serverTime }: JobList): number | undefined {
  return serverTime === undefined ? undefined : serverTime - ageMs;
}
