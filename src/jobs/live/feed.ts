import type { Clock } from '../../clock.ts';
import { type AnyJob, isFinal, supersedes } from '../../domain/job.ts';
import { RpcError } from '../../rpc/errors.ts';
import type { JobLookup } from '../lookup/lookup.ts';
import type { Requester } from '../requester.ts';
import { JobSubscription } from './subscription.ts';

/** A state that was read within this time counts as the present state. */
const PRESENT_MS = 2_000;

/** A job with at least one subscription. */
interface Topic<Job extends AnyJob> {
  /** The subscriptions that have the present state and receive each change. */
  readonly subscribers: Set<JobSubscription<Job>>;
  /** The number of subscriptions, including those that still wait for the present state. */
  subscriptions: number;
  state: Job | undefined;
  /** When the job was last read, in the clock's monotonic milliseconds. */
  readAt: number;
}

export interface JobFeedOptions<Job extends AnyJob> {
  readonly clock: Clock;
  readonly load: JobLookup<Job>['load'];
  /** Called with an unfinished job when it gets its first subscriber: from then on the job must be watched. */
  readonly onFollowed: (job: Job) => void;
}

/** A subscription names jobs that do not exist. */
export class UnknownJobsError extends Error {
  /** The indexes of the unknown ids in the list of ids. */
  readonly indexes: readonly number[];

  constructor(indexes: readonly number[]) {
    super(`VOD has no job with ${indexes.length === 1 ? 'this id' : 'these ids'}`);
    this.name = 'UnknownJobsError';
    this.indexes = indexes;
  }
}

/**
 * Distributes the states of jobs to the subscriptions of this process. Each subscriber gets each state once, whichever
 * read returned it. The feed holds only jobs that have subscriptions.
 */
export class JobFeed<Job extends AnyJob> {
  readonly #options: JobFeedOptions<Job>;
  readonly #topics = new Map<string, Topic<Job>>();
  readonly #subscriptions = new Set<JobSubscription<Job>>();
  /** The subscriptions of {@link wait}. */
  readonly #waits = new Set<JobSubscription<Job>>();

  constructor(options: JobFeedOptions<Job>) {
    this.#options = options;
  }

  /** The number of subscriptions, including waits. */
  get size(): number {
    return this.#subscriptions.size;
  }

  /** The ids of the followed jobs that are not final. */
  get unfinishedIds(): string[] {
    return [...this.#topics].flatMap(([id, { state }]) => (state && isFinal(state) ? [] : [id]));
  }

  /** Whether the job is followed and not final. */
  isUnfinished(id: string): boolean {
    const topic = this.#topics.get(id);
    return topic !== undefined && !(topic.state && isFinal(topic.state));
  }

  /** The last known state of a followed job. */
  stateOf(id: string): Job | undefined {
    return this.#topics.get(id)?.state;
  }

  /** Sends the job to its subscribers if its state is new. Must be called with each job that was read. */
  publish(job: Job): void {
    const topic = this.#topics.get(job.id);
    // The response to a submission has fewer fields than any read.
    if (!topic || job.origin !== 'read') return;
    topic.readAt = this.#options.clock.monotonic();
    this.#advance(topic, job);
  }

  /**
   * Subscribes to jobs: the present state of each, in order and each once, then each change. The iterator ends when all
   * jobs are final. Rejects with an {@link UnknownJobsError}, or with an `RpcError` if a present state is not known.
   */
  async follow(ids: readonly string[], requester: Requester = {}): Promise<AsyncIterableIterator<Job>> {
    const { topics, subscription } = this.#subscribe(ids);
    const { signal } = requester;
    signal?.addEventListener('abort', () => void subscription.return(), { once: true });
    if (signal?.aborted) subscription.end();
    try {
      await this.#readPresent(topics, ids, requester);
    } catch (error) {
      subscription.end();
      throw error;
    }
    // A subscription that ended meanwhile has left its topics and must not join them again.
    if (!subscription.hasEnded) for (const [id, topic] of topics) this.#start(subscription, id, topic);
    if (topics.size === 0) subscription.end();
    return subscription;
  }

  /**
   * Waits until all of these jobs are final, and resolves to the last state of each, by id. The jobs must have been read
   * for this request: they are not read again here, only by the watcher. The wait ends early after `maxMs` milliseconds,
   * when the requester disconnects, and at {@link endWaits}. It never rejects.
   */
  async wait(
    jobs: readonly Job[],
    maxMs: number,
    { signal }: Requester = {},
  ): Promise<ReadonlyMap<string, Job>> {
    const latest = new Map(jobs.map((job) => [job.id, job]));
    if (signal?.aborted || latest.size === 0) return latest;
    const { topics, subscription } = this.#subscribe(latest.keys());
    const end = () => subscription.end();
    this.#waits.add(subscription);
    signal?.addEventListener('abort', end, { once: true });
    const cancelTimeout = this.#options.clock.after(maxMs, end);
    try {
      for (const [id, job] of [...latest]) {
        const topic = topics.get(id);
        if (!topic) continue;
        // `readAt` stays as it is, because the job may come from the cache.
        this.#advance(topic, job);
        this.#start(subscription, id, topic);
      }
      for await (const job of subscription) latest.set(job.id, job);
      return latest;
    } finally {
      cancelTimeout();
      signal?.removeEventListener('abort', end);
      this.#waits.delete(subscription);
      end();
    }
  }

  /** Ends all waits with the states that are known. Subscriptions go on. */
  endWaits(): void {
    for (const wait of this.#waits) wait.end();
  }

  /** Ends all subscriptions and waits. */
  close(): void {
    for (const subscription of this.#subscriptions) subscription.end();
  }

  #subscribe(ids: Iterable<string>) {
    const topics = new Map([...new Set(ids)].map((id) => [id, this.#openTopic(id)]));
    const subscription = new JobSubscription<Job>([...topics.keys()], () => {
      this.#subscriptions.delete(subscription);
      for (const [id, topic] of topics) this.#leave(id, topic, subscription);
    });
    this.#subscriptions.add(subscription);
    return { topics, subscription };
  }

  #advance(topic: Topic<Job>, job: Job): void {
    if (!supersedes(job, topic.state)) return;
    topic.state = job;
    for (const subscriber of topic.subscribers) subscriber.push(job);
  }

  #openTopic(id: string): Topic<Job> {
    const topic = this.#topics.get(id) ?? {
      subscribers: new Set(),
      subscriptions: 0,
      state: undefined,
      readAt: Number.NEGATIVE_INFINITY,
    };
    topic.subscriptions++;
    this.#topics.set(id, topic);
    return topic;
  }

  #leave(id: string, topic: Topic<Job>, subscription: JobSubscription<Job>): void {
    topic.subscribers.delete(subscription);
    topic.subscriptions--;
    if (topic.subscriptions === 0) this.#topics.delete(id);
  }

  /** Reads the jobs that were not read just now. If a read fails, an earlier state of the job is used. */
  async #readPresent(
    topics: ReadonlyMap<string, Topic<Job>>,
    requestedIds: readonly string[],
    requester: Requester,
  ): Promise<void> {
    const { clock, load } = this.#options;
    const ids = [...topics].flatMap(([id, { readAt }]) =>
      readAt < clock.monotonic() - PRESENT_MS ? [id] : [],
    );
    const outcomes = await load(ids, requester);
    const unknownIds: string[] = [];
    for (const [index, id] of ids.entries()) {
      const outcome = outcomes[index];
      const isKnown = topics.get(id)?.state !== undefined;
      if (outcome && !(outcome instanceof RpcError)) this.publish(outcome);
      else if (outcome && !isKnown) throw outcome;
      else if (!isKnown) unknownIds.push(id);
    }
    if (unknownIds.length > 0) throw new UnknownJobsError(unknownIds.map((id) => requestedIds.indexOf(id)));
  }

  #start(subscription: JobSubscription<Job>, id: string, topic: Topic<Job>): void {
    const { state } = topic;
    if (!state) throw new Error(`expected a state of ${id}`);
    if (topic.subscribers.size === 0 && !isFinal(state)) this.#options.onFollowed(state);
    topic.subscribers.add(subscription);
    subscription.push(state);
  }
}
