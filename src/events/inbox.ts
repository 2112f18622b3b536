import type { Clock } from '../clock.ts';
import { type AIJob, isFinal } from '../domain/job.ts';
import { readMarker } from '../domain/marker.ts';
import type { Archive } from '../jobs/archive.ts';
import { aiJobRecords } from '../jobs/records.ts';
import type { JobOutcome } from '../jobs/request.ts';
import type { WatchBudget } from '../jobs/watch-budget.ts';
import { type JobEvent, type Ledger, LedgerError } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import { RpcError } from '../rpc/errors.ts';

export interface EventInboxOptions {
  readonly ledger: Ledger;
  readonly archive: Pick<Archive<AIJob>, 'written'>;
  /** Looks up AI jobs, as `JobLookup.load`; it tells followers and the ledger of what it finds. */
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
    const { ledger, archive, load } = this.#options;
    const outcomes = await load(
      events.map(({ jobId }) => jobId),
      this.#closing.signal,
    );
    const finished: string[] = [];
    for (const [index, { jobId, marker }] of events.entries()) {
      const job = outcomes[index];
      if (job instanceof RpcError) continue;
      if (job && marker !== undefined) await this.#resolve(job, marker);
      if (!job || isFinal(job)) finished.push(jobId);
    }
    await archive.written();
    await ledger.finishEvents(finished);
  }

  /** The body of an event is not covered by its signature: its word that a job is ours has to fit what VOD says of it. */
  async #resolve(job: AIJob, marker: string): Promise<void> {
    const { ledger, clock } = this.#options;
    const submission = await ledger.submission(readMarker(marker).submissionId);
    if (submission?.kind !== 'AI' || submission.videoId !== job.videoId) return;
    await ledger.resolve(submission.id, aiJobRecords.toRecord(job, clock.now(), submission));
  }

  #lookLater(): void {
    if (this.#closing.signal.aborted) return;
    this.#cancelLook = this.#options.clock.after(INTERVAL_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { ledger, log } = this.#options;
    try {
      this.#read(await ledger.claimDueEvents({ until: this.#claimedUntil(), limit: MAX_CLAIMED }));
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      log.warn({ error: error.name }, error.message);
    }
    this.#lookLater();
  }
}
