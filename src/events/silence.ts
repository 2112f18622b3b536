import type { Clock } from '../clock.ts';
import type { Log } from '../observability/log.ts';

/** The time without an event after which events count as missing. */
const SILENCE_MS = 60 * 60_000;
/** Polling sometimes reads a job before its event arrives, so fewer jobs prove nothing. */
const MIN_JOBS = 3;

/**
 * Notices that the events of submitted jobs do not arrive: polling finds several of them finished, and no event follows
 * within an hour. VOD sends the events that submissions ask for only where the region's event notification is on.
 *
 * It warns once, and again only after events have come and stopped.
 */
export class EventSilence {
  readonly #clock: Clock;
  readonly #log: Pick<Log, 'warn'>;
  /** The jobs that polling found finished since the last event. */
  #jobs = 0;
  #isSilent = false;
  #cancelTimer = () => {};

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Pick<Log, 'warn'> }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Whether events are missing now. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Polling found submitted jobs finished. */
  finishedByPolling(jobs: number): void {
    const isFirst = this.#jobs === 0 && jobs > 0;
    this.#jobs += jobs;
    if (isFirst) this.#check();
  }

  /** An event about a job arrived. */
  received(): void {
    this.#jobs = 0;
    this.#isSilent = false;
    this.#cancelTimer();
  }

  close(): void {
    this.#cancelTimer();
  }

  /** Looks again after an hour, and every hour until there are enough jobs. */
  #check(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(SILENCE_MS, () => {
      if (this.#jobs < MIN_JOBS) return this.#check();
      this.#isSilent = true;
      this.#log.warn(
        { jobs: this.#jobs },
        'VOD sends no events about submitted jobs, so their results arrive late: switch event notification on for the ' +
          'region and select AIComplete (npm run check:account)',
      );
    });
  }
}
