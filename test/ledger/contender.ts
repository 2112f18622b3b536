import { openLedger } from '../../src/ledger/open.ts';
import type { Place } from './place.ts';
import { intent } from './records.ts';

/** The message to the process. */
export interface Orders {
  readonly options: Place['options'];
  readonly name: string;
  readonly keys: readonly string[];
}

/** The idempotency keys whose submission this process began. */
export interface BegunSummary {
  readonly begun: readonly string[];
}

/** A child process. On a message it opens the ledger and begins a submission for every key concurrently. */
process.once('message', async ({ options, name, keys }: Orders) => {
  const ledger = await openLedger(options);
  const results = await Promise.all(
    keys.map(async (key) => {
      const { begun } = await ledger.begin(intent({ id: `${name}-${key}`, idempotencyKey: key }));
      return { key, begun };
    }),
  );
  await ledger.close();
  const summary: BegunSummary = { begun: results.filter(({ begun }) => begun).map(({ key }) => key) };
  process.send?.(summary, () => process.disconnect());
});
process.send?.('ready');
