import { type AIJob, type AIJobType, finalAt, listedAIJob } from '../jobs/ai-job.ts';
import { isoSeconds } from '../jobs/lifecycle.ts';
import { seededChoice } from '../results/seeded-choice.ts';
import { eventUserData } from './callback.ts';

/** The body of an event callback. */
export interface JobEvent {
  readonly EventTime: string;
  readonly EventType: string;
  readonly JobId: string;
  readonly MediaId?: string;
  readonly Status: string;
  readonly Code?: string;
  readonly Message?: string;
  /** JSON in most of the documents' samples, the object itself in one. */
  readonly Data?: unknown;
  /** `UserData.Extend`, as it was given. */
  readonly Extend?: unknown;
}

const ownEventTypes: Readonly<Record<AIJobType, string>> = {
  AIMediaDNA: 'AIMediaDNAComplete',
  AIVideoTag: 'AIVideoTagComplete',
};

/**
 * The event that tells of a job as it is at a moment (Unix ms). The documents disagree about its form; each job id
 * has one of its own for good, so that clients meet them all: a quarter of them the event type of the current
 * document, half of them milliseconds in the time, a quarter of them `Data` as an object.
 */
export function eventOf(job: AIJob, at: number): JobEvent {
  const choice = seededChoice(`event|${job.jobId}`);
  const hasCurrentType = choice.chance(0.25);
  const hasMilliseconds = choice.chance(0.5);
  const hasObject = choice.chance(0.25);

  const { Status, Code, Message, Data } = listedAIJob(job, at);
  const eventAt = Math.min(finalAt(job) ?? at, at);
  const { extend } = eventUserData(job.userData);
  return {
    EventTime: hasMilliseconds ? colonMilliseconds(eventAt) : isoSeconds(eventAt),
    EventType: hasCurrentType ? 'VideoAIComplete' : ownEventTypes[job.type],
    JobId: job.jobId,
    MediaId: job.mediaId,
    Status,
    ...(Code === undefined ? {} : { Code }),
    ...(Message === undefined ? {} : { Message }),
    ...(Data === undefined ? {} : { Data: hasObject ? objectOrText(Data) : Data }),
    ...(extend === undefined ? {} : { Extend: extend }),
  };
}

/** An event about a job that does not exist, at a moment (Unix ms). */
export function eventOfUnknown(jobId: string, at: number): JobEvent {
  return {
    EventTime: isoSeconds(at),
    EventType: 'VideoAIComplete',
    JobId: jobId,
    Status: 'success',
    Code: '0',
    Message: 'OK',
  };
}

// `2017-03-20T07:49:17:025Z`: the documents put a colon before the milliseconds.
function colonMilliseconds(at: number): string {
  return new Date(at).toISOString().replace('.', ':');
}

// A job that was put in may have a Data that is no JSON.
function objectOrText(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}
