import type { Clock } from '../../clock.ts';
import type { AnyJob } from '../../domain/job.ts';
import { isFinal } from '../../domain/job.ts';
import { RpcError } from '../../rpc/errors.ts';
import type { CallTrace } from '../call-trace.ts';
import type { JobOutcome } from '../lookup/lookup-request.ts';
import { JobSubscription } from './subscription.ts';
import { supersedes } from './supersedes.ts';

/** A state that was read so long ago at most is a job's present one. */
const PRESENT_MS = 2_000;

/** A job that somebody follows. */
interface Topic<Job extends AnyJob> {
  /** Those who have got its present state, and now get each change. */
  readonly subscribers: Set<JobSubscription<Job>>;
  /** How many follow it, those who still wait for its present state included. */
  followers: number;
  state: Job | undefined;
  readAt: number;
}

export interface JobFeedOptions<Job extends AnyJob> {
  readonly clock: Clock;
  /** Looks up jobs, as `JobLookup.load`. */
  readonly load: (
    ids: readonly string[],
    signal?: AbortSignal,
    callTrace?: CallTrace,
  ) => Promise<readonly JobOutcome<Job>[]>;
  /** Told of each job that is under way when the first one follows it: from now on it is to be watched. */
  readonly onFollowed: (job: Job) => void;
}

/** A job that is to be followed does not exist. */
export class UnknownJobsError extends Error {
  /** Which of the ids that were given these are. */
  readonly indexes: readonly number[];

  constructor(indexes: readonly number[]) {
    super(`VOD has no job with ${indexes.length === 1 ? 'this id' : 'these ids'}`);
    this.name = 'UnknownJobsError';
    this.indexes = indexes;
  }
}

/**
 * The jobs that are followed here, and who follows them. Whatever reading shows a change of one, whoever it was for, its
 * followers are told: once each, and never of the same state twice. It holds nothing but what somebody follows.
 */
export class JobFeed<Job extends AnyJob> {
  readonly #options: JobFeedOptions<Job>;
  readonly #topics = new Map<string, Topic<Job>>();
  readonly #followings = new Set<JobSubscription<Job>>();

  constructor(options: JobFeedOptions<Job>) {
    this.#options = options;
  }

  /** How many subscriptions there are. */
  get size(): number {
    return this.#followings.size;
  }

  /** The ids of the jobs that somebody follows and that are not final. */
  get underWay(): string[] {
    return [...this.#topics].flatMap(([id, { state }]) => (state && isFinal(state) ? [] : [id]));
  }

  /** Whether news of the job would reach anybody. */
  isWaitingFor(id: string): boolean {
    const topic = this.#topics.get(id);
    return topic !== undefined && !(topic.state && isFinal(topic.state));
  }

  /** The last state of a job that somebody follows. */
  stateOf(id: string): Job | undefined {
    return this.#topics.get(id)?.state;
  }

  /** To be told of each reading of a job. */
  learned(job: Job): void {
    const topic = this.#topics.get(job.id);
    // The answer to a submission tells less than any reading.
    if (!topic || job.origin !== 'read') return;
    topic.readAt = this.#options.clock.now();
    if (!supersedes(job, topic.state)) return;
    topic.state = job;
    for (const subscriber of topic.subscribers) subscriber.push(job);
  }

  /**
   * The present state of each of these jobs, in order and each once, and then each change; it ends when all are final.
   * Rejects with an {@link UnknownJobsError}, or with an `RpcError` where a job's present state cannot be told.
   */
  async follow(
    ids: readonly string[],
    signal?: AbortSignal,
    callTrace?: CallTrace,
  ): Promise<AsyncIterableIterator<Job>> {
    const topics = new Map([...new Set(ids)].map((id) => [id, this.#join(id)]));
    const following = new JobSubscription<Job>([...topics.keys()], () => {
      this.#followings.delete(following);
      for (const [id, topic] of topics) this.#leave(id, topic, following);
    });
    this.#followings.add(following);
    signal?.addEventListener('abort', () => void following.return(), { once: true });
    if (signal?.aborted) following.end();
    try {
      await this.#readPresent(topics, ids, signal, callTrace);
    } catch (error) {
      following.end();
      throw error;
    }
    // Whoever has gone away meanwhile holds nothing any more, and must not be given anything to hold.
    if (!following.hasEnded) for (const [id, topic] of topics) this.#start(following, id, topic);
    if (topics.size === 0) following.end();
    return following;
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const following of this.#followings) following.end();
  }

  #join(id: string): Topic<Job> {
    const topic = this.#topics.get(id) ?? {
      subscribers: new Set(),
      followers: 0,
      state: undefined,
      readAt: Number.NEGATIVE_INFINITY,
    };
    topic.followers++;
    this.#topics.set(id, topic);
    return topic;
  }

  #leave(id: string, topic: Topic<Job>, following: JobSubscription<Job>): void {
    topic.subscribers.delete(following);
    topic.followers--;
    if (topic.followers === 0) this.#topics.delete(id);
  }

  /** Reads the jobs of which nothing was read just now. What a reading has shown before will do where one fails. */
  async #readPresent(
    topics: ReadonlyMap<string, Topic<Job>>,
    asked: readonly string[],
    signal: AbortSignal | undefined,
    callTrace: CallTrace | undefined,
  ): Promise<void> {
    const { clock, load } = this.#options;
    const ids = [...topics].flatMap(([id, { readAt }]) => (readAt < clock.now() - PRESENT_MS ? [id] : []));
    const outcomes = await load(ids, signal, callTrace);
    const unknown: string[] = [];
    for (const [index, id] of ids.entries()) {
      const outcome = outcomes[index];
      const isKnown = topics.get(id)?.state !== undefined;
      if (outcome && !(outcome instanceof RpcError)) this.learned(outcome);
      else if (outcome && !isKnown) throw outcome;
      else if (!isKnown) unknown.push(id);
    }
    if (unknown.length > 0) {
      throw new UnknownJobsError(unknown.map((id) => asked.indexOf(id)));
    }
  }

  #start(following: JobSubscription<Job>, id: string, topic: Topic<Job>): void {
    const { state } = topic;
    if (!state) throw new Error(`expected a state of ${id}`);
    if (topic.subscribers.size === 0 && !isFinal(state)) this.#options.onFollowed(state);
    topic.subscribers.add(following);
    following.push(state);
  }
}
