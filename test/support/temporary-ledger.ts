import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open.ts';

/** A ledger in a folder of its own, for as long as the test runs. */
export async function temporaryLedger(): Promise<Ledger> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-'));
  const ledger = await openLedger({ dataDir });
  onTestFinished(async () => {
    await ledger.close();
    rmSync(dataDir, { recursive: true });
  });
  return ledger;
}
