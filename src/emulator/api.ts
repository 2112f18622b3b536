import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ActionContext } from './actions/action.ts';
import { type Action, actions, isAction } from './actions/table.ts';
import { Authenticator, type EmulatorCredentials } from './authentication.ts';
import {
  type ApiResponse,
  CallLog,
  type CallResult,
  type EmulatorCall,
  jsonResponse,
  type LoggedCall,
  type ReceivedRequest,
  readRequest,
  requestedAction,
} from './calls.ts';
import { ApiError, errorBody, missingParameter, throttled } from './errors.ts';
import type { After } from './events/delivery.ts';
import { type EventCallback, JobEvents } from './events/job-events.ts';
import { EventNotification } from './events/notification.ts';
import { faultResult, OrderedFaultPlan } from './faults.ts';
import { JobStore } from './jobs/store.ts';
import type { CallsPerSecond } from './quotas.ts';
import { seededChoice } from './results/seeded-choice.ts';
import { TemplateStore } from './templates.ts';

/** The options of {@link Api}. */
export interface ApiOptions {
  readonly region: string;
  readonly speed: number;
  /** Unix ms. */
  readonly now: () => number;
  /** 0…1. */
  readonly random: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly after: After;
  readonly callback: EventCallback | undefined;
  readonly credentials: EmulatorCredentials;
  readonly qps: CallsPerSecond;
  readonly strictTemplates: boolean;
}

const apiVersion = '2017-03-21';

/** The emulated API: it routes and authenticates calls, applies faults and runs actions. */
export class Api {
  readonly credentials: EmulatorCredentials;
  readonly faults: OrderedFaultPlan;
  readonly jobs: JobStore;
  readonly templates: TemplateStore;
  readonly notification: EventNotification;
  readonly events: JobEvents;
  /** The speed of jobs that are created from now on. */
  speed: number;
  /** The emulator's own origin, which serves the files of results. Known when the server listens. */
  origin = '';

  readonly #options: ApiOptions;
  readonly #log = new CallLog();
  readonly #ids: IdSource;
  readonly #quota: Quota;
  readonly #authenticator: Authenticator;
  readonly #context: ActionContext;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.speed = options.speed;
    this.credentials = options.credentials;
    this.faults = new OrderedFaultPlan(options.random);
    this.#ids = new IdSource(options.random);
    this.#quota = new Quota(options.qps);
    this.#authenticator = new Authenticator(options.credentials, options.now);
    this.templates = new TemplateStore({ ...options, newTemplateId: () => this.#ids.hexId() });
    this.jobs = new JobStore({
      now: options.now,
      newJobId: () => this.#ids.hexId(),
      speed: () => this.speed,
      mediaOrigin: () => this.origin,
      templateConfig: (templateId) => this.templates.find(templateId)?.config,
      submittedAIJob: (job) => this.events.submitted(job),
      addedAIJob: (job) => this.events.added(job),
    });
    this.notification = new EventNotification(options.callback);
    this.events = new JobEvents({
      ...options,
      callback: () => this.notification.aiCallback,
      findAIJob: (jobId) => this.jobs.findAIJob(jobId),
    });
    const { jobs, templates, notification } = this;
    this.#context = { ...options, jobs, templates, notification };
  }

  get calls(): readonly EmulatorCall[] {
    return this.#log.calls;
  }

  /** Handles one request. Never rejects. */
  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = this.#ids.requestId();
    const closed = new AbortController();
    response.once('close', () => closed.abort());
    let result: CallResult;
    try {
      result = await this.#call(await readRequest(message), requestId, closed.signal);
    } catch (error) {
      if (closed.signal.aborted) return;
      result = this.#errorResponse(error, requestId);
    }
    if (result.kind === 'reset') message.socket.resetAndDestroy();
    // A stalled connection stays open until the client or the emulator closes it.
    if (result.kind !== 'response') return;
    response.writeHead(result.status, {
      'content-type': result.contentType,
      'content-length': Buffer.byteLength(result.body),
      'x-acs-request-id': requestId,
      date: new Date(this.#options.now()).toUTCString(),
      // The unread rest of a rejected body would be parsed as the next request.
      ...(message.complete ? {} : { connection: 'close' }),
    });
    response.end(result.body);
  }

  async #call(request: ReceivedRequest, requestId: string, closed: AbortSignal): Promise<CallResult> {
    const { action, version, parameters } = requestedAction(request);
    if (!action) throw missingParameter('Action');
    const call = this.#log.add({ action, parameters, requestId, at: this.#options.now() });
    try {
      const known = knownAction(request, action, version);
      this.#authenticator.verify(request);
      return await this.#run(known, call, closed);
    } catch (error) {
      const aborted = closed.aborted ? 'aborted' : 'InternalError';
      call.outcome = error instanceof ApiError ? error.code : aborted;
      throw error;
    }
  }

  async #run(action: Action, call: LoggedCall, closed: AbortSignal): Promise<CallResult> {
    const { latencyMs, fault } = this.faults.take(call);
    if (latencyMs > 0) await this.#options.wait(latencyMs, closed);
    // An injected `wait` can ignore the signal. A call whose client has disconnected must not run.
    closed.throwIfAborted();

    if (fault !== undefined) {
      const replacement = faultResult(fault, call.requestId);
      if (replacement !== undefined) {
        call.outcome = fault.kind;
        return replacement;
      }
    }
    this.#quota.take(action, call.requestId, this.#options.now());
    const fields = actions[action](call.parameters, this.#context);
    if (this.events.faults.early) await this.events.settled();
    call.outcome = fault?.kind ?? 'ok';
    if (fault?.kind === 'resetAfterRunning') return { kind: 'reset' };
    return jsonResponse(200, { RequestId: call.requestId, ...fields });
  }

  #errorResponse(error: unknown, requestId: string): ApiResponse {
    const apiError =
      error instanceof ApiError
        ? error
        : new ApiError(500, 'InternalError', `The emulator failed with ${error}.`);
    const hostId = `vod.${this.#options.region}.aliyuncs.com`;
    return jsonResponse(apiError.status, errorBody(apiError, requestId, hostId));
  }
}

/** Throws {@link ApiError} if the method, the path, the action or the API version is not supported. */
function knownAction(request: ReceivedRequest, action: string, version: string | undefined): Action {
  if (request.method !== 'POST' && request.method !== 'GET') {
    throw new ApiError(405, 'UnsupportedHTTPMethod', 'This http method is not supported.');
  }
  if (request.path !== '/' || !isAction(action)) {
    throw new ApiError(404, 'InvalidAction.NotFound', 'Specified api is not found.');
  }
  if (!version) throw missingParameter('Version');
  if (version !== apiVersion) {
    throw new ApiError(400, 'InvalidVersion', 'Specified parameter Version is not valid.');
  }
  return action;
}

/**
 * Rejects calls above a limit: half of them with `Throttling.User` (400), half with `Throttling` (503). It counts the
 * accepted calls of the last 1,000 ms, not of a calendar second, so two bursts around a full second are throttled too.
 */
class Quota {
  readonly #limits: CallsPerSecond;
  readonly #accepted = new Map<Action, number[]>();

  constructor(limits: CallsPerSecond) {
    this.#limits = limits;
  }

  /** Counts a call at `now` (Unix ms), or throws {@link ApiError}. The request id decides which one. */
  take(action: Action, requestId: string, now: number): void {
    const limit = this.#limits[action];
    if (limit === undefined) return;
    const recent = (this.#accepted.get(action) ?? []).filter((at) => at > now - 1000);
    this.#accepted.set(action, recent);
    if (recent.length >= limit) {
      throw throttled(seededChoice(`throttled|${requestId}`).chance(0.5) ? 503 : 400);
    }
    recent.push(now);
  }
}

/** Generates ids from `random`. They are unique even if `random` is constant. */
class IdSource {
  readonly #random: () => number;
  #count = 0;

  /** @param random 0…1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** 32 lower-case hex digits, like the API's ids of jobs and templates. */
  hexId(): string {
    this.#count += 1;
    return createHash('md5').update(`${this.#random()}|${this.#random()}|${this.#count}`).digest('hex');
  }

  /** An upper-case UUID, like the API's request ids. */
  requestId(): string {
    const hex = this.hexId().toUpperCase();
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-A${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
