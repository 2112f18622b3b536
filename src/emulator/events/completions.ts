import type { After } from '../after.ts';
import { type AIJob, finalAt } from '../jobs/ai-job.ts';

const maxWaiting = 100_000;

/**
 * Tells when jobs become final. A job's state follows from the clock alone, so there is nothing that would say so by
 * itself; and a timer is only a reason to look at the clock, which tests move by hand.
 */
export class Completions {
  readonly #now: () => number;
  readonly #after: After;
  readonly #completed: (job: AIJob) => void;
  readonly #cancels = new Map<string, () => void>();

  /** @param now Unix ms */
  constructor(now: () => number, after: After, completed: (job: AIJob) => void) {
    this.#now = now;
    this.#after = after;
    this.#completed = completed;
  }

  /** Tells of a job once: now, if it is final already; never, if it is held in another state. */
  watch(job: AIJob): void {
    const at = finalAt(job);
    if (at === undefined) return;
    const left = at - this.#now();
    if (left <= 0) {
      this.#completed(job);
      return;
    }
    const cancel = this.#after(left, () => {
      this.#cancels.delete(job.jobId);
      this.watch(job);
    });
    this.#cancels.set(job.jobId, cancel);
    if (this.#cancels.size > maxWaiting) this.forget(this.waiting() ?? '');
  }

  forget(jobId: string): void {
    this.#cancels.get(jobId)?.();
    this.#cancels.delete(jobId);
  }

  forgetAll(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }

  /** The id of a job that is not final yet, the one that was there first. */
  waiting(): string | undefined {
    return this.#cancels.keys().next().value;
  }
}
