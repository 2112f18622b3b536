import type { Clock } from '../../clock.ts';
import { type AnyJob, isFinal, type JobKind } from '../../domain/job.ts';
import { watchSchedule } from '../../domain/watch-schedule.ts';
import { type Ledger, LedgerError } from '../../ledger/ledger.ts';
import type { Log } from '../../observability/log.ts';
import { RpcError } from '../../rpc/errors.ts';
import type { JobArchive } from '../archive.ts';
import type { JobLookup } from '../lookup/lookup.ts';
import type { WatchBudget } from './budget.ts';
import type { JobFeed } from './feed.ts';

export interface WatcherOptions<Job extends AnyJob> {
  readonly kind: JobKind;
  /** The number of ids in a full call. */
  readonly maxIds: number;
  readonly ledger: Ledger;
  readonly feed: JobFeed<Job>;
  readonly archive: Pick<JobArchive<Job>, 'save' | 'written'>;
  /** Looks up jobs without unfinished ones from the cache. */
  readonly refresh: JobLookup<Job>['load'];
  readonly budget: WatchBudget;
  /** The timeout of `refresh`, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Counts the jobs that are read. */
  readonly observer: { watched(jobs: number): void };
  /** Called with the number of submitted jobs that a read found finished. */
  readonly onFinished?: ((submittedJobs: number) => void) | undefined;
}

/** The most calls of one claim. The next claim follows at once. */
const MAX_CALLS = 100;
/** A gateway that does not release a job within this time after the read's timeout has died. */
const CLAIM_MARGIN_MS = 5_000;
/** The longest time between two looks at the ledger: another gateway may have written jobs and died. */
const MAX_SLEEP_MS = 15_000;
/** The same while jobs are followed, since a newly followed job reaches the ledger with a delay. */
const MAX_SLEEP_WHILE_FOLLOWED_MS = 5_000;

/**
 * Reads unfinished jobs on the {@link watchSchedule}, in full batches: followed jobs first, and submitted jobs. A lost event
 * therefore delays a result but never loses it. The ledger assigns each job to one gateway at a time, and reassigns the
 * jobs of a gateway that died.
 */
export class Watcher<Job extends AnyJob> {
  readonly #options: WatcherOptions<Job>;
  readonly #closing = new AbortController();
  readonly #reads = new Set<Promise<void>>();
  #round: Promise<void> | undefined;
  /** The followed job that is read next while the ledger is unavailable. */
  #nextFollowed = 0;
  #wakeAt = Number.POSITIVE_INFINITY;
  #cancelWake = () => {};

  constructor(options: WatcherOptions<Job>) {
    this.#options = options;
    this.#wakeIn(watchSchedule.minMs);
  }

  /** Announces a new job. It is due after the shortest interval of the schedule. */
  added(): void {
    this.#wakeIn(watchSchedule.minMs);
  }

  /** Resolves when all reads have ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelWake();
    await this.#round;
    await Promise.all(this.#reads);
  }

  #wakeIn(ms: number): void {
    const { clock } = this.#options;
    const at = clock.monotonic() + ms;
    if (this.#closing.signal.aborted || at >= this.#wakeAt) return;
    this.#cancelWake();
    this.#wakeAt = at;
    this.#cancelWake = clock.after(ms, () => {
      this.#wakeAt = Number.POSITIVE_INFINITY;
      // A round in progress may have looked at the ledger too early, so another one follows it.
      this.#round = (this.#round ?? Promise.resolve()).then(() => this.#readDue());
    });
  }

  /** Claims and reads all due jobs, then sleeps until the next job is due. */
  async #readDue(): Promise<void> {
    const { kind, maxIds, ledger, feed, budget } = this.#options;
    const maxSleepMs = () => (feed.size > 0 ? MAX_SLEEP_WHILE_FOLLOWED_MS : MAX_SLEEP_MS);
    try {
      for (;;) {
        const wanted = feed.unfinishedIds;
        const dueInMs = (await ledger.nextDueInMs(kind, wanted)) ?? Number.POSITIVE_INFINITY;
        if (this.#closing.signal.aborted) return;
        if (dueInMs > 0) return this.#wakeIn(Math.min(dueInMs, maxSleepMs()));
        budget.isReserved = false;
        const calls = budget.available(MAX_CALLS);
        if (calls === 0) {
          this.#wakeIn(Math.min(budget.waitMs, maxSleepMs()));
          // The reads after events must not take every call before this watcher wakes up.
          budget.isReserved = wanted.length > 0;
          return;
        }
        const leaseMs = this.#options.timeoutMs + CLAIM_MARGIN_MS;
        const limit = calls * maxIds;
        // Clients wait for followed jobs, so these do not wait behind a long backlog. It gets the other half.
        const wantedFirst = limit / 2;
        const due = await ledger.claimDueJobs({ kind, leaseMs, limit, wanted, wantedFirst });
        // Another gateway has claimed them.
        if (due.length === 0) return this.#wakeIn(watchSchedule.minMs);
        const submitted = due.filter(({ submissionId }) => submissionId !== undefined);
        this.#read(
          due.map(({ id }) => id),
          new Set(submitted.map(({ id }) => id)),
        );
      }
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#options.log.warn({ error: error.name }, error.message);
      budget.isReserved = false;
      // Without the ledger, followed jobs are read without a claim, because clients wait for them.
      const followed = this.#nextUnfinished(budget.available(MAX_CALLS) * maxIds);
      if (followed.length > 0) this.#read(followed);
      this.#wakeIn(maxSleepMs());
    }
  }

  /** Returns up to `count` followed jobs that are not final, in turn. */
  #nextUnfinished(count: number): readonly string[] {
    const ids = this.#options.feed.unfinishedIds;
    const start = ids.length > 0 ? this.#nextFollowed % ids.length : 0;
    this.#nextFollowed = start + count;
    return [...ids.slice(start), ...ids.slice(0, start)].slice(0, count);
  }

  #read(ids: readonly string[], submitted: ReadonlySet<string> = new Set()): void {
    const { maxIds, budget, observer } = this.#options;
    budget.spend(Math.ceil(ids.length / maxIds));
    observer.watched(ids.length);
    const read = this.#readAndRelease(ids, submitted).finally(() => this.#reads.delete(read));
    this.#reads.add(read);
  }

  async #readAndRelease(ids: readonly string[], submitted: ReadonlySet<string>): Promise<void> {
    const { kind, ledger, feed, archive, refresh, log, onFinished } = this.#options;
    let finished = 0;
    const outcomes = await refresh(ids, { signal: this.#closing.signal });
    for (const outcome of outcomes) {
      if (!outcome || outcome instanceof RpcError) continue;
      if (submitted.has(outcome.id) && isFinal(outcome)) finished++;
      // Neither has received a job that came from the cache.
      feed.publish(outcome);
      archive.save(outcome);
    }
    if (finished > 0) onFinished?.(finished);
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
