import { type AIJob, finalAt } from '../jobs/ai-job.ts';
import { seededChoice } from '../results/seeded-choice.ts';
import { type After, deliver, type EventDelivery, type OpenDelivery, signedHeaders } from './delivery.ts';
import {
  eventOf,
  eventOfUnknown,
  eventUserData,
  forgedEvent,
  isCallbackUrl,
  type JobEvent,
} from './event.ts';
import { EventDelays, type EventFaults } from './faults.ts';

/** The callback settings of a region whose event notification is on. */
export interface EventCallback {
  /** For jobs without a URL of their own. Default: their events are not sent. The signature covers the exact text. */
  readonly url?: string;
  /** Signs all events, including those to a job's own URL. Default: events are not signed. */
  readonly key?: string;
}

/** Options of one event that a test sends. */
export interface SendingOptions {
  /** Default: the job's own URL, otherwise the region's. */
  readonly url?: string;
  /** Default: the emulator's key. `null`: the event is not signed. */
  readonly key?: string | null;
  /** The time in the signature, in Unix ms. Default: now. */
  readonly signedAt?: number;
}

/** The interface of an emulator's events for tests. */
export interface EmulatorEvents {
  /** The faults for the events of jobs that become final from now on. */
  faults: EventFaults;
  /** The last 1,000 deliveries in the order in which they began, including lost and forged ones. */
  readonly sent: readonly EventDelivery[];
  /**
   * Sends one event without faults, for any job id and any state of the job. Resolves when the event is delivered or
   * dropped. Rejects with `RangeError` if there is no URL to send it to.
   *
   * @param overrides replace fields of the body. `undefined` removes a field.
   */
  send(
    jobId: string,
    overrides?: Readonly<Record<string, unknown>>,
    options?: SendingOptions,
  ): Promise<EventDelivery>;
}

/** The dependencies of {@link JobEvents}. */
export interface EventDependencies {
  /** The region's settings for the events of AI jobs. `undefined`: notification is off and no event is sent. */
  readonly callback: () => EventCallback | undefined;
  /** Unix ms. */
  readonly now: () => number;
  readonly after: After;
  /** 0…1. */
  readonly random: () => number;
  readonly findAIJob: (jobId: string) => AIJob | undefined;
}

type Headers = EventDelivery['headers'];

const maxDeliveries = 1000;

/** Sends the events of jobs. Jobs without a callback URL have no timer. */
export class JobEvents implements EmulatorEvents {
  readonly #dependencies: EventDependencies;
  readonly #sent: OpenDelivery[] = [];
  readonly #closed = new AbortController();
  readonly #completions: CompletionTimers;
  readonly #delays: EventDelays;
  readonly #inProgress = new Set<Promise<void>>();
  #faults: EventFaults = {};

  /** Throws `RangeError` if events cannot be sent to the region's URL. */
  constructor(dependencies: EventDependencies) {
    const { callback, now, after, random } = dependencies;
    const url = callback()?.url;
    if (url !== undefined && !isCallbackUrl(url)) {
      throw new RangeError(`expected an http or https URL for callbacks; got "${url}"`);
    }
    this.#dependencies = dependencies;
    this.#completions = new CompletionTimers(now, after, (job) => this.#completed(job));
    this.#delays = new EventDelays(after, random, this.#closed.signal);
  }

  get sent(): readonly EventDelivery[] {
    return this.#sent;
  }

  get faults(): EventFaults {
    return this.#faults;
  }

  set faults(faults: EventFaults) {
    this.#faults = faults;
    if (!faults.reorder) this.#delays.releaseHeld();
  }

  async send(
    jobId: string,
    overrides: Readonly<Record<string, unknown>> = {},
    options: SendingOptions = {},
  ): Promise<EventDelivery> {
    const { callback, findAIJob, now } = this.#dependencies;
    const job = findAIJob(jobId);
    const url = options.url ?? eventUserData(job?.userData).callbackUrl ?? callback()?.url;
    if (url === undefined || !isCallbackUrl(url)) {
      throw new RangeError(`expected an http or https URL to send the event to; got ${url}`);
    }
    const event = job === undefined ? eventOfUnknown(jobId, now()) : eventOf(job, now());
    return this.#deliver(this.#begin(jobId, url, this.#headers(url, options), { ...event, ...overrides }));
  }

  /** A call created a job. Its event goes to its own URL, otherwise to the region's. */
  submitted(job: AIJob): void {
    // Notification may be switched on before the job is final.
    if (this.#ownUrlOf(job) !== undefined || this.#urlOf(job) !== undefined) this.#watch(job);
  }

  /** A job was added without a call. Its event goes only to its own URL. The event of a replaced job is cancelled. */
  added(job: AIJob): void {
    this.#completions.cancel(job.jobId);
    if (this.#ownUrlOf(job) !== undefined) this.#watch(job);
  }

  /** Resolves when the events that are in progress are delivered or dropped. */
  async settled(): Promise<void> {
    await Promise.all(this.#inProgress);
  }

  /** Cancels all events that are in progress or scheduled. */
  close(): void {
    this.#completions.cancelAll();
    this.#closed.abort();
  }

  // Calls that are still running and tests can add jobs after the emulator is closed.
  #watch(job: AIJob): void {
    if (!this.#closed.signal.aborted) this.#completions.watch(job);
  }

  #completed(job: AIJob): void {
    const url = this.#urlOf(job);
    if (url === undefined) return;
    const faults = this.#faults;
    const event = eventOf(job, this.#dependencies.now());
    if (this.#happens(faults.lose)) {
      this.#begin(job.jobId, url, {}, event).outcome = 'lost';
      return;
    }
    const times = this.#happens(faults.double) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      const sending = this.#delays.delay(faults, () => this.#sendEvent(url, event, faults));
      this.#inProgress.add(sending);
      void sending.then(() => this.#inProgress.delete(sending));
    }
  }

  async #sendEvent(url: string, event: JobEvent, { forge }: EventFaults): Promise<void> {
    const headers = this.#headers(url);
    const forged = this.#happens(forge)
      ? forgedEvent(event, this.#happens(0.5) ? this.#otherJob(event.JobId) : undefined)
      : undefined;
    await Promise.all([
      this.#deliver(this.#begin(event.JobId, url, headers, event)),
      forged && this.#deliver(this.#begin(event.JobId, url, headers, forged, true)),
    ]);
  }

  async #deliver(delivery: OpenDelivery): Promise<EventDelivery> {
    await deliver(delivery, this.#dependencies.after, this.#closed.signal);
    return delivery;
  }

  #begin(jobId: string, url: string, headers: Headers, event: object, forged = false): OpenDelivery {
    const body = JSON.stringify(event);
    const delivery: OpenDelivery = { jobId, url, headers, body, forged, attempts: 0, outcome: 'pending' };
    this.#sent.push(delivery);
    if (this.#sent.length > maxDeliveries) this.#sent.shift();
    return delivery;
  }

  #headers(url: string, options: SendingOptions = {}): Headers {
    const { callback, now } = this.#dependencies;
    const { key = callback()?.key, signedAt = now() } = options;
    return {
      'Content-Type': 'application/json;charset=utf-8',
      ...(key ? signedHeaders(url, signedAt, key) : {}),
    };
  }

  #urlOf(job: AIJob): string | undefined {
    const callback = this.#dependencies.callback();
    return callback && (this.#ownUrlOf(job) ?? callback.url);
  }

  #ownUrlOf(job: AIJob): string | undefined {
    return eventUserData(job.userData).callbackUrl;
  }

  // Prefers a job that is not final yet: a receiver that trusts the event would report its end too early.
  #otherJob(jobId: string): string {
    return this.#completions.oldest() ?? seededChoice(`other than ${jobId}`).hex(32);
  }

  #happens(probability = 0): boolean {
    return probability > 0 && this.#dependencies.random() < probability;
  }
}

const maxWatched = 100_000;

/**
 * Reports when jobs become final. The clock decides a job's state. A timer only triggers another look at the clock,
 * because tests move the clock by hand and long timers end early.
 */
class CompletionTimers {
  readonly #now: () => number;
  readonly #after: After;
  readonly #completed: (job: AIJob) => void;
  readonly #cancels = new Map<string, () => void>();

  /** @param now Unix ms */
  constructor(now: () => number, after: After, completed: (job: AIJob) => void) {
    this.#now = now;
    this.#after = after;
    this.#completed = completed;
  }

  /** Reports a job once it is final: immediately if it already is, never if its fixed state is not final. */
  watch(job: AIJob): void {
    const at = finalAt(job);
    if (at === undefined) return;
    const remainingMs = at - this.#now();
    if (remainingMs <= 0) {
      this.#completed(job);
      return;
    }
    const cancel = this.#after(remainingMs, () => {
      this.#cancels.delete(job.jobId);
      this.watch(job);
    });
    this.#cancels.set(job.jobId, cancel);
    if (this.#cancels.size > maxWatched) this.cancel(this.oldest() ?? '');
  }

  cancel(jobId: string): void {
    this.#cancels.get(jobId)?.();
    this.#cancels.delete(jobId);
  }

  cancelAll(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }

  /** The id of the job that is watched for the longest time. */
  oldest(): string | undefined {
    return this.#cancels.keys().next().value;
  }
}
