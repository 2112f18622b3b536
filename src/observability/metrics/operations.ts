import { Counter, Histogram, type Registry } from 'prom-client';
import type { OperationObserver, OperationOutcome, OperationType } from '../../graphql/plugins/records.ts';
import { BoundedNames } from './bounded-names.ts';

const types: readonly (OperationType | 'unknown')[] = ['query', 'mutation', 'subscription', 'unknown'];
const outcomes: readonly OperationOutcome[] = ['ok', 'errors', 'refused'];

/** Counts GraphQL operations. Neither their names nor their callers' are labels: anybody can make up new ones. */
export function operationMetrics(registry: Registry): OperationObserver {
  const requests = new Counter({
    name: 'graphql_requests_total',
    help: 'Operations that were answered, by type and outcome: ok, errors (some), refused (nothing was executed).',
    labelNames: ['type', 'outcome'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'graphql_request_duration_seconds',
    help: 'How long operations took, by type; of subscriptions, until they had begun.',
    labelNames: ['type'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const errors = new Counter({
    name: 'graphql_errors_total',
    help: 'Entries of errors[], by their code.',
    labelNames: ['code'],
    registers: [registry],
  });
  const codes = new BoundedNames();
  // Nobody should see a single one of these; a counter that begins at 1 shows no increase.
  for (const code of ['SUBMISSION_OUTCOME_UNKNOWN', 'INTERNAL_SERVER_ERROR']) {
    errors.inc({ code: codes.bounded(code) }, 0);
  }
  // Looked up once: with their labels, each of them would be looked up for every operation.
  const byType = new Map(
    types.map((type) => [
      type,
      {
        durations: durations.labels(type),
        requests: new Map(outcomes.map((outcome) => [outcome, requests.labels(type, outcome)])),
      },
    ]),
  );
  return {
    answered(type, outcome, ms) {
      const numbers = byType.get(type);
      numbers?.requests.get(outcome)?.inc();
      numbers?.durations.observe(ms / 1000);
    },
    failed: (code) => errors.inc({ code: codes.bounded(code) }),
  };
}
