import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ActionContext } from './actions/action.ts';
import { actions, isAction } from './actions/table.ts';
import type { After } from './after.ts';
import { Authenticator, type EmulatorCredentials, isSignedV3 } from './authentication.ts';
import { CallLog, type EmulatorCall } from './calls.ts';
import { errorBody, missingParameter, RefusedCall } from './errors.ts';
import { type EventCallback, JobEvents } from './events/job-events.ts';
import { faultAnswer, faultRefusal } from './faults/answer.ts';
import { OrderedFaultPlan } from './faults/plan.ts';
import { IdSource } from './ids.ts';
import { JobStore } from './jobs/store.ts';
import { type CallsPerSecond, Quota } from './quota.ts';
import { type ReceivedRequest, readRequest } from './request.ts';
import { TemplateStore } from './templates/store.ts';

/** What an emulated API is made of. */
export interface ApiSetup {
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

// The parameters that sign and route a call in signature V1; none of them is an action's own.
const protocolParameters = new Set([
  'AccessKeyId',
  'Action',
  'Format',
  'SecurityToken',
  'Signature',
  'SignatureMethod',
  'SignatureNonce',
  'SignatureType',
  'SignatureVersion',
  'Timestamp',
  'Version',
]);

/** What is done with a call in the end. */
type Answer =
  | { readonly kind: 'send'; readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'stall' };

const json = 'application/json;charset=utf-8';

/** The API behind the socket: routes, verifies, misbehaves where it is told to, runs actions. */
export class Api {
  readonly credentials: EmulatorCredentials;
  readonly faults: OrderedFaultPlan;
  readonly jobs: JobStore;
  readonly templates: TemplateStore;
  readonly events: JobEvents;
  /** How fast the jobs go that are created from now on. */
  speed: number;

  readonly #setup: ApiSetup;
  readonly #log = new CallLog();
  readonly #ids: IdSource;
  readonly #quota: Quota;
  readonly #authenticator: Authenticator;
  readonly #context: ActionContext;

  constructor(setup: ApiSetup) {
    this.#setup = setup;
    this.speed = setup.speed;
    this.credentials = setup.credentials;
    this.faults = new OrderedFaultPlan(setup.random);
    this.#ids = new IdSource(setup.random);
    this.#quota = new Quota(setup.qps);
    this.#authenticator = new Authenticator(setup.credentials, setup.now);
    this.templates = new TemplateStore({ ...setup, newTemplateId: () => this.#ids.hexId() });
    this.jobs = new JobStore({
      now: setup.now,
      newJobId: () => this.#ids.hexId(),
      speed: () => this.speed,
      templateConfig: (templateId) => this.templates.find(templateId)?.config,
      submittedAIJob: (job) => this.events.submitted(job),
      addedAIJob: (job) => this.events.added(job),
    });
    this.events = new JobEvents({ ...setup, findAIJob: (jobId) => this.jobs.findAIJob(jobId) });
    this.#context = { ...setup, jobs: this.jobs, templates: this.templates };
  }

  get calls(): readonly EmulatorCall[] {
    return this.#log.calls;
  }

  /** Answers one request of a client. Never rejects. */
  async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = this.#ids.requestId();
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    let answer: Answer;
    try {
      answer = await this.#decide(await readRequest(message), requestId, gone.signal);
    } catch (error) {
      if (gone.signal.aborted) return;
      answer = this.#refusal(error, requestId);
    }
    if (answer.kind === 'reset') message.socket.resetAndDestroy();
    // A stalled response is left as it is until the client goes away or the server is closed.
    if (answer.kind !== 'send') return;
    response.writeHead(answer.status, {
      'content-type': answer.contentType,
      'content-length': Buffer.byteLength(answer.body),
      'x-acs-request-id': requestId,
      // What was not read of a refused body would be taken for the next request.
      ...(message.complete ? {} : { connection: 'close' }),
    });
    response.end(answer.body);
  }

  async #decide(request: ReceivedRequest, requestId: string, gone: AbortSignal): Promise<Answer> {
    const parameters = new Map(request.allParameters);
    const header = (name: string) => request.headers[name] || undefined;
    const isV3 = isSignedV3(request);
    const action = isV3 ? header('x-acs-action') : (parameters.get('Action') ?? header('x-acs-action'));
    const version = isV3 ? header('x-acs-version') : (parameters.get('Version') ?? header('x-acs-version'));
    if (!action) throw missingParameter('Action');

    const { call, end } = this.#log.add({
      action,
      parameters: Object.fromEntries(
        [...parameters].filter(([name]) => isV3 || !protocolParameters.has(name)),
      ),
      requestId,
      at: this.#setup.now(),
    });
    try {
      this.#checkRoute(request, action, version);
      this.#authenticator.verify(request, parameters);
      return await this.#run(call, end, gone);
    } catch (error) {
      end(error instanceof RefusedCall ? error.code : gone.aborted ? 'aborted' : 'InternalError');
      throw error;
    }
  }

  #checkRoute(request: ReceivedRequest, action: string, version: string | undefined): void {
    if (request.method !== 'POST' && request.method !== 'GET') {
      throw new RefusedCall(405, 'UnsupportedHTTPMethod', 'This http method is not supported.');
    }
    if (request.path !== '/' || !isAction(action)) {
      throw new RefusedCall(404, 'InvalidAction.NotFound', 'Specified api is not found.');
    }
    if (!version) throw missingParameter('Version');
    if (version !== apiVersion) {
      throw new RefusedCall(400, 'InvalidVersion', 'Specified parameter Version is not valid.');
    }
  }

  async #run(call: EmulatorCall, end: (outcome: string) => void, gone: AbortSignal): Promise<Answer> {
    const { latencyMs, fault } = this.faults.take(call);
    if (latencyMs > 0) await this.#setup.wait(latencyMs, gone);
    // An own wait may end late; a call whose client has gone is not run.
    gone.throwIfAborted();

    const refusal = fault && faultRefusal(fault);
    if (refusal !== undefined) throw refusal;
    if (fault?.kind === 'stall' || fault?.kind === 'reset') {
      end(fault.kind);
      return { kind: fault.kind };
    }
    const instead = fault && faultAnswer(fault, call.requestId);
    if (instead !== undefined) {
      end(fault?.kind ?? 'ok');
      return { kind: 'send', ...instead };
    }

    const result = this.#perform(call);
    if (this.events.faults.early) await this.events.settled();
    if (fault?.kind === 'resetAfterRunning') {
      end(fault.kind);
      return { kind: 'reset' };
    }
    end('ok');
    return {
      kind: 'send',
      status: 200,
      contentType: json,
      body: JSON.stringify({ RequestId: call.requestId, ...result }),
    };
  }

  #perform(call: EmulatorCall) {
    if (!isAction(call.action)) throw new TypeError(`expected a known action, got ${call.action}`);
    this.#quota.take(call.action, this.#setup.now());
    return actions[call.action](call.parameters, this.#context);
  }

  #refusal(error: unknown, requestId: string): Answer {
    const refused =
      error instanceof RefusedCall
        ? error
        : new RefusedCall(500, 'InternalError', `The emulator broke: ${error}`);
    const body = errorBody(refused, requestId, `vod.${this.#setup.region}.aliyuncs.com`);
    return { kind: 'send', status: refused.status, contentType: json, body: JSON.stringify(body) };
  }
}
