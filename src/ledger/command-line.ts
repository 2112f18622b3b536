import { once } from 'node:events';
import { readLedgerConfig } from '../config/config.ts';
import { LedgerError } from './ledger.ts';
import { openLedger } from './open.ts';

/**
 * `npm run ledger -- export` writes all submissions and then all jobs to standard output as JSON lines, oldest first. It
 * reads `DATABASE_URL` or `DATA_DIR` as the gateway does. The gateway can run at the same time.
 */
async function main(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  if (command !== 'export' || rest.length > 0) {
    throw new LedgerError(
      `npm run ledger: expected \`-- export\`; got ${process.argv.slice(2).join(' ') || 'nothing'}`,
    );
  }
  const ledger = await openLedger(readLedgerConfig());
  try {
    for await (const line of ledger.export()) {
      if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain');
    }
  } finally {
    await ledger.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
