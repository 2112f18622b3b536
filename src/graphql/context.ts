import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { type Caller, callerId, callerKey } from '../auth/caller.ts';
import type { LimitExcess } from '../auth/caller-limits.ts';
import type { RateLimits } from '../auth/rate-limits.ts';
import type { Clock } from '../clock.ts';
import type { JobKind, JobOf } from '../domain/job.ts';
import type { Region } from '../domain/region.ts';
import type { CallTrace } from '../jobs/call-trace.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { JobKindServices } from '../jobs/kind.ts';
import { Listing, type SubmissionAccess } from '../jobs/listing.ts';
import { JobWaits } from '../jobs/live/waits.ts';
import { createJobLoader, type JobLoader } from '../jobs/lookup/loader.ts';
import type { Requester, Submitter } from '../jobs/requester.ts';
import type { Submissions } from '../jobs/submit/submissions.ts';
import { VideoJobs } from '../jobs/video-jobs.ts';
import type { JobEntry, Ledger } from '../ledger/ledger.ts';
import type { Tracing } from '../observability/tracing/tracing.ts';
import { Templates } from '../templates/templates.ts';
import { MediaAuditResults } from '../videos/media-audit-results.ts';
import { VideoResults } from '../videos/video-results.ts';
import type { VodApi } from '../vod/api.ts';
import { type BudgetLimits, OperationBudget } from './budget.ts';
import { describeExcess, rateLimitError, withoutHttp } from './errors.ts';
import { LongTexts } from './long-texts.ts';
import { ResponseMemory } from './response-memory.ts';
import { Turns } from './turns.ts';

type JobLoaders = { readonly [Kind in JobKind]: JobLoader<JobOf[Kind]> };

/** The loaders of one request. */
export interface RequestReaders {
  readonly loaders: JobLoaders;
  readonly listing: Listing;
  /** For lists that include jobs of VOD: what it reads may be newer than what {@link listing} has read. */
  readonly unionListing: Listing;
}

/** Subscribes to jobs: yields the current state of each, then every change. Rejects as `JobFeed.follow` does. */
export type Follow<Job> = (ids: readonly string[], requester: Requester) => Promise<AsyncIterable<Job>>;

interface LiveJobs<Kind extends JobKind> {
  readonly follow: Follow<JobOf[Kind]>;
  readonly waits: JobWaits<JobOf[Kind]>;
}

/** The services that all requests share. */
export interface GraphQLServices {
  /** Creates the loaders of an operation. */
  readonly readers: (requester: Requester, access: SubmissionAccess) => RequestReaders;
  readonly submissions: Submissions;
  readonly templates: Templates;
  readonly videoResults: VideoResults;
  readonly videoJobs: VideoJobs;
  /** Resolves when the ledger has the jobs of the kind that were read so far, or cannot be written. */
  readonly jobsWritten: (kind: JobKind) => Promise<void>;
  readonly mediaAuditResults: MediaAuditResults;
  /** The limits on each caller's operations and submissions. */
  readonly rates: RateLimits;
  /** The number of submissions that a caller without a limit of its own may make in one UTC day; 0 means any number. */
  readonly submissionsPerDay: number;
  /** What one operation may use. */
  readonly budgetLimits: BudgetLimits;
  readonly clock: Clock;
  /** The longest time that one call to VOD takes, retries included. */
  readonly timeoutMs: number;
  /** The memory that all responses share. */
  readonly responseMemory: ResponseMemory;
  /** The turns in which events of subscriptions are resolved, with the work of an event in microseconds. */
  readonly eventTurns: Turns;
  /** The JSON of long texts of responses. */
  readonly longTexts: LongTexts;
  /** Logs and counts a failure that a payload reports instead of `errors[]`. */
  readonly reportFailure: (error: Error) => void;
  /** Follows the jobs of each kind. */
  readonly live: { readonly [Kind in JobKind]: LiveJobs<Kind> };
  /** Counts a request over HTTP that waits as a stream. Returns false if no more streams can be served. */
  readonly admitWait: (response: ServerResponse) => boolean;
}

/** What the services of GraphQL are made of. */
export interface ServicesOptions
  extends Pick<Jobs, 'kinds' | 'submissions'>,
    Pick<GraphQLServices, 'reportFailure'> {
  readonly ledger: Ledger;
  readonly vod: VodApi;
  readonly region: Region;
  readonly clock: Clock;
  readonly rates: RateLimits;
  readonly limits: BudgetLimits & Pick<GraphQLServices, 'submissionsPerDay'>;
  readonly timeoutMs: number;
  /** The limit of the heap, in bytes. */
  readonly heapLimit: number;
  readonly admitWait: GraphQLServices['admitWait'];
  readonly tracing?: Tracing | undefined;
}

export function createServices(options: ServicesOptions): GraphQLServices {
  const { kinds, submissions, ledger, clock, rates, limits } = options;
  const noteListed = (entry: JobEntry) => kinds[entry.kind].archive.noteListed(entry);
  return {
    readers: (requester, access) => ({
      loaders: new LazyLoaders(kinds, requester),
      listing: new Listing(ledger, access, noteListed),
      unionListing: new Listing(ledger, access, noteListed),
    }),
    submissions,
    clock,
    timeoutMs: options.timeoutMs,
    templates: new Templates(options),
    videoResults: new VideoResults(options),
    videoJobs: new VideoJobs(options),
    jobsWritten: (kind) => kinds[kind].archive.written(),
    mediaAuditResults: new MediaAuditResults(options),
    rates,
    submissionsPerDay: limits.submissionsPerDay,
    budgetLimits: limits,
    responseMemory: new ResponseMemory(options.heapLimit),
    eventTurns: new Turns(EVENT_MICROSECONDS_PER_TURN),
    longTexts: new LongTexts(),
    reportFailure: options.reportFailure,
    live: {
      AI: liveJobs(kinds.AI, clock),
      IMAGE: liveJobs(kinds.IMAGE, clock),
      MEDIA_AUDIT: liveJobs(kinds.MEDIA_AUDIT, clock),
    },
    admitWait: options.admitWait,
  };
}

/** The events of one turn of the event loop take about this long together. */
const EVENT_MICROSECONDS_PER_TURN = 10_000;

/** Creates each loader on first use: most operations read jobs of one kind. */
class LazyLoaders implements JobLoaders {
  readonly #kinds: Jobs['kinds'];
  readonly #requester: Requester;
  #ai: JobLoaders['AI'] | undefined;
  #image: JobLoaders['IMAGE'] | undefined;
  #mediaAudit: JobLoaders['MEDIA_AUDIT'] | undefined;

  constructor(kinds: Jobs['kinds'], requester: Requester) {
    this.#kinds = kinds;
    this.#requester = requester;
  }

  get AI() {
    this.#ai ??= createJobLoader(this.#kinds.AI.lookup, this.#requester);
    return this.#ai;
  }

  get IMAGE() {
    this.#image ??= createJobLoader(this.#kinds.IMAGE.lookup, this.#requester);
    return this.#image;
  }

  get MEDIA_AUDIT() {
    this.#mediaAudit ??= createJobLoader(this.#kinds.MEDIA_AUDIT.lookup, this.#requester);
    return this.#mediaAudit;
  }
}

function liveJobs<Kind extends JobKind>(
  { feed, description }: JobKindServices<Kind>,
  clock: Clock,
): LiveJobs<Kind> {
  return {
    follow: (ids, requester) => feed.follow(ids, requester),
    waits: new JobWaits(feed, description.read.maxIds, clock),
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
export class GraphQLContext implements RequestReaders, OperationSource, Submitter {
  readonly services: GraphQLServices;
  readonly caller: Caller;
  readonly address: string | undefined;
  readonly signal: AbortSignal;
  readonly req: OperationSource['req'];
  readonly res: OperationSource['res'];
  readonly onWait: OperationSource['onWait'];
  /** Records the calls to VOD that the operation waits for. */
  readonly callTrace: CallTrace;
  /** The key under which the operation counts against limits: its caller, or its address where callers are not known. */
  readonly callerKey: string;
  readonly #chargeCalls: ChargeCalls;
  #budget: OperationBudget;
  #readers: RequestReaders;

  constructor(services: GraphQLServices, source: OperationSource, callTrace: CallTrace) {
    this.services = services;
    this.caller = source.caller;
    this.address = source.address;
    this.signal = source.signal;
    this.req = source.req;
    this.res = source.res;
    this.onWait = source.onWait;
    this.callTrace = callTrace;
    this.callerKey = callerKey(source.caller, source.address);
    this.#chargeCalls = callCharge(services.rates, this.callerKey, source.caller);
    this.#budget = this.#newBudget();
    this.#readers = this.#newReaders();
  }

  get callerId(): string {
    return callerId(this.caller);
  }

  get submissionsPerDay(): number {
    return this.caller.limits?.submissionsPerDay ?? this.services.submissionsPerDay;
  }

  /** What the operation has used. For a subscription: what its present event has used. */
  get budget(): OperationBudget {
    return this.#budget;
  }

  get loaders(): JobLoaders {
    return this.#readers.loaders;
  }

  get listing(): Listing {
    return this.#readers.listing;
  }

  get unionListing(): Listing {
    return this.#readers.unionListing;
  }

  /**
   * Gives the next event of a subscription loaders and a budget of its own, so that it does not read what an earlier event
   * has cached, and a long subscription does not use up its budget.
   */
  startEvent(): void {
    this.#budget = this.#newBudget();
    this.#readers = this.#newReaders();
  }

  #newBudget(): OperationBudget {
    const { budgetLimits, responseMemory } = this.services;
    return new OperationBudget(budgetLimits, responseMemory, this.callerKey, this.#chargeCalls);
  }

  #newReaders(): RequestReaders {
    const { signal, callTrace, callerKey, budget, caller } = this;
    const access = { callerId: this.callerId, readsAllSubmissions: caller.scopes.has('submissions:all') };
    return this.services.readers({ signal, callTrace, callerKey, budget }, access);
  }
}

type ChargeCalls = (calls: number) => GraphQLError | undefined;

/**
 * Counts an operation's calls to VOD against its caller's operations. The operation itself has counted as one already,
 * which includes its first call.
 */
function callCharge({ operations }: RateLimits, key: string, { limits }: Caller): ChargeCalls {
  let included = 1;
  return (calls) => {
    const units = Math.max(0, calls - included);
    const excess = units === 0 ? undefined : operations.charge(key, limits, units);
    if (excess)
      return withoutHttp(rateLimitError(excess, `${describeExcess(excess)}; each call to VOD counts`));
    included = Math.max(0, included - calls);
    return undefined;
  };
}

/**
 * Counts one submission against the operation's calls to VOD and the caller's limit. Throws `BAD_USER_INPUT` or
 * `RATE_LIMITED` if one of them is reached.
 */
export async function admitSubmission(context: GraphQLContext): Promise<void> {
  context.budget.addCalls(1);
  const excess = await submissionExcess(context);
  // The error belongs to one field, so it must not set the status of the response.
  if (excess) throw withoutHttp(rateLimitError(excess, notSentMessage(excess)));
}

/** As {@link admitSubmission}, but returns the reason why the submission cannot be sent, or `undefined` if it can. */
export async function submissionRefusal(context: GraphQLContext): Promise<string | undefined> {
  const { maxUpstreamCalls } = context.services.budgetLimits;
  if (!context.budget.takeCalls(1)) {
    const { callerExcess } = context.budget;
    if (callerExcess) return `${callerExcess.message}; nothing was sent`;
    return `expected at most ${maxUpstreamCalls} calls to VOD in one operation; got one more, which was not sent`;
  }
  const excess = await submissionExcess(context);
  return excess && notSentMessage(excess);
}

function submissionExcess({ services, callerKey, caller }: GraphQLContext) {
  return services.rates.submissions.take(callerKey, caller.limits);
}

function notSentMessage(excess: LimitExcess): string {
  return `${describeExcess(excess)}, which was not sent`;
}
