import type { AnyJob, JobKind } from '../domain/job.ts';
import type { JobFeed } from '../jobs/live/feed.ts';
import type { JobEvent, Ledger } from '../ledger/ledger.ts';
import { decodeMarker } from '../vod/user-data.ts';

/** What knows the jobs of one kind: the ledger, and the feed of the jobs that clients follow. */
export interface JobKnowledge {
  readonly kind: JobKind;
  readonly ledger: Pick<Ledger, 'jobs' | 'submission'>;
  readonly feed?: Pick<JobFeed<AnyJob>, 'isUnfinished'> | undefined;
}

/**
 * The events about jobs that are worth a call to VOD: a client follows the job, the ledger has it, or its marker names a
 * submission whose response has not arrived. Any other event costs only these lookups, so that forged events about
 * invented jobs do not use the quota.
 */
export async function eventsOfKnownJobs(
  events: readonly JobEvent[],
  { kind, ledger, feed }: JobKnowledge,
): Promise<readonly JobEvent[]> {
  const records = await ledger.jobs(kind, [...new Set(events.map(({ jobId }) => jobId))]);
  const recorded = new Set(records.map(({ id }) => id));
  const awaited = new Map<string, boolean>();
  const known: JobEvent[] = [];
  for (const event of events) {
    const { jobId, marker } = event;
    let isKnown = feed?.isUnfinished(jobId) === true || recorded.has(jobId);
    if (!isKnown && marker !== undefined) {
      isKnown = awaited.get(marker) ?? (await isAwaited(ledger, kind, marker));
      awaited.set(marker, isKnown);
    }
    if (isKnown) known.push(event);
  }
  return known;
}

/** Whether the response to the submission that the marker names has not arrived. */
async function isAwaited(ledger: JobKnowledge['ledger'], kind: JobKind, marker: string): Promise<boolean> {
  const submission = await ledger.submission(decodeMarker(marker).submissionId);
  return submission?.kind === kind && !submission.hasResponse;
}
