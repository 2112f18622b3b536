import type { Clock } from '../../clock.ts';
import type { AnyJob, JobKind } from '../../domain/job.ts';
import { watchSchedule } from '../../domain/watch-schedule.ts';
import { type Ledger, LedgerError } from '../../ledger/ledger.ts';
import type { Log } from '../../observability/log.ts';
import { RpcError } from '../../rpc/errors.ts';
import { MAX_IDS_PER_CALL } from '../../vod/job-reader.ts';
import type { Archive } from '../archive.ts';
import type { JobOutcome } from '../lookup/lookup-request.ts';
import type { WatchBudget } from './budget.ts';
import type { JobFeed } from './feed.ts';

export interface WatcherOptions<Job extends AnyJob> {
  readonly kind: JobKind;
  readonly ledger: Ledger;
  readonly feed: JobFeed<Job>;
  readonly archive: Pick<Archive<Job>, 'learned' | 'written'>;
  readonly load: (ids: readonly string[], signal?: AbortSignal) => Promise<readonly JobOutcome<Job>[]>;
  readonly budget: WatchBudget;
  /** How long a reading may take. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Told how many jobs are read. */
  readonly observer: { watched(jobs: number): void };
}

/** How many calls a round makes at most; the next follows at once. */
const MAX_CALLS = 100;
/** A gateway that has not given a job back so long after its reading's deadline has died. */
const CLAIM_MARGIN_MS = 5_000;
/** Others may have written down jobs meanwhile, and died. */
const MAX_SLEEP_MS = 15_000;
/** A job that somebody has begun to follow is in the ledger soon, but not at once. */
const MAX_SLEEP_WHILE_FOLLOWED_MS = 5_000;

/**
 * Reads the jobs that are under way again, by themselves: those that were submitted, and those that somebody follows, in
 * tens, on the {@link watchSchedule}, so that a lost event costs time and never the result. The ledger gives each job to
 * one gateway at a time, and what one that has died was given to another.
 */
export class Watcher<Job extends AnyJob> {
  readonly #options: WatcherOptions<Job>;
  readonly #closing = new AbortController();
  readonly #readings = new Set<Promise<void>>();
  #round: Promise<void> | undefined;
  /** Where the next turn begins, among those who are followed while the ledger is out of reach. */
  #turn = 0;
  #wakeAt = Number.POSITIVE_INFINITY;
  #cancelWake = () => {};

  constructor(options: WatcherOptions<Job>) {
    this.#options = options;
    this.#wakeIn(watchSchedule.minMs);
  }

  /** There may be a job that was not there before: it becomes due after the schedule's shortest time. */
  added(): void {
    this.#wakeIn(watchSchedule.minMs);
  }

  /** Ends; resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelWake();
    await this.#round;
    await Promise.all(this.#readings);
  }

  #wakeIn(ms: number): void {
    const { clock } = this.#options;
    const at = clock.now() + ms;
    if (this.#closing.signal.aborted || at >= this.#wakeAt) return;
    this.#cancelWake();
    this.#wakeAt = at;
    this.#cancelWake = clock.after(ms, () => {
      this.#wakeAt = Number.POSITIVE_INFINITY;
      // Where a round is on its way, another follows it: it may have looked too early.
      this.#round = (this.#round ?? Promise.resolve()).then(() => this.#readDue());
    });
  }

  /** Claims and reads what is due, and sleeps until the next is. */
  async #readDue(): Promise<void> {
    const { kind, ledger, feed, clock, budget } = this.#options;
    const longest = () => (feed.size > 0 ? MAX_SLEEP_WHILE_FOLLOWED_MS : MAX_SLEEP_MS);
    try {
      for (;;) {
        const wanted = feed.underWay;
        const nextAt = (await ledger.nextDueAt(kind, wanted)) ?? Number.POSITIVE_INFINITY;
        if (this.#closing.signal.aborted) return;
        if (nextAt > clock.now()) return this.#wakeIn(Math.min(nextAt - clock.now(), longest()));
        const calls = budget.available(MAX_CALLS);
        if (calls === 0) return this.#wakeIn(Math.min(budget.waitMs, longest()));
        const until = clock.now() + this.#options.timeoutMs + CLAIM_MARGIN_MS;
        const due = await ledger.claimDueJobs({ kind, until, limit: calls * MAX_IDS_PER_CALL, wanted });
        // Another gateway was faster.
        if (due.length === 0) return this.#wakeIn(watchSchedule.minMs);
        this.#read(due.map(({ id }) => id));
      }
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#options.log.warn({ error: error.name }, error.message);
      // Nobody can be asked whose jobs these are, but there are people waiting for them.
      const followed = this.#inTurn(feed.underWay, budget.available(MAX_CALLS) * MAX_IDS_PER_CALL);
      if (followed.length > 0) this.#read(followed);
      this.#wakeIn(longest());
    }
  }

  /** Some of the ids, and the next time those after them. */
  #inTurn(ids: readonly string[], count: number): readonly string[] {
    const start = ids.length > 0 ? this.#turn % ids.length : 0;
    this.#turn = start + count;
    return [...ids.slice(start), ...ids.slice(0, start)].slice(0, count);
  }

  #read(ids: readonly string[]): void {
    const { budget, observer } = this.#options;
    budget.spend(Math.ceil(ids.length / MAX_IDS_PER_CALL));
    observer.watched(ids.length);
    const reading = this.#readAndRelease(ids).finally(() => this.#readings.delete(reading));
    this.#readings.add(reading);
  }

  async #readAndRelease(ids: readonly string[]): Promise<void> {
    const { kind, ledger, feed, archive, load, log } = this.#options;
    const outcomes = await load(ids, this.#closing.signal);
    for (const outcome of outcomes) {
      if (!outcome || outcome instanceof RpcError) continue;
      // Where the answer came from memory, neither has been told of it.
      feed.learned(outcome);
      archive.learned(outcome.id, outcome);
    }
    try {
      await archive.written();
      await ledger.releaseJobs(kind, ids);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      log.warn({ error: error.name }, error.message);
    }
    this.#wakeIn(watchSchedule.minMs);
  }
}
