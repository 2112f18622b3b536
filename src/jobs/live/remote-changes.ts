import type { Clock } from '../../clock.ts';
import type { AnyJob } from '../../domain/job.ts';
import { type Ledger, LedgerError } from '../../ledger/ledger.ts';
import type { Log } from '../../observability/log.ts';
import type { JobArchive } from '../archive.ts';
import type { JobRecords } from '../records.ts';
import type { JobFeed } from './feed.ts';

/** The time until the next read after the ledger was unavailable. */
const RETRY_MS = 5_000;
/** How often the rows of all followed jobs are read, since a notification can get lost. */
const CATCH_UP_MS = 10_000;

export interface RemoteChangesOptions<Job extends AnyJob> {
  readonly ledger: Ledger;
  readonly records: JobRecords<Job>;
  readonly feed: JobFeed<Job>;
  readonly archive: Pick<JobArchive<Job>, 'add'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Publishes changes that other gateways wrote to the ledger. A notification is only a hint: the job's row is read. The
 * rows of all followed jobs are read every ten seconds, and whenever notifications may have been missed.
 */
export class RemoteChanges<Job extends AnyJob> {
  readonly #options: RemoteChangesOptions<Job>;
  readonly #changedIds = new Set<string>();
  readonly #stopListening: () => void;
  /** Whether a read is in progress, or waits for its retry. */
  #isReading = false;
  #isClosed = false;
  #cancelRetry = () => {};
  #cancelCatchUp = () => {};

  constructor(options: RemoteChangesOptions<Job>) {
    this.#options = options;
    const { ledger, feed, records } = options;
    this.#stopListening = ledger.onChange({
      changed: (kind, ids) => {
        if (kind === records.kind) this.#add(ids);
      },
      mayHaveMissed: () => this.#add(feed.unfinishedIds),
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
      this.#add(feed.unfinishedIds);
      this.#catchUpLater();
    });
  }

  #add(ids: readonly string[]): void {
    for (const id of ids) if (this.#options.feed.isUnfinished(id)) this.#changedIds.add(id);
    this.#readSoon();
  }

  #readSoon(): void {
    if (this.#changedIds.size > 0 && !this.#isReading && !this.#isClosed) void this.#read();
  }

  async #read(): Promise<void> {
    const { ledger, records, feed, archive, clock, log } = this.#options;
    this.#isReading = true;
    const ids = [...this.#changedIds];
    this.#changedIds.clear();
    try {
      const missing = new Set(ids);
      for (const record of await ledger.jobs(records.kind, ids)) {
        missing.delete(record.id);
        feed.publish(records.fromRecord(record));
      }
      for (const id of missing) {
        // The job is not written yet, or was deleted. The watcher reads only jobs that have a row.
        const state = feed.stateOf(id);
        if (state) archive.add(state);
      }
    } catch (error) {
      log.warn({ error: error instanceof LedgerError ? error.name : String(error) }, String(error));
      for (const id of ids) this.#changedIds.add(id);
      this.#cancelRetry = clock.after(RETRY_MS, () => this.#finishRead());
      return;
    }
    this.#finishRead();
  }

  #finishRead(): void {
    this.#isReading = false;
    this.#readSoon();
  }
}
