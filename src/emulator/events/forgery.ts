import type { JobEvent } from './event.ts';

/**
 * What somebody who saw an event's headers can send with them, since they do not cover the body: the opposite of
 * what happened, or the same about another job.
 *
 * @param otherJobId left out: the lie is about the same job
 */
export function forged(event: JobEvent, otherJobId?: string): JobEvent {
  if (otherJobId !== undefined) return { ...event, JobId: otherJobId };
  if (event.Status === 'success') {
    const { Data: _, ...rest } = event;
    return { ...rest, Status: 'fail', Code: 'Forged', Message: 'This event was not sent by VOD.' };
  }
  const data = { Category: [{ Tag: 'forged' }], VideoDNA: [] };
  return { ...event, Status: 'success', Code: '0', Message: 'OK', Data: JSON.stringify(data) };
}
