import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { OTHER_CPU } from '../processes.ts';
import type { Sight, SubscribersReport, SubscribersRequest, Transport } from './messages.ts';

/** One subscriber, as far as its process has told. Times are of `monotonicMs`. */
export class Subscription {
  readonly id: string;
  /** All states that it was told of, in order. */
  readonly states: string[] = [];
  readonly problems: string[] = [];
  how: 'complete' | 'lost' | undefined;
  finalAt = Number.NaN;
  endedAt = Number.NaN;
  readonly #opened = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();

  constructor(id: string) {
    this.id = id;
  }

  /** Resolves with the first state, or where none will come. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Whether it saw the job under way, then its final state once, and then the end. */
  get isExact(): boolean {
    return (
      this.states.join() === 'PROCESSING,SUCCESS' && this.how === 'complete' && this.problems.length === 0
    );
  }

  take(sight: Sight): void {
    if (sight.kind === 'problem') this.problems.push(sight.text);
    else if (sight.kind === 'state') {
      this.states.push(sight.status);
      if (sight.status === 'SUCCESS') this.finalAt = sight.at;
      this.#opened.resolve();
    } else {
      this.how = sight.how;
      this.endedAt = sight.at;
      this.#opened.resolve();
      this.#ended.resolve();
    }
  }

  toString(): string {
    return `${this.id}: ${this.states.join()}; ${this.how ?? 'no end'}; ${this.problems.join()}`;
  }
}

/** The process of the subscribers. */
export class Subscribers {
  readonly #child: ChildProcess;
  readonly #subscriptions: Subscription[] = [];
  #crowdOpen = Promise.withResolvers<void>();
  #crowdEnded = Promise.withResolvers<{ readonly at: number; readonly messages: number }>();
  #cycled = Promise.withResolvers<readonly string[]>();

  constructor() {
    const file = join(import.meta.dirname, 'subscribers.ts');
    this.#child = spawn('taskset', ['-c', String(OTHER_CPU), process.execPath, file], {
      env: { PATH: '/usr/bin:/bin' },
      // It ends when the channel does, however the bench ends.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', (report: SubscribersReport) => {
      if (report.kind === 'cycled') this.#cycled.resolve(report.problems);
      else if (report.kind === 'crowd-open') this.#crowdOpen.resolve();
      else if (report.kind === 'crowd-ended') this.#crowdEnded.resolve(report);
      else for (const sight of report.sights) this.#subscriptions[sight.subscriber]?.take(sight);
    });
    this.#child.on('exit', (code) => {
      if (code !== 0) throw new Error(`the process of the subscribers ended with ${code}`);
    });
  }

  /** One subscriber for each of the ids; resolves when all have their job's first state. */
  async follow(url: string, ids: readonly string[], transport: Transport): Promise<readonly Subscription[]> {
    const added = ids.map((id) => new Subscription(id));
    const first = this.#subscriptions.push(...added) - added.length;
    this.#send({ kind: 'follow', transport, url, first, ids });
    await Promise.all(added.map(({ opened }) => opened));
    return added;
  }

  /** Subscribes and goes away so many times; what went wrong. */
  async cycle(url: string, ids: readonly string[], cycles: number): Promise<readonly string[]> {
    this.#cycled = Promise.withResolvers();
    this.#send({ kind: 'cycle', url, ids, cycles });
    return this.#cycled.promise;
  }

  /**
   * So many subscribers who each follow all of the jobs. Resolves when all have the first states; `ended` when all
   * subscriptions are over, with the number of all messages.
   */
  async gather(url: string, subscribers: number, ids: readonly string[]) {
    this.#crowdOpen = Promise.withResolvers();
    this.#crowdEnded = Promise.withResolvers();
    this.#send({ kind: 'crowd', url, subscribers, ids });
    await this.#crowdOpen.promise;
    return { ended: this.#crowdEnded.promise };
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #send(request: SubscribersRequest): void {
    this.#child.send(request);
  }
}
