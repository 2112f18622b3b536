import { type Clock, sleep } from '../clock.ts';
import { type AIJob, isFinal } from '../domain/job.ts';
import { readMarker } from '../domain/marker.ts';
import type { AIJobSubmission } from '../domain/submission.ts';
import type { Archive } from '../jobs/archive.ts';
import type { WatchBudget } from '../jobs/live/budget.ts';
import type { JobOutcome } from '../jobs/lookup/lookup-request.ts';
import { aiJobRecords } from '../jobs/records.ts';
import { type JobEvent, type Ledger, LedgerError, type Submission } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import { RpcError } from '../rpc/errors.ts';
import { MAX_IDS_PER_CALL } from '../vod/job-reader.ts';

export interface EventInboxOptions {
  readonly ledger: Ledger;
  readonly archive: Pick<Archive<AIJob>, 'written'>;
  /** Looks up AI jobs, as `JobLookup.load`, but never from an earlier reading; followers and the ledger are told. */
  readonly load: (ids: readonly string[], signal?: AbortSignal) => Promise<readonly JobOutcome<AIJob>[]>;
  readonly budget: WatchBudget;
  /** How long a reading may take. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** An event that its gateway has not finished with so long after the reading's deadline is another's. */
const CLAIM_MARGIN_MS = 5_000;
/** What VOD tells it does not always show at once, and a call may have left before the event came. */
const AGAIN_MS = 1_000;
/** How far VOD's clock may be behind this one. */
const MAX_SKEW_MS = 5 * 60_000;
/** How often there is a look at events that nobody has finished with. */
const INTERVAL_MS = 15_000;
const MAX_CLAIMED = 100;
/** The most events that wait for a call in memory. */
const MAX_UNREAD = 10_000;

interface Arrival {
  readonly event: JobEvent;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What VOD has told of AI jobs and nobody has read yet. Each event is in the ledger before VOD is answered, and stays
 * there until its job was read as final, or turned out not to exist: a gateway that dies in between leaves it to others.
 */
export class EventInbox {
  readonly #options: EventInboxOptions;
  readonly #closing = new AbortController();
  readonly #readings = new Set<Promise<void>>();
  /** What has come in and is not written yet; written together, since each writing has to reach the disk. */
  #arrived: Arrival[] = [];
  #isWriting = false;
  /** What is written and waits for a call. What does not fit is left to the ledger. */
  #unread: JobEvent[] = [];
  #cancelRead: (() => void) | undefined;
  #cancelLook = () => {};

  constructor(options: EventInboxOptions) {
    this.#options = options;
    this.#lookLater();
  }

  /** Takes an event in; resolves once it is durable, and rejects with a `LedgerError` where it cannot be made so. */
  record(event: JobEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#arrived.push({ event, resolve, reject });
      if (this.#isWriting) return;
      this.#isWriting = true;
      setImmediate(() => void this.#write());
    });
  }

  /** Ends; resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelLook();
    this.#cancelRead?.();
    await Promise.all(this.#readings);
  }

  #claimedUntil(): number {
    return this.#options.clock.now() + this.#options.timeoutMs + CLAIM_MARGIN_MS;
  }

  async #write(): Promise<void> {
    while (this.#arrived.length > 0) {
      const arrived = this.#arrived.splice(0);
      const events = arrived.map(({ event }) => event);
      try {
        await this.#options.ledger.recordEvents(events, this.#claimedUntil());
        for (const { resolve } of arrived) resolve();
      } catch (error) {
        for (const { reject } of arrived) reject(error);
      }
      // Even where it could not be written: VOD tells it again, but there may be people waiting for it now.
      this.#readSoon(events);
    }
    this.#isWriting = false;
  }

  #readSoon(events: readonly JobEvent[]): void {
    this.#unread.push(...events.slice(0, MAX_UNREAD - this.#unread.length));
    if (this.#cancelRead) return;
    this.#readNow();
  }

  /** Reads as many as the budget has calls for, and the others when it has more. */
  #readNow(): void {
    this.#cancelRead = undefined;
    const { budget, clock } = this.#options;
    if (this.#closing.signal.aborted || this.#unread.length === 0) return;
    const calls = budget.available(Math.ceil(this.#unread.length / MAX_IDS_PER_CALL));
    if (calls > 0) this.#read(this.#unread.splice(0, calls * MAX_IDS_PER_CALL), calls);
    if (this.#unread.length > 0) {
      this.#cancelRead = clock.after(Math.max(1, budget.waitMs), () => this.#readNow());
    }
  }

  #read(events: readonly JobEvent[], calls: number): void {
    this.#options.budget.spend(calls);
    const reading = this.#readJobs(events).catch((error: unknown) => {
      this.#options.log.warn({ error: error instanceof Error ? error.name : 'unknown' }, String(error));
    });
    this.#readings.add(reading);
    void reading.finally(() => this.#readings.delete(reading));
  }

  async #readJobs(events: readonly JobEvent[]): Promise<void> {
    const first = await this.#readOnce(events);
    if (first.length === 0) return;
    await sleep(this.#options.clock, AGAIN_MS, this.#closing.signal).catch(() => {});
    // What is not final now is claimed again, by this gateway or another, and watched all the while.
    await this.#readOnce(first);
  }

  /** Reads the jobs of these events; those whose job is not final come back. */
  async #readOnce(events: readonly JobEvent[]): Promise<readonly JobEvent[]> {
    const { ledger, archive, load } = this.#options;
    const ids = events.map(({ jobId }) => jobId);
    const outcomes = await load(ids, this.#closing.signal);
    const finished = new Set<string>();
    for (const [index, { jobId, marker }] of events.entries()) {
      const job = outcomes[index];
      if (job instanceof RpcError) continue;
      if (job && marker !== undefined) await this.#resolve(job, marker);
      if (!job || isFinal(job)) finished.add(jobId);
    }
    await archive.written();
    await ledger.finishEvents([...finished]);
    return events.filter(({ jobId }) => !finished.has(jobId));
  }

  /**
   * A job whose submission's answer was lost belongs to it. The body of an event is not covered by its signature, so its
   * word for that counts only where no answer says otherwise, and the job that VOD shows is one that was asked for: of
   * the same video, of a type that has no job yet, and made since.
   */
  async #resolve(job: AIJob, marker: string): Promise<void> {
    const { ledger, clock } = this.#options;
    const submission = await ledger.submission(readMarker(marker).submissionId);
    if (submission?.kind !== 'AI' || submission.hasResponse) return;
    const { id, state, videoId, jobs, submittedAt } = submission;
    const isOpen = state === 'PENDING' || state === 'UNKNOWN' || state === 'MADE';
    const isNew = !jobs.some((known) => known.id === job.id || known.type === job.type);
    const isSince = job.createdAt instanceof Date && job.createdAt.getTime() >= submittedAt - MAX_SKEW_MS;
    if (!isOpen || videoId !== job.videoId || !isNew || !isSince || !wasAskedFor(job, submission)) return;
    await ledger.resolve(id, aiJobRecords.toRecord(job, clock.now(), submission));
  }

  #lookLater(): void {
    if (this.#closing.signal.aborted) return;
    this.#cancelLook = this.#options.clock.after(INTERVAL_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { ledger, log, budget } = this.#options;
    try {
      // What cannot be read here now is left to others.
      const limit = budget.available(Math.ceil(MAX_CLAIMED / MAX_IDS_PER_CALL)) * MAX_IDS_PER_CALL;
      if (limit > 0) this.#readSoon(await ledger.claimDueEvents({ until: this.#claimedUntil(), limit }));
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      log.warn({ error: error.name }, error.message);
    }
    this.#lookLater();
  }
}

function wasAskedFor(job: AIJob, { input }: Submission): boolean {
  const { types } = JSON.parse(input) as Pick<AIJobSubmission, 'types'>;
  return !types || types.some((type) => type === job.type);
}
