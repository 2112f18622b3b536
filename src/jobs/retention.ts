import type { Clock } from '../clock.ts';
import { type Ledger, LedgerError } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';

/** How often there is a look at what is old. */
const INTERVAL_MS = 60_000;
/** Small steps, so that nobody waits for them. */
const STEP = 500;

/** Deletes what is older than the retention, a step at a time; the function returned ends that. */
export function keepRetention(
  ledger: Ledger,
  { retentionMs, clock, log }: { readonly retentionMs: number; readonly clock: Clock; readonly log: Log },
): () => void {
  let cancel = () => {};
  let stopped = false;
  const again = (ms: number) => {
    if (!stopped) cancel = clock.after(ms, step);
  };
  const step = () => {
    ledger.deleteOlderThan(clock.now() - retentionMs, STEP).then(
      // While there is more, the next step follows soon.
      (deleted) => again(deleted > 0 ? 1_000 : INTERVAL_MS),
      (error: unknown) => {
        if (!(error instanceof LedgerError)) throw error;
        log.warn({ error: error.name }, error.message);
        again(INTERVAL_MS);
      },
    );
  };
  again(INTERVAL_MS);
  return () => {
    stopped = true;
    cancel();
  };
}
