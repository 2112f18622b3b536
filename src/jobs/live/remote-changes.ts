import type { Clock } from '../../clock.ts';
import type { AnyJob } from '../../domain/job.ts';
import { type Ledger, LedgerError } from '../../ledger/ledger.ts';
import type { Log } from '../../observability/log.ts';
import type { Archive } from '../archive.ts';
import type { JobRecords } from '../records.ts';
import type { JobFeed } from './feed.ts';

/** When there is another look after the ledger was out of reach. */
const RETRY_MS = 5_000;
/** How often the rows of all followed jobs are looked at: a notification can get lost on the way. */
const CATCH_UP_MS = 10_000;

export interface RemoteChangesOptions<Job extends AnyJob> {
  readonly ledger: Ledger;
  readonly records: JobRecords<Job>;
  readonly feed: JobFeed<Job>;
  readonly archive: Pick<Archive<Job>, 'keep'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Brings what other gateways have learned to the followers of this one. A notification is but a hint: the job's row is
 * read. Where any may have been missed, and every ten seconds in any case, those of all jobs that are followed are.
 */
export class RemoteChanges<Job extends AnyJob> {
  readonly #options: RemoteChangesOptions<Job>;
  readonly #changed = new Set<string>();
  readonly #stopListening: () => void;
  /** Reading, or waiting to try again. */
  #isBusy = false;
  #isClosed = false;
  #cancelRetry = () => {};
  #cancelCatchUp = () => {};

  constructor(options: RemoteChangesOptions<Job>) {
    this.#options = options;
    const { ledger, feed, records } = options;
    this.#stopListening = ledger.onChange({
      changed: (kind, ids) => {
        if (kind === records.kind) this.#note(ids);
      },
      mayHaveMissed: () => this.#note(feed.underWay),
    });
    this.#catchUpLater();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
    this.#cancelRetry();
    this.#cancelCatchUp();
  }

  #catchUpLater(): void {
    const { clock, feed } = this.#options;
    this.#cancelCatchUp = clock.after(CATCH_UP_MS, () => {
      this.#note(feed.underWay);
      this.#catchUpLater();
    });
  }

  #note(ids: readonly string[]): void {
    for (const id of ids) if (this.#options.feed.isWaitingFor(id)) this.#changed.add(id);
    if (this.#changed.size > 0 && !this.#isBusy && !this.#isClosed) void this.#read();
  }

  async #read(): Promise<void> {
    const { ledger, records, feed, archive, clock, log } = this.#options;
    this.#isBusy = true;
    const ids = [...this.#changed];
    this.#changed.clear();
    try {
      const gone = new Set(ids);
      for (const record of await ledger.jobs(records.kind, ids)) {
        gone.delete(record.id);
        feed.learned(records.fromRecord(record));
      }
      for (const id of gone) {
        // Not written yet, or deleted since: without its row nobody watches it.
        const state = feed.stateOf(id);
        if (state) archive.keep(state);
      }
    } catch (error) {
      log.warn({ error: error instanceof LedgerError ? error.name : String(error) }, String(error));
      for (const id of ids) this.#changed.add(id);
      this.#cancelRetry = clock.after(RETRY_MS, () => this.#done());
      return;
    }
    this.#done();
  }

  #done(): void {
    this.#isBusy = false;
    this.#note([]);
  }
}
