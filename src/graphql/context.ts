import type { Caller } from '../auth/caller.ts';
import type { RateLimit } from '../auth/rate-limits.ts';
import type { AIImageJob, AIJob } from '../domain/job.ts';
import type { CallTrace } from '../jobs/call-trace.ts';
import type { Listing } from '../jobs/listing.ts';
import type { JobLoader } from '../jobs/lookup/loader.ts';
import type { Submissions } from '../jobs/submit/submissions.ts';
import type { Templates } from '../templates/templates.ts';
import type { VideoResults } from '../videos/video-results.ts';

/** What a request reads by; made anew for every one. */
export interface RequestReaders {
  readonly aiJobs: JobLoader<AIJob>;
  readonly aiImageJobs: JobLoader<AIImageJob>;
  readonly listing: Listing;
}

/** Follows jobs: their present states, then each change. Rejects as `JobFeed.follow` does. */
export type Follow<Job> = (
  ids: readonly string[],
  signal: AbortSignal,
  callTrace?: CallTrace,
) => Promise<AsyncIterable<Job>>;

/** What all requests share. */
export interface GraphQLServices {
  /** New readers; the signal aborts when their client goes away. */
  readonly readers: (signal: AbortSignal, callTrace?: CallTrace) => RequestReaders;
  readonly submissions: Submissions;
  readonly templates: Templates;
  readonly videoResults: VideoResults;
  /** How often a caller may submit; any number of times where there is none. */
  readonly submissionLimit?: RateLimit | undefined;
  readonly followAIJobs: Follow<AIJob>;
  readonly followAIImageJobs: Follow<AIImageJob>;
}

/** What the resolvers of one operation work with. A plain object: the server adds to it, and copies what it holds. */
export interface GraphQLContext extends RequestReaders, Omit<GraphQLServices, 'readers'> {
  /** Aborts when the operation's client goes away. */
  readonly signal: AbortSignal;
  readonly caller: Caller;
  /** To be told of the calls that the operation waits for. */
  readonly callTrace: CallTrace | undefined;
  readonly services: GraphQLServices;
}

export function createContext(
  services: GraphQLServices,
  caller: Caller,
  signal: AbortSignal,
  callTrace?: CallTrace,
): GraphQLContext {
  return { ...services, ...services.readers(signal, callTrace), services, signal, caller, callTrace };
}

/** Starts anew: what a subscription has read for one event says nothing at the time of the next. */
export function forgetReadings(context: GraphQLContext): void {
  Object.assign(context, context.services.readers(context.signal, context.callTrace));
}
