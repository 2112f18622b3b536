import { expect, it, vi } from 'vitest';
import { keepRetention } from '../../src/jobs/retention.ts';
import { type Ledger, LedgerError } from '../../src/ledger/ledger.ts';
import { collectedLog } from '../support/collected-logs.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { settled } from './lookup/running-lookup.ts';

const DAY_MS = 86_400_000;

it('deletes what is older than the retention, in small steps, whatever happens to the ledger meanwhile', async () => {
  const clock = new ManualClock();
  const deleteOlderThan = vi.fn<Ledger['deleteOlderThan']>();
  deleteOlderThan.mockResolvedValueOnce(500).mockResolvedValueOnce(3).mockResolvedValueOnce(0);
  deleteOlderThan.mockRejectedValueOnce(new LedgerError('out of reach')).mockResolvedValue(0);
  const ledger = { deleteOlderThan } as unknown as Ledger;
  const stop = keepRetention(ledger, { retentionMs: 180 * DAY_MS, clock, log: collectedLog() });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settled();
    return deleteOlderThan.mock.calls.length;
  };

  expect(await pass(59_999)).toBe(0);
  expect(await pass(1)).toBe(1);
  expect(deleteOlderThan).toHaveBeenLastCalledWith(clock.now() - 180 * DAY_MS, 500);
  expect(await pass(1_000)).toBe(2);
  expect(await pass(1_000)).toBe(3);
  // Nothing is left: the next look is a minute away.
  expect(await pass(59_999)).toBe(3);
  expect(await pass(1)).toBe(4);
  expect(await pass(60_000)).toBe(5);

  stop();
  expect(await pass(600_000)).toBe(5);
  expect(clock.pending).toBe(0);
});
