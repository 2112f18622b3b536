import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type EventObserver, eventOutcomes } from '../../events/receive.ts';
import type { OperationObserver } from '../../graphql/plugins/records.ts';
import type { LookupObserver } from '../../jobs/lookup/lookup.ts';
import type { RpcObserver } from '../../rpc/client.ts';
import { BoundedNames } from './bounded-names.ts';
import { ledgerMetrics } from './ledger.ts';
import { operationMetrics } from './operations.ts';
import { processMetrics } from './process.ts';

/** Why a request was refused; `overload`: more came than can be served. */
const refusalReasons = ['overload', 'rate_limit', 'submit_rate_limit', 'unauthenticated'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** The numbers of one gateway, for Prometheus. */
export class Metrics {
  readonly registry = new Registry();

  readonly #attempts = new Counter({
    name: 'vod_attempts_total',
    help: 'Attempts at calls to VOD, by action and outcome: ok, or the error.',
    labelNames: ['action', 'outcome'],
    registers: [this.registry],
  });
  /** VOD has codes of its own, and may get new ones. */
  readonly #outcomes = new BoundedNames();
  readonly #throttles = new Counter({
    name: 'vod_throttles_total',
    help: 'Attempts that VOD throttled, by action.',
    labelNames: ['action'],
    registers: [this.registry],
  });
  readonly #retries = new Counter({
    name: 'vod_retries_total',
    help: 'Failed calls that were sent again, by action.',
    labelNames: ['action'],
    registers: [this.registry],
  });
  readonly #durations = new Histogram({
    name: 'vod_attempt_duration_seconds',
    help: 'How long attempts at calls to VOD took, by action.',
    labelNames: ['action'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  readonly #lookups = new Counter({
    name: 'job_lookups_total',
    help: 'Job ids that requests asked for, by the action that reads them.',
    labelNames: ['action'],
    registers: [this.registry],
  });
  readonly #cacheHits = new Counter({
    name: 'job_lookup_cache_hits_total',
    help: 'Job ids that were answered from memory.',
    labelNames: ['action'],
    registers: [this.registry],
  });
  readonly #joined = new Counter({
    name: 'job_lookup_joined_total',
    help: 'Job ids that somebody else had asked for already, and that were answered with theirs.',
    labelNames: ['action'],
    registers: [this.registry],
  });
  readonly #calls = new Counter({
    name: 'job_lookup_calls_total',
    help: 'Calls that left for job ids.',
    labelNames: ['action'],
    registers: [this.registry],
  });
  readonly #idsPerCall = new Histogram({
    name: 'job_lookup_ids_per_call',
    help: 'Job ids in one call.',
    labelNames: ['action'],
    buckets: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    registers: [this.registry],
  });
  readonly #waits = new Histogram({
    name: 'job_lookup_wait_seconds',
    help: 'How long the oldest job id of a call waited for it.',
    labelNames: ['action'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  readonly #watched = new Counter({
    name: 'job_watch_reads_total',
    help: 'Jobs under way that were read again by themselves, by the action that reads them.',
    labelNames: ['action'],
    registers: [this.registry],
  });
  readonly #events = new Counter({
    name: 'vod_events_total',
    help: 'Event callbacks from VOD, by outcome: job, or why nothing was done.',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  readonly #refused = new Counter({
    name: 'requests_refused_total',
    help: 'Requests that were refused for their number or their sender, by reason.',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  constructor() {
    // A counter that begins at 1 shows no increase.
    for (const reason of refusalReasons) this.#refused.inc({ reason }, 0);
    for (const outcome of eventOutcomes) this.#events.inc({ outcome }, 0);
  }

  /** Counts GraphQL operations. */
  readonly operations: OperationObserver = operationMetrics(this.registry);
  /** Counts what is asked of the ledger. */
  readonly ledger = ledgerMetrics(this.registry);

  /** Counts a request that was refused. */
  refused(reason: RefusalReason): void {
    this.#refused.inc({ reason });
  }

  /** Shows whether the gateway is ready, by asking it: nobody else may. */
  watchReadiness(isReady: () => Promise<boolean>): void {
    new Gauge({
      name: 'gateway_ready',
      help: 'Whether the gateway can serve, as /ready tells it.',
      registers: [this.registry],
      async collect() {
        this.set((await isReady()) ? 1 : 0);
      },
    });
  }

  /** Adds what the process itself tells: its version, CPU, memory, event loop, garbage collection. */
  watchProcess(): void {
    processMetrics(this.registry);
  }

  /** All numbers, as Prometheus reads them. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }

  /** Counts the calls of the RPC client. */
  readonly rpc: RpcObserver = {
    attempted: (action, outcome, ms) => {
      this.#attempts.inc({ action, outcome: this.#outcomes.bounded(outcome) });
      this.#durations.observe({ action }, ms / 1000);
      if (outcome.startsWith('Throttl')) this.#throttles.inc({ action });
    },
    retried: (action) => this.#retries.inc({ action }),
  };

  /** Counts the lookups of one action, and the jobs that the watcher reads by it. */
  jobs(action: string): LookupObserver & { watched(jobs: number): void } {
    const watched = this.#watched.labels(action);
    const lookups = this.#lookups.labels(action);
    const cacheHits = this.#cacheHits.labels(action);
    const joins = this.#joined.labels(action);
    const calls = this.#calls.labels(action);
    const idsPerCall = this.#idsPerCall.labels(action);
    const waits = this.#waits.labels(action);
    return {
      watched: (jobs) => watched.inc(jobs),
      lookedUp({ ids, cached, joined }) {
        lookups.inc(ids);
        cacheHits.inc(cached);
        joins.inc(joined);
      },
      called({ ids, waitedMs }) {
        calls.inc();
        idsPerCall.observe(ids);
        waits.observe(waitedMs / 1000);
      },
    };
  }

  /** Counts events from VOD. */
  readonly events: EventObserver = { received: (outcome) => this.#events.inc({ outcome }) };

  /** Shows whether calls to VOD fail at once, since it has been down of late. */
  watchCircuit(isOpen: () => boolean): void {
    new Gauge({
      name: 'vod_circuit_open',
      help: 'Whether calls to VOD fail at once, since it has been down of late.',
      registers: [this.registry],
      collect() {
        this.set(isOpen() ? 1 : 0);
      },
    });
  }

  /** Shows how many clients listen, by transport, and to how many subscriptions. */
  watchStreams(counts: {
    readonly sse: () => number;
    readonly websocket: () => number;
    readonly subscriptions: () => number;
  }): void {
    const { subscriptions, ...transports } = counts;
    new Gauge({
      name: 'streams_open',
      help: 'Open event streams and WebSockets.',
      labelNames: ['transport'],
      registers: [this.registry],
      collect() {
        for (const [transport, count] of Object.entries(transports)) this.set({ transport }, count());
      },
    });
    new Gauge({
      name: 'subscriptions_active',
      help: 'Subscriptions to jobs that are not all final yet.',
      registers: [this.registry],
      collect() {
        this.set(subscriptions());
      },
    });
  }

  /** Shows how many job ids wait for a call, and how many calls a second the quota is taken to allow. */
  watch(lookups: readonly LookupState[]): void {
    this.#gauge('job_lookup_queue_ids', 'Job ids that wait for a call.', lookups, ({ queued }) => queued);
    this.#gauge(
      'vod_rate_calls_per_second',
      'The rate that calls are held to: VOD_QPS, or less after throttling.',
      lookups,
      ({ rate }) => rate,
    );
  }

  #gauge(
    name: string,
    help: string,
    lookups: readonly LookupState[],
    value: (lookup: LookupState) => number,
  ): void {
    new Gauge({
      name,
      help,
      labelNames: ['action'],
      registers: [this.registry],
      collect() {
        for (const lookup of lookups) this.set({ action: lookup.action }, value(lookup));
      },
    });
  }
}

/** What a lookup shows of itself. */
export interface LookupState {
  readonly action: string;
  /** Job ids that wait for a call. */
  readonly queued: number;
  /** Calls a second. */
  readonly rate: number;
}
