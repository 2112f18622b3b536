import type { Clock } from '../../clock.ts';
import type { AnyJob } from '../../domain/job.ts';
import type { Requester } from '../requester.ts';
import type { JobFeed } from './feed.ts';

/**
 * The longest time for which the first read of a wait is delayed. A thousand requests over HTTP arrive in hundreds of turns
 * of the event loop: without the delay, their first reads took 498 calls instead of 100.
 */
const GATHER_MS = 100;

/** The requests whose jobs are read together next. */
interface Group {
  ids: number;
  readonly complete: PromiseWithResolvers<void>;
  readonly cancelTimeout: () => void;
}

/** Lets requests wait for final jobs of one kind, with as few calls to VOD as one subscription for all of them. */
export class JobWaits<Job extends AnyJob> {
  readonly #feed: JobFeed<Job>;
  /** The number of ids in a full call. */
  readonly #maxIds: number;
  readonly #clock: Clock;
  #group: Group | undefined;

  constructor(feed: JobFeed<Job>, maxIds: number, clock: Clock) {
    this.#feed = feed;
    this.#maxIds = maxIds;
    this.#clock = clock;
  }

  /**
   * Resolves when the jobs of a request that is going to wait may be read: with enough ids for a full call, or after a
   * short time. The requests of a group go on in the same turn of the event loop, so that the lookup batches their ids.
   */
  gather(ids: number): Promise<void> {
    this.#group ??= {
      ids: 0,
      complete: Promise.withResolvers(),
      cancelTimeout: this.#clock.after(GATHER_MS, () => this.#complete()),
    };
    const { promise } = this.#group.complete;
    this.#group.ids += ids;
    if (this.#group.ids >= this.#maxIds) this.#complete();
    return promise;
  }

  /** Waits as {@link JobFeed.wait} does. */
  wait(jobs: readonly Job[], maxMs: number, requester: Requester): Promise<ReadonlyMap<string, Job>> {
    return this.#feed.wait(jobs, maxMs, requester);
  }

  #complete(): void {
    const group = this.#group;
    this.#group = undefined;
    group?.cancelTimeout();
    group?.complete.resolve();
  }
}
