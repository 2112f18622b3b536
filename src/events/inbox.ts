import { type Clock, sleep } from '../clock.ts';
import { isFinal, type JobKind, type JobOf } from '../domain/job.ts';
import type { JobArchive } from '../jobs/archive.ts';
import type { JobKindDescription } from '../jobs/kinds.ts';
import type { WatchBudget } from '../jobs/live/budget.ts';
import type { JobFeed } from '../jobs/live/feed.ts';
import type { JobLookup } from '../jobs/lookup/lookup.ts';
import { type JobEvent, type Ledger, LedgerError } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import { RpcError } from '../rpc/errors.ts';
import { decodeMarker } from '../vod/user-data.ts';
import { eventsOfKnownJobs } from './known-jobs.ts';

export interface EventInboxOptions<Kind extends JobKind> {
  readonly description: JobKindDescription<Kind>;
  readonly ledger: Ledger;
  readonly archive: Pick<JobArchive<JobOf[Kind]>, 'written'>;
  /** Looks up jobs without unfinished ones from the cache. It also updates subscribers and the archive. */
  readonly refresh: JobLookup<JobOf[Kind]>['load'];
  readonly budget: WatchBudget;
  /** Tells which jobs clients follow: their events are read first. */
  readonly feed?: Pick<JobFeed<JobOf[Kind]>, 'isUnfinished'>;
  /** The timeout of `refresh`, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** A gateway that has not finished an event within this time after the read's timeout has died. */
const CLAIM_MARGIN_MS = 5_000;
/** The delay of the second read: the first one may have left before the job ended, or VOD may lag behind its event. */
const SECOND_READ_MS = 1_000;
/** The assumed difference between VOD's clock and this one. */
const MAX_SKEW_MS = 5 * 60_000;
/** How often the ledger is asked for events that other gateways have not finished. */
const CLAIM_INTERVAL_MS = 15_000;
const MAX_CLAIMED = 100;
/** The most events in memory that wait for the budget. Events beyond this limit are claimed from the ledger later. */
const MAX_UNREAD = 10_000;

interface UnwrittenEvent {
  readonly event: JobEvent;
  readonly resolve: (outcome: 'recorded' | 'unknown') => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Receives events about one kind of jobs and reads the jobs. Each event is in the ledger before VOD gets its response, and stays
 * there until a read returns the job as final or unknown. If a gateway dies, another one claims its events.
 */
export class EventInbox<Kind extends JobKind> {
  readonly #options: EventInboxOptions<Kind>;
  readonly #closing = new AbortController();
  readonly #reads = new Set<Promise<void>>();
  /** Events that arrived during a write. The next write takes all of them, since each write waits for the disk. */
  #unwritten: UnwrittenEvent[] = [];
  #isWriting = false;
  /** Written events that wait for the budget. */
  #unread: JobEvent[] = [];
  #cancelRead: (() => void) | undefined;
  #cancelClaim = () => {};

  constructor(options: EventInboxOptions<Kind>) {
    this.#options = options;
    this.#claimLater();
  }

  /**
   * Resolves when the event is durable, or with `unknown` if nobody knows its job: then nothing is written or read.
   * Rejects with a `LedgerError` if the ledger cannot be used.
   */
  record(event: JobEvent): Promise<'recorded' | 'unknown'> {
    return new Promise((resolve, reject) => {
      this.#unwritten.push({ event, resolve, reject });
      if (this.#isWriting) return;
      this.#isWriting = true;
      setImmediate(() => void this.#write());
    });
  }

  /** Resolves when all reads have ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelClaim();
    this.#cancelRead?.();
    await Promise.all(this.#reads);
  }

  /** The number of ids in a full call. */
  get #maxIds(): number {
    return this.#options.description.read.maxIds;
  }

  get #leaseMs(): number {
    return this.#options.timeoutMs + CLAIM_MARGIN_MS;
  }

  async #write(): Promise<void> {
    while (this.#unwritten.length > 0) {
      const batch = this.#unwritten.splice(0);
      const { description, ledger, feed } = this.#options;
      const all = batch.map(({ event }) => event);
      // The ones that are read even if the ledger cannot be used.
      let events: readonly JobEvent[] = all.filter(({ jobId }) => feed?.isUnfinished(jobId));
      try {
        events = await eventsOfKnownJobs(all, { kind: description.kind, ledger, feed });
        if (events.length > 0) await ledger.recordEvents(events, this.#leaseMs);
        const known = new Set(events);
        for (const { event, resolve } of batch) resolve(known.has(event) ? 'recorded' : 'unknown');
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      // After a failed write VOD sends the events again, but subscribers should not wait for that.
      this.#readSoon(events);
    }
    this.#isWriting = false;
  }

  #readSoon(events: readonly JobEvent[]): void {
    const { feed } = this.#options;
    const followed = feed ? events.filter(({ jobId }) => feed.isUnfinished(jobId)) : [];
    const others = followed.length > 0 ? events.filter((event) => !followed.includes(event)) : events;
    if (followed.length > 0) this.#unread = [...followed, ...this.#unread].slice(0, MAX_UNREAD);
    this.#unread.push(...others.slice(0, MAX_UNREAD - this.#unread.length));
    if (!this.#cancelRead) this.#readUnread();
  }

  /** Reads as many jobs as the budget allows, and the rest when it allows more. */
  #readUnread(): void {
    this.#cancelRead = undefined;
    const { budget, clock } = this.#options;
    if (this.#closing.signal.aborted || this.#unread.length === 0) return;
    const calls = budget.available(Math.ceil(this.#unread.length / this.#maxIds));
    if (calls > 0) this.#read(this.#unread.splice(0, calls * this.#maxIds), calls);
    if (this.#unread.length > 0) {
      this.#cancelRead = clock.after(Math.max(1, budget.waitMs), () => this.#readUnread());
    }
  }

  #read(events: readonly JobEvent[], calls: number): void {
    this.#options.budget.spend(calls);
    const read = this.#readTwice(events).catch((error: unknown) => {
      this.#options.log.warn({ error: error instanceof Error ? error.name : 'unknown' }, String(error));
    });
    this.#reads.add(read);
    void read.finally(() => this.#reads.delete(read));
  }

  async #readTwice(events: readonly JobEvent[]): Promise<void> {
    const unfinished = await this.#readJobs(events);
    if (unfinished.length === 0) return;
    await sleep(this.#options.clock, SECOND_READ_MS, this.#closing.signal).catch(() => {});
    // Events that are still unfinished are claimed again later; the watcher also reads their jobs.
    await this.#readJobs(unfinished);
  }

  /** Reads the jobs of these events. Returns the events whose jobs are neither final nor unknown. */
  async #readJobs(events: readonly JobEvent[]): Promise<readonly JobEvent[]> {
    const { ledger, archive, refresh } = this.#options;
    const ids = events.map(({ jobId }) => jobId);
    const outcomes = await refresh(ids, { signal: this.#closing.signal });
    const finished = new Set<string>();
    for (const [index, { jobId, marker }] of events.entries()) {
      const job = outcomes[index];
      if (job instanceof RpcError) continue;
      if (job && marker !== undefined) await this.#resolveSubmission(job, marker);
      if (!job || isFinal(job)) finished.add(jobId);
    }
    await archive.written();
    await ledger.finishEvents([...finished]);
    return events.filter(({ jobId }) => !finished.has(jobId));
  }

  /**
   * Assigns the job to the submission that its marker names, if the response to that submission was lost. The signature
   * does not cover an event's body, so the marker may be forged. It counts only if the job that VOD returned fits the
   * submission: the same kind and video, a requested type without a job so far, and created after the submission.
   */
  async #resolveSubmission(job: JobOf[Kind], marker: string): Promise<void> {
    const { description, ledger, clock, log } = this.#options;
    const { records } = description;
    const submission = await ledger.submission(decodeMarker(marker).submissionId);
    if (submission?.kind !== description.kind || submission.hasResponse) return;
    const { id, state, input, videoId, jobs, submittedAt } = submission;
    const record = records.toRecord(job, clock.now(), submission);
    const isOpen = state !== 'REFUSED';
    const isListed = submission.resolvedBy === 'LISTING';
    const isNew = !jobs.some((known) => known.id === job.id || (known.type === record.type && !isListed));
    const isLater = job.createdAt instanceof Date && job.createdAt.getTime() >= submittedAt - MAX_SKEW_MS;
    if (!isOpen || videoId !== job.videoId || !isNew || !isLater || !description.mayComeFrom(job, input))
      return;
    if (isListed) {
      log.error(
        { submission: id, job: job.id, state, video: videoId },
        'the list of jobs has led to a wrong outcome: a job with the marker of the submission has appeared; if the submission ' +
          'was sent again, VOD charges for both',
      );
    }
    await ledger.resolve(id, record);
  }

  #claimLater(): void {
    if (this.#closing.signal.aborted) return;
    this.#cancelClaim = this.#options.clock.after(CLAIM_INTERVAL_MS, () => void this.#claim());
  }

  /** Claims as many events as the budget can read now; other gateways get the rest. */
  async #claim(): Promise<void> {
    const { description, ledger, log, budget } = this.#options;
    try {
      const limit = budget.available(Math.ceil(MAX_CLAIMED / this.#maxIds)) * this.#maxIds;
      const { kind } = description;
      if (limit > 0) this.#readSoon(await ledger.claimDueEvents({ kind, leaseMs: this.#leaseMs, limit }));
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      log.warn({ error: error.name }, error.message);
    }
    this.#claimLater();
  }
}
