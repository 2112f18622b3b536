import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Caller, callerKey } from '../auth/caller.ts';
import type { RateLimit, RateLimits } from '../auth/rate-limits.ts';
import type { Clock } from '../clock.ts';
import type { AIImageJob, AIJob } from '../domain/job.ts';
import type { Region } from '../domain/region.ts';
import type { CallTrace } from '../jobs/call-trace.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { createListing, type Listing } from '../jobs/listing.ts';
import { JobWaits } from '../jobs/live/waits.ts';
import { createJobLoader, type JobLoader } from '../jobs/lookup/loader.ts';
import type { Requester } from '../jobs/requester.ts';
import type { Submissions } from '../jobs/submit/submissions.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Templates } from '../templates/templates.ts';
import { VideoResults } from '../videos/video-results.ts';
import type { VodApi } from '../vod/api.ts';
import { type BudgetLimits, OperationBudget } from './budget.ts';
import { limitError, withoutHttp } from './errors.ts';
import { ResponseMemory } from './response-memory.ts';

/** The loaders of one request. */
export interface RequestReaders {
  readonly aiJobs: JobLoader<AIJob>;
  readonly aiImageJobs: JobLoader<AIImageJob>;
  readonly listing: Listing;
}

/** Subscribes to jobs: yields the current state of each, then every change. Rejects as `JobFeed.follow` does. */
export type Follow<Job> = (ids: readonly string[], requester: Requester) => Promise<AsyncIterable<Job>>;

/** The services that all requests share. */
export interface GraphQLServices {
  /** Creates the loaders of an operation. */
  readonly readers: (requester: Requester) => RequestReaders;
  readonly submissions: Submissions;
  readonly templates: Templates;
  readonly videoResults: VideoResults;
  /** The limit on each caller's submissions; `undefined` means no limit. */
  readonly submissionLimit?: RateLimit | undefined;
  /** What one operation may use. */
  readonly budgetLimits: BudgetLimits;
  readonly clock: Clock;
  /** The longest time that one call to VOD takes, retries included. */
  readonly timeoutMs: number;
  /** The memory that all responses share. */
  readonly responseMemory: ResponseMemory;
  /** Logs and counts a failure that a payload reports instead of `errors[]`. */
  readonly reportFailure: (error: Error) => void;
  readonly followAIJobs: Follow<AIJob>;
  readonly followAIImageJobs: Follow<AIImageJob>;
  readonly aiJobWaits: JobWaits<AIJob>;
  readonly aiImageJobWaits: JobWaits<AIImageJob>;
  /** Counts a request over HTTP that waits as a stream. Returns false if no more streams can be served. */
  readonly admitWait: (response: ServerResponse) => boolean;
}

/** What the services of GraphQL are made of. */
export interface ServicesOptions
  extends Pick<Jobs, 'aiJobs' | 'aiImageJobs' | 'submissions'>,
    Pick<GraphQLServices, 'reportFailure'> {
  readonly ledger: Ledger;
  readonly vod: VodApi;
  readonly region: Region;
  readonly clock: Clock;
  readonly rates: RateLimits;
  readonly limits: BudgetLimits;
  readonly timeoutMs: number;
  /** The limit of the heap, in bytes. */
  readonly heapLimit: number;
  readonly admitWait: GraphQLServices['admitWait'];
}

export function createServices(options: ServicesOptions): GraphQLServices {
  const { aiJobs, aiImageJobs, submissions, ledger, rates, limits } = options;
  return {
    readers: (requester) => ({
      aiJobs: createJobLoader(aiJobs.lookup, requester),
      aiImageJobs: createJobLoader(aiImageJobs.lookup, requester),
      listing: createListing(ledger),
    }),
    submissions,
    clock: options.clock,
    timeoutMs: options.timeoutMs,
    templates: new Templates(options),
    videoResults: new VideoResults(options),
    submissionLimit: rates.submissions,
    budgetLimits: limits,
    responseMemory: new ResponseMemory(options.heapLimit),
    reportFailure: options.reportFailure,
    followAIJobs: (ids, requester) => aiJobs.feed.follow(ids, requester),
    followAIImageJobs: (ids, requester) => aiImageJobs.feed.follow(ids, requester),
    aiJobWaits: new JobWaits(aiJobs.feed, options.clock),
    aiImageJobWaits: new JobWaits(aiImageJobs.feed, options.clock),
    admitWait: options.admitWait,
  };
}

/** Who sends an operation, and over which connection. */
export interface OperationSource {
  readonly caller: Caller;
  /** The client's address. */
  readonly address: string | undefined;
  /** Aborts when the operation's client disconnects. */
  readonly signal: AbortSignal;
  /** Node's request and response, over HTTP. */
  readonly req?: Pick<IncomingMessage, 'headers'> | undefined;
  readonly res?: ServerResponse | undefined;
  /** Called when the operation starts to wait for jobs, over WebSocket. */
  readonly onWait?: (() => void) | undefined;
}

/** The context of the resolvers of one operation. */
export interface GraphQLContext extends RequestReaders, OperationSource, Omit<GraphQLServices, 'readers'> {
  /** The key under which the operation counts against limits: its caller, or its address where callers are not known. */
  readonly callerKey: string;
  /** Records the calls to VOD that the operation waits for. */
  readonly callTrace: CallTrace;
  /** What the operation has used. For a subscription: what its present event has used. */
  readonly budget: OperationBudget;
  readonly services: GraphQLServices;
}

export function createContext(
  services: GraphQLServices,
  source: OperationSource,
  callTrace: CallTrace,
): GraphQLContext {
  const { caller, address, signal } = source;
  const requester = { signal, callTrace, callerKey: callerKey(caller, address) };
  return { ...services, services, ...source, ...requester, ...newReaders(services, requester) };
}

/**
 * Gives the next event of a subscription loaders and a budget of its own, so that it does not read what an earlier event
 * has cached, and a long subscription does not use up its budget.
 */
export function startEvent(context: GraphQLContext): void {
  const { services, signal, callTrace, callerKey } = context;
  Object.assign(context, newReaders(services, { signal, callTrace, callerKey }));
}

function newReaders(services: GraphQLServices, requester: Requester & { readonly callerKey: string }) {
  const budget = new OperationBudget(services.budgetLimits, services.responseMemory, requester.callerKey);
  return { budget, ...services.readers({ ...requester, budget }) };
}

/**
 * Counts one submission against the operation's calls to VOD and the caller's limit. Throws `BAD_USER_INPUT` or
 * `RATE_LIMITED` if one of them is reached.
 */
export async function admitSubmission(context: GraphQLContext): Promise<void> {
  context.budget.addCalls(1);
  const excess = await submissionExcess(context);
  // The error belongs to one field, so it must not set the status of the response.
  if (excess) throw withoutHttp(limitError('RATE_LIMITED', excess.message, excess.retryAfterMs));
}

/** As {@link admitSubmission}, but returns the reason why the submission cannot be sent, or `undefined` if it can. */
export async function submissionRefusal(context: GraphQLContext): Promise<string | undefined> {
  const { maxUpstreamCalls } = context.budgetLimits;
  if (!context.budget.takeCalls(1)) {
    return `expected at most ${maxUpstreamCalls} calls to VOD in one operation; got one more, which was not sent`;
  }
  return (await submissionExcess(context))?.message;
}

async function submissionExcess({ submissionLimit, callerKey }: GraphQLContext) {
  const retryAfterMs = await submissionLimit?.take(callerKey);
  if (retryAfterMs === undefined) return undefined;
  const message = `expected at most ${submissionLimit?.perMinute} submissions a minute; got one more, which was not sent`;
  return { message, retryAfterMs };
}
