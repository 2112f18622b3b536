import { type Decoded, Undecodable } from '../../domain/decoded.ts';
import type { AnyJob } from '../../domain/job.ts';
import { isFinal } from '../../domain/job.ts';

/**
 * Whether a reading shows something new of a job. A status only moves on, and readings arrive in any order, from several
 * gateways and from before an event: what is further back is an older reading, and nothing follows a final state.
 */
export function supersedes<Job extends AnyJob>(read: Job, known: Job | undefined): boolean {
  if (!known) return true;
  if (isFinal(known)) return false;
  const further = rank(read.status) - rank(known.status);
  return further > 0 || (further === 0 && visible(read) !== visible(known));
}

function rank(status: Decoded<string>): number {
  if (status === undefined || status instanceof Undecodable) return 0;
  return ['INIT', 'PROCESSING', 'SUCCESS', 'FAIL'].indexOf(status) + 1;
}

/** What a reader can see of a job: neither where it was read nor how VOD spelled it. */
function visible(job: AnyJob): string {
  return JSON.stringify({ ...job, origin: undefined, requestId: undefined, wire: undefined });
}
