import type { AnyJob } from '../../domain/job.ts';
import { isFinal } from '../../domain/job.ts';

/**
 * The states of some jobs as they come, for one subscriber: an endless queue that ends by itself once all jobs are
 * final. An async generator would not do: its `return` waits for the state that may never come.
 */
export class JobSubscription<Job extends AnyJob> implements AsyncIterableIterator<Job> {
  readonly #underWay: Set<string>;
  readonly #onEnd: (following: JobSubscription<Job>) => void;
  /** States that nobody has taken yet: few, since a job has few. */
  readonly #states: Job[] = [];
  #waiting: PromiseWithResolvers<IteratorResult<Job>> | undefined;
  #hasEnded = false;

  /** @param onEnd called once, as soon as no more states are wanted */
  constructor(ids: readonly string[], onEnd: (following: JobSubscription<Job>) => void) {
    this.#underWay = new Set(ids);
    this.#onEnd = onEnd;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  push(job: Job): void {
    if (this.#hasEnded) return;
    if (isFinal(job)) this.#underWay.delete(job.id);
    if (this.#waiting) {
      this.#waiting.resolve({ done: false, value: job });
      this.#waiting = undefined;
    } else {
      this.#states.push(job);
    }
    if (this.#underWay.size === 0) this.end();
  }

  /** No more states come; those that are there can still be taken. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
    this.#onEnd(this);
  }

  next(): Promise<IteratorResult<Job>> {
    const state = this.#states.shift();
    if (state) return Promise.resolve({ done: false, value: state });
    if (this.#hasEnded) return Promise.resolve({ done: true, value: undefined });
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  return(): Promise<IteratorResult<Job>> {
    this.#states.length = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<Job>> {
    void this.return();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
