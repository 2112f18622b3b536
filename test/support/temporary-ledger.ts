import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open.ts';

/** A SQLite ledger in a new folder. Both are removed after the test. */
export async function temporaryLedger(clock: Clock = systemClock): Promise<Ledger> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-'));
  const ledger = await openLedger({ dataDir, clock });
  onTestFinished(async () => {
    await ledger.close();
    rmSync(dataDir, { recursive: true });
  });
  return ledger;
}
