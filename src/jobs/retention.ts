import type { Clock } from '../clock.ts';
import { type Ledger, LedgerError } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';

/** The pause after a step that found nothing to delete, or that failed. */
const INTERVAL_MS = 60_000;
/** The pause after a step that deleted rows: more may be left. */
const NEXT_STEP_MS = 1_000;
/** The number of submissions and of jobs deleted in one step. Small, so that other statements do not wait long. */
const STEP = 500;

/** Deletes submissions and jobs that are older than the retention, in small steps, until the returned function is called. */
export function keepRetention(
  ledger: Ledger,
  { retentionMs, clock, log }: { readonly retentionMs: number; readonly clock: Clock; readonly log: Log },
): () => void {
  let cancel = () => {};
  let stopped = false;
  const schedule = (ms: number) => {
    if (!stopped) cancel = clock.after(ms, step);
  };
  const step = () => {
    ledger.deleteOlderThan(clock.now() - retentionMs, STEP).then(
      (deleted) => schedule(deleted > 0 ? NEXT_STEP_MS : INTERVAL_MS),
      (error: unknown) => {
        if (!(error instanceof LedgerError)) throw error;
        log.warn({ error: error.name }, error.message);
        schedule(INTERVAL_MS);
      },
    );
  };
  schedule(INTERVAL_MS);
  return () => {
    stopped = true;
    cancel();
  };
}
