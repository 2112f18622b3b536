import { type AIJob, type AIJobType, finalAt, listedAIJob } from '../jobs/ai-job.ts';
import { isoSeconds } from '../jobs/lifecycle.ts';
import { isObject, parseJson } from '../json.ts';
import { seededChoice } from '../results/seeded-choice.ts';

/** The body of an event callback. */
export interface JobEvent {
  readonly EventTime: string;
  readonly EventType: string;
  readonly JobId: string;
  readonly MediaId?: string | undefined;
  readonly Status: string;
  readonly Code?: string | undefined;
  readonly Message?: string | undefined;
  /** JSON in most of the documents' samples, the object itself in one. */
  readonly Data?: unknown;
  /** `UserData.Extend`, unchanged. */
  readonly Extend?: unknown;
}

const eventTypes: Readonly<Record<AIJobType, string>> = {
  AIMediaAudit: 'AIMediaAuditComplete',
  AIMediaDNA: 'AIMediaDNAComplete',
  AIVideoTag: 'AIVideoTagComplete',
};

/**
 * The event of a job as it is at `at` (Unix ms). The documents disagree about its format. Each job id always gets the
 * same format, so that clients meet all of them: half of the ids get milliseconds in the time, a quarter gets `Data` as an
 * object.
 */
export function eventOf(job: AIJob, at: number): JobEvent {
  const choice = seededChoice(`event|${job.jobId}`);
  const hasMilliseconds = choice.chance(0.5);
  const hasObject = choice.chance(0.25);

  const { Status, Code, Message, Data } = listedAIJob(job, at);
  const eventAt = Math.min(finalAt(job) ?? at, at);
  return {
    EventTime: hasMilliseconds ? colonMilliseconds(eventAt) : isoSeconds(eventAt),
    EventType: eventTypes[job.type],
    JobId: job.jobId,
    MediaId: job.mediaId,
    Status,
    Code,
    Message,
    // A job that was added with `Data` that is not JSON keeps the text.
    Data: hasObject ? (parseJson(Data) ?? Data) : Data,
    Extend: eventUserData(job.userData).extend,
  };
}

/** An event about a job that does not exist, at `at` (Unix ms). */
export function eventOfUnknown(jobId: string, at: number): JobEvent {
  return {
    EventTime: isoSeconds(at),
    EventType: eventTypes.AIVideoTag,
    JobId: jobId,
    Status: 'success',
    Code: '0',
    Message: 'OK',
  };
}

/**
 * A false event that an attacker can send with the headers of a real one, because the signature does not cover the
 * body. It reports the opposite status, or the same status for another job.
 */
export function forgedEvent(event: JobEvent, otherJobId: string | undefined): JobEvent {
  if (otherJobId !== undefined) return { ...event, JobId: otherJobId };
  if (event.Status === 'success') {
    const Message = 'This event was not sent by VOD.';
    return { ...event, Status: 'fail', Code: 'Forged', Message, Data: undefined };
  }
  const data = { Category: [{ Tag: 'forged' }], VideoDNA: [] };
  return { ...event, Status: 'success', Code: '0', Message: 'OK', Data: JSON.stringify(data) };
}

// `2017-03-20T07:49:17:025Z`: the documents have a colon before the milliseconds.
function colonMilliseconds(at: number): string {
  return new Date(at).toISOString().replace('.', ':');
}

/** The parts of a job's `UserData` that its event uses. */
export interface EventUserData {
  /** `MessageCallback.CallbackURL`, if events can be sent to it. */
  readonly callbackUrl: string | undefined;
  /** `Extend`, of any type. */
  readonly extend: unknown;
}

/** Parses `UserData`. It can be any text, because it is not validated for jobs that are added without a call. */
export function eventUserData(text: string | undefined): EventUserData {
  const userData = parseJson(text);
  const { MessageCallback, Extend } = isObject(userData) ? userData : {};
  const url = isObject(MessageCallback) ? MessageCallback.CallbackURL : undefined;
  return {
    callbackUrl: typeof url === 'string' && isCallbackUrl(url) ? url : undefined,
    extend: Extend,
  };
}

/** Whether events can be sent to a URL: it must be absolute, with http or https. */
export function isCallbackUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
