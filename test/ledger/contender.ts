import { openLedger } from '../../src/ledger/open.ts';
import type { Place } from './place.ts';
import { intent } from './records.ts';

/** What the process is told to do. */
export interface Orders {
  readonly options: Place['options'];
  readonly name: string;
  readonly keys: readonly string[];
}

/** The keys under which it was the one who began. */
export interface BegunSummary {
  readonly begun: readonly string[];
}

/** A process of its own: once told, it opens the ledger and begins a submission for each key, all at once. */
process.once('message', async ({ options, name, keys }: Orders) => {
  const ledger = await openLedger(options);
  const answers = await Promise.all(
    keys.map(async (key) => {
      const { begun } = await ledger.begin(intent({ id: `${name}-${key}`, idempotencyKey: key }));
      return { key, begun };
    }),
  );
  await ledger.close();
  const summary: BegunSummary = { begun: answers.filter(({ begun }) => begun).map(({ key }) => key) };
  process.send?.(summary, () => process.disconnect());
});
process.send?.('ready');
