import type { After } from '../after.ts';
import type { AIJob } from '../jobs/ai-job.ts';
import { seededChoice } from '../results/seeded-choice.ts';
import { eventUserData, isCallbackUrl } from './callback.ts';
import { Completions } from './completions.ts';
import { deliver, type EventDelivery, type OpenDelivery } from './delivery.ts';
import { DeliveryLog } from './delivery-log.ts';
import { Departures } from './departures.ts';
import { eventOf, eventOfUnknown, type JobEvent } from './event.ts';
import type { EventFaults } from './faults.ts';
import { forged } from './forgery.ts';
import { signedHeaders } from './signature.ts';

/** Where the events of a region go and what signs them, as the VOD console sets it. */
export interface EventCallback {
  /** For the jobs that name no URL of their own; default: their events go nowhere. Signed to the letter as it stands. */
  readonly url?: string;
  /** Signs every event, those to a job's own URL too. Default: events are not signed. */
  readonly key?: string;
}

/** How an event is sent that a test asks for. */
export interface SendingOptions {
  /** Default: the job's own URL, else the region's. */
  readonly url?: string;
  /** Default: the emulator's; `null`: not signed. */
  readonly key?: string | null;
  /** The moment that the signature names, in Unix ms. Default: now. */
  readonly signedAt?: number;
}

/** The events of an emulator, as tests see them. */
export interface EmulatorEvents {
  /** What goes wrong with the events of jobs that become final from now on. */
  faults: EventFaults;
  /** The last 1,000 deliveries, in the order in which they began; lost and forged ones included. */
  readonly sent: readonly EventDelivery[];
  /**
   * Sends one event now that no fault happens to, about any job id and whatever state the job is in. Resolves when it
   * was answered, or dropped after three attempts; rejects with `RangeError` where there is no URL to send it to.
   *
   * @param overrides take the place of the body's fields; `undefined` leaves a field out
   */
  send(
    jobId: string,
    overrides?: Readonly<Record<string, unknown>>,
    options?: SendingOptions,
  ): Promise<EventDelivery>;
}

/** What events take from the emulator that they are sent by. */
export interface EventSurroundings {
  readonly callback: EventCallback | undefined;
  /** Unix ms. */
  readonly now: () => number;
  readonly after: After;
  /** 0…1. */
  readonly random: () => number;
  readonly findAIJob: (jobId: string) => AIJob | undefined;
}

type Headers = EventDelivery['headers'];

/** Sends the events of jobs. Nothing is sent and no timer made for a job that has nowhere to send its event to. */
export class JobEvents implements EmulatorEvents {
  readonly #surroundings: EventSurroundings;
  readonly #log = new DeliveryLog();
  readonly #closed = new AbortController();
  readonly #completions: Completions;
  readonly #departures: Departures;
  readonly #underWay = new Set<Promise<void>>();
  #faults: EventFaults = {};

  /** Throws `RangeError` where the region's URL cannot be called. */
  constructor(surroundings: EventSurroundings) {
    const { callback, now, after, random } = surroundings;
    if (callback?.url !== undefined && !isCallbackUrl(callback.url)) {
      throw new RangeError(`expected an http or https URL for callbacks, got "${callback.url}"`);
    }
    this.#surroundings = surroundings;
    this.#completions = new Completions(now, after, (job) => this.#completed(job));
    this.#departures = new Departures(after, random, this.#closed.signal);
  }

  get sent(): readonly EventDelivery[] {
    return this.#log.deliveries;
  }

  get faults(): EventFaults {
    return this.#faults;
  }

  set faults(faults: EventFaults) {
    this.#faults = faults;
    if (!faults.reorder) this.#departures.releaseHeld();
  }

  async send(
    jobId: string,
    overrides: Readonly<Record<string, unknown>> = {},
    options: SendingOptions = {},
  ): Promise<EventDelivery> {
    const { callback, findAIJob, now } = this.#surroundings;
    const job = findAIJob(jobId);
    const url = options.url ?? eventUserData(job?.userData).callbackUrl ?? callback?.url;
    if (url === undefined || !isCallbackUrl(url)) {
      throw new RangeError(`expected an http or https URL to send the event to, got ${url}`);
    }
    const event = job === undefined ? eventOfUnknown(jobId, now()) : eventOf(job, now());
    return this.#deliver(this.#begin(jobId, url, this.#headers(url, options), { ...event, ...overrides }));
  }

  /** A job was created by a call: its event goes to its own URL, else to the region's. */
  submitted(job: AIJob): void {
    if (this.#urlFor(job) !== undefined) this.#watch(job);
  }

  /**
   * A job was put in without a call: its event is sent only where it asks for it by a URL of its own. Where it
   * replaces another job, that one's event is not sent any more.
   */
  added(job: AIJob): void {
    this.#completions.forget(job.jobId);
    if (eventUserData(job.userData).callbackUrl !== undefined) this.#watch(job);
  }

  /** Resolves when every event is through that is under way now. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Cancels everything that is under way or still to come. */
  close(): void {
    this.#completions.forgetAll();
    this.#closed.abort();
  }

  // A call may still be running when the emulator is closed, and a test may put jobs in at any time.
  #watch(job: AIJob): void {
    if (!this.#closed.signal.aborted) this.#completions.watch(job);
  }

  #completed(job: AIJob): void {
    const url = this.#urlFor(job);
    if (url === undefined) return;
    const faults = this.#faults;
    const event = eventOf(job, this.#surroundings.now());
    if (this.#happens(faults.lose)) {
      this.#begin(job.jobId, url, {}, event).outcome = 'lost';
      return;
    }
    const times = this.#happens(faults.double) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      const underWay = this.#departures.depart(faults, () => this.#leave(url, event, faults));
      this.#underWay.add(underWay);
      void underWay.then(() => this.#underWay.delete(underWay));
    }
  }

  async #leave(url: string, event: JobEvent, { forge }: EventFaults): Promise<void> {
    const headers = this.#headers(url);
    const isForged = this.#happens(forge);
    const lie = isForged
      ? forged(event, this.#happens(0.5) ? this.#otherJob(event.JobId) : undefined)
      : undefined;
    await Promise.all([
      this.#deliver(this.#begin(event.JobId, url, headers, event)),
      lie && this.#deliver(this.#begin(event.JobId, url, headers, lie, true)),
    ]);
  }

  async #deliver(begun: OpenDelivery): Promise<EventDelivery> {
    await deliver(begun, this.#surroundings.after, this.#closed.signal);
    return begun;
  }

  #begin(jobId: string, url: string, headers: Headers, event: object, isForged = false): OpenDelivery {
    return this.#log.add({ jobId, url, headers, body: JSON.stringify(event), forged: isForged });
  }

  #headers(url: string, options: SendingOptions = {}): Headers {
    const { callback, now } = this.#surroundings;
    const { key = callback?.key, signedAt = now() } = options;
    return {
      'Content-Type': 'application/json;charset=utf-8',
      ...(key ? signedHeaders(url, signedAt, key) : {}),
    };
  }

  #urlFor(job: AIJob): string | undefined {
    return eventUserData(job.userData).callbackUrl ?? this.#surroundings.callback?.url;
  }

  // Best for a lie is a job that is not final yet: who believes it reports the end of one that goes on.
  #otherJob(jobId: string): string {
    return this.#completions.waiting() ?? seededChoice(`other than ${jobId}`).hex(32);
  }

  #happens(probability = 0): boolean {
    return probability > 0 && this.#surroundings.random() < probability;
  }
}
