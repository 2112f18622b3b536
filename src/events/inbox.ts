import { type Clock, sleep } from '../clock.ts';
import { type AIJob, isFinal } from '../domain/job.ts';
import { readMarker } from '../domain/marker.ts';
import type { AIJobSubmission } from '../domain/submission.ts';
import type { Archive } from '../jobs/archive.ts';
import { aiJobRecords } from '../jobs/records.ts';
import type { JobOutcome } from '../jobs/request.ts';
import type { WatchBudget } from '../jobs/watch-budget.ts';
import { type JobEvent, type Ledger, LedgerError, type Submission } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import { RpcError } from '../rpc/errors.ts';

export interface EventInboxOptions {
  readonly ledger: Ledger;
  readonly archive: Pick<Archive<AIJob>, 'written'>;
  /** Looks up AI jobs, as `JobLookup.load`, but never from an earlier reading; followers and the ledger are told. */
  readonly load: (ids: readonly string[], signal?: AbortSignal) => Promise<readonly JobOutcome<AIJob>[]>;
  /** How many jobs go into a call. */
  readonly idsPerCall: number;
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

/**
 * What VOD has told of AI jobs and nobody has read yet. Each event is in the ledger before VOD is answered, and stays
 * there until its job was read as final, or turned out not to exist: a gateway that dies in between leaves it to others.
 */
export class EventInbox {
  readonly #options: EventInboxOptions;
  readonly #closing = new AbortController();
  readonly #readings = new Set<Promise<void>>();
  #unread: JobEvent[] = [];
  #cancelLook = () => {};

  constructor(options: EventInboxOptions) {
    this.#options = options;
    this.#lookLater();
  }

  /** Takes an event in; resolves once it is durable, and rejects with a `LedgerError` where it cannot be made so. */
  async record(event: JobEvent): Promise<void> {
    try {
      await this.#options.ledger.recordEvent(event, this.#claimedUntil());
    } finally {
      // Even where it could not be written: VOD tells it again, but there may be people waiting for it now.
      this.#readSoon(event);
    }
  }

  /** Ends; resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelLook();
    await Promise.all(this.#readings);
  }

  #claimedUntil(): number {
    return this.#options.clock.now() + this.#options.timeoutMs + CLAIM_MARGIN_MS;
  }

  /** Together with what else has come in by then: events of one moment share calls. */
  #readSoon(event: JobEvent): void {
    if (this.#unread.length === 0) setImmediate(() => this.#read(this.#unread.splice(0)));
    this.#unread.push(event);
  }

  /** Reads as many as the budget has calls for; the others are claimed again later. */
  #read(events: readonly JobEvent[]): void {
    if (this.#closing.signal.aborted || events.length === 0) return;
    const { budget, idsPerCall } = this.#options;
    const calls = budget.available(Math.ceil(events.length / idsPerCall));
    if (calls === 0) return;
    budget.spend(calls);
    const reading = this.#readJobs(events.slice(0, calls * idsPerCall)).catch((error: unknown) => {
      if (!(error instanceof LedgerError)) throw error;
      this.#options.log.warn({ error: error.name }, error.message);
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
    if (submission?.kind !== 'AI' || submission.isAnswered) return;
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
    const { ledger, log, budget, idsPerCall } = this.#options;
    try {
      // What cannot be read here now is left to others.
      const limit = budget.available(Math.ceil(MAX_CLAIMED / idsPerCall)) * idsPerCall;
      if (limit > 0) this.#read(await ledger.claimDueEvents({ until: this.#claimedUntil(), limit }));
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
