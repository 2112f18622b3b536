import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Creates the metrics of the ledger's calls. The result is a `LedgerObserver`. */
export function ledgerMetrics(registry: Registry) {
  const durations = new Histogram({
    name: 'ledger_duration_seconds',
    help: 'Duration of calls to the ledger, by method.',
    labelNames: ['method'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
  const errors = new Counter({
    name: 'ledger_errors_total',
    help: 'Failed calls to the ledger, by method.',
    labelNames: ['method'],
    registers: [registry],
  });
  const up = new Gauge({
    name: 'ledger_up',
    help: '1 if the last call to the ledger succeeded, 0 if it failed.',
    registers: [registry],
  });
  // The gateway starts only after it has opened the ledger.
  up.set(1);
  return {
    called(method: string, ok: boolean, durationMs: number): void {
      durations.observe({ method }, durationMs / 1000);
      // Creates the series at 0 on success. Prometheus sees no increase in a series that starts at 1.
      errors.inc({ method }, ok ? 0 : 1);
      up.set(ok ? 1 : 0);
    },
  };
}
