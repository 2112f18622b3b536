import type { RpcError } from '../../rpc/errors.ts';
import type { CallTrace } from '../call-trace.ts';

/** What became of one id: its job, `undefined` where there is none, the error where that cannot be told. */
export type JobOutcome<Job> = Job | undefined | RpcError;

/** Somebody who waits for some jobs. */
export class LookupRequest<Job> {
  /** Unix milliseconds. */
  readonly deadline: number;
  /** Of the operation that it is a part of. */
  readonly callTrace: CallTrace | undefined;
  /** One slot for each id, in order, once all are settled. Never rejects. */
  readonly outcome: Promise<readonly JobOutcome<Job>[]>;

  readonly #ids: readonly string[];
  readonly #waitingFor: Set<string>;
  readonly #outcomes = new Map<string, JobOutcome<Job>>();
  #resolve: (outcomes: readonly JobOutcome<Job>[]) => void = () => {};

  constructor(ids: readonly string[], deadline: number, callTrace?: CallTrace) {
    this.deadline = deadline;
    this.callTrace = callTrace;
    this.#ids = ids;
    this.#waitingFor = new Set(ids);
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#resolveIfSettled();
  }

  /** The ids without an outcome yet, each once. */
  get waitingFor(): Iterable<string> {
    return this.#waitingFor;
  }

  get isSettled(): boolean {
    return this.#waitingFor.size === 0;
  }

  settle(id: string, outcome: JobOutcome<Job>): void {
    if (!this.#waitingFor.delete(id)) return;
    this.#outcomes.set(id, outcome);
    this.#resolveIfSettled();
  }

  #resolveIfSettled(): void {
    if (this.isSettled) this.#resolve(this.#ids.map((id) => this.#outcomes.get(id)));
  }
}
