import type { Clock } from '../clock.ts';
import type { AnyJob } from '../domain/job.ts';
import { type Ledger, LedgerError } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import type { JobFeed } from './feed.ts';
import type { JobRecords } from './records.ts';

/** When there is another look after the ledger was out of reach. */
const RETRY_MS = 5_000;

export interface RemoteChangesOptions<Job extends AnyJob> {
  readonly ledger: Ledger;
  readonly records: JobRecords<Job>;
  readonly feed: JobFeed<Job>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Brings what other gateways have learned to the followers of this one. A notification is but a hint: the job's row is
 * read, and where any may have been missed, the rows of all jobs that are followed. The function returned ends that.
 */
export function followRemoteChanges<Job extends AnyJob>(options: RemoteChangesOptions<Job>): () => void {
  const { ledger, records, feed, clock, log } = options;
  const changed = new Set<string>();
  let isReading = false;
  let isClosed = false;
  let cancelRetry = () => {};

  const note = (ids: readonly string[]) => {
    for (const id of ids) if (feed.isWaitingFor(id)) changed.add(id);
    if (changed.size > 0 && !isReading && !isClosed) void readChanged();
  };
  const readChanged = async () => {
    isReading = true;
    const ids = [...changed];
    changed.clear();
    try {
      for (const record of await ledger.jobs(records.kind, ids)) feed.learned(records.fromRecord(record));
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      log.warn({ error: error.name }, error.message);
      cancelRetry();
      cancelRetry = clock.after(RETRY_MS, () => note(ids));
    } finally {
      isReading = false;
    }
    note([]);
  };
  const stop = ledger.onChange({
    changed: (kind, ids) => {
      if (kind === records.kind) note(ids);
    },
    mayHaveMissed: () => note(feed.underWay),
  });
  return () => {
    isClosed = true;
    cancelRetry();
    stop();
  };
}
