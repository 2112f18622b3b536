import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { LedgerObserver } from '../../ledger/ledger.ts';

/** Counts what is asked of the ledger. */
export function ledgerMetrics(registry: Registry): LedgerObserver {
  const durations = new Histogram({
    name: 'ledger_duration_seconds',
    help: 'How long the ledger took, by method.',
    labelNames: ['method'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
  const errors = new Counter({
    name: 'ledger_errors_total',
    help: 'What the ledger could not do, by method.',
    labelNames: ['method'],
    registers: [registry],
  });
  const up = new Gauge({
    name: 'ledger_up',
    help: 'Whether the ledger did what it was last asked for.',
    registers: [registry],
  });
  // It was opened, so it was there.
  up.set(1);
  return {
    called(method, ok, ms) {
      durations.observe({ method }, ms / 1000);
      // Of what went well too: a counter that begins at 1 shows no increase.
      errors.inc({ method }, ok ? 0 : 1);
      up.set(ok ? 1 : 0);
    },
  };
}
