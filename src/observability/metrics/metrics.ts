import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import packageJson from '../../../package.json' with { type: 'json' };

/** Why the gateway rejected a request before it executed it. */
const refusalReasons = ['overload', 'rate_limit', 'submit_rate_limit', 'unauthenticated'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/**
 * The outcome of an event callback:
 * - `job`: an event about a job, recorded
 * - `unknown_job`: an event about a job that neither the ledger nor a client knows, ignored
 * - `other`: an event about something else, ignored
 * - `repeated`: the same event with the same signature as a recorded one, ignored
 * - `too_many`: rejected because of the limit of events
 * - `unsigned`, `badly_signed`, `skewed`: rejected because of its signature
 * - `invalid`: rejected because its body is not an event
 * - `not_recorded`: an event about a job that could not be recorded; VOD sends it again
 */
const eventOutcomes = [
  'job',
  'unknown_job',
  'other',
  'repeated',
  'too_many',
  'unsigned',
  'badly_signed',
  'skewed',
  'invalid',
  'not_recorded',
] as const;
export type EventOutcome = (typeof eventOutcomes)[number];

/**
 * How the list of jobs settled a lost submission: `made` or `failed`; `refuted` if a job that turned up later shows that it
 * was wrong.
 */
const settlementOutcomes = ['made', 'failed', 'refuted'] as const;
export type SettlementOutcome = (typeof settlementOutcomes)[number];

const operationTypes = ['query', 'mutation', 'subscription', 'unknown'] as const;
const operationOutcomes = ['ok', 'errors', 'refused'] as const;

/** What the metrics show of a lookup. */
export interface LookupState {
  readonly action: string;
  /** The ids that wait for a call. */
  readonly queued: number;
  /** The rate limit of calls, in calls a second. */
  readonly rate: number;
}

/** What the metrics show of the circuit breakers. */
export interface CircuitStates {
  /** Whether VOD as a whole is down. */
  readonly isDown: boolean;
  /** The circuit of each action that was called. */
  circuits(): Iterable<{ readonly action: string; readonly isOpen: boolean }>;
}

/**
 * The metrics of one gateway, for Prometheus. The rooms of the gateway define observers; this class implements them.
 * `docs/observability.md` lists every metric.
 */
export class Metrics {
  readonly #registry = new Registry();
  /** Move what was tallied and batched into the counters and histograms. */
  readonly #flushes: (() => void)[] = [];

  readonly #attempts = this.#counter(
    'vod_attempts_total',
    'Attempts of calls to VOD, by action and outcome.',
    ['action', 'outcome'],
  );
  readonly #throttles = this.#counter('vod_throttles_total', 'Attempts that VOD throttled, by action.', [
    'action',
  ]);
  readonly #retries = this.#counter('vod_retries_total', 'Retries of calls to VOD, by action.', ['action']);
  readonly #attemptDurations = this.#histogram(
    'vod_attempt_duration_seconds',
    'Duration of attempts of calls to VOD, by action.',
    'action',
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  );
  /** VOD may introduce new codes at any time. */
  readonly #attemptOutcomes = new BoundedNames();

  readonly #lookups = this.#counter('job_lookups_total', 'Job ids that were looked up, by action.', [
    'action',
  ]);
  readonly #cacheHits = this.#counter('job_lookup_cache_hits_total', 'Job ids found in the cache.', [
    'action',
  ]);
  readonly #joins = this.#counter('job_lookup_joined_total', 'Job ids that joined a pending lookup.', [
    'action',
  ]);
  readonly #calls = this.#counter('job_lookup_calls_total', 'Calls that looked up job ids.', ['action']);
  readonly #idsPerCall = this.#histogram(
    'job_lookup_ids_per_call',
    'Job ids in one call.',
    'action',
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
  readonly #waits = this.#histogram(
    'job_lookup_wait_seconds',
    'Time that the oldest job id of a call waited in the queue.',
    'action',
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  );
  readonly #watched = this.#counter('job_watch_reads_total', 'Unfinished jobs that the watcher read.', [
    'action',
  ]);

  readonly #events = this.#counter('vod_events_total', 'Event callbacks from VOD, by outcome.', ['outcome']);
  readonly #settlements = this.#counter(
    'submissions_settled_total',
    "Lost submissions that were settled by VOD's list of jobs, by outcome; refuted counts those that were wrong.",
    ['outcome'],
  );
  readonly #refusals = this.#counter('requests_refused_total', 'Rejected requests, by reason.', ['reason']);

  readonly #closedUnread = this.#counter(
    'connections_closed_unread_total',
    'Connections closed because their client did not read, by reason: stalled, bytes.',
    ['reason'],
  );

  readonly #operations = this.#counter(
    'graphql_requests_total',
    'Operations by type and outcome: ok, errors (partial result), refused (not executed).',
    ['type', 'outcome'],
  );
  readonly #operationDurations = this.#histogram(
    'graphql_request_duration_seconds',
    'Duration of operations by type; of subscriptions, until they start.',
    'type',
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  );
  readonly #operationErrors = this.#counter(
    'graphql_errors_total',
    'Entries of errors[] and failures in the results of submitAIJobs, by code.',
    ['code'],
  );
  readonly #errorCodes = new BoundedNames();

  readonly #ledgerDurations = this.#histogram(
    'ledger_duration_seconds',
    'Duration of calls to the ledger, by method.',
    'method',
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
  );
  readonly #ledgerErrors = this.#counter('ledger_errors_total', 'Failed calls to the ledger, by method.', [
    'method',
  ]);
  readonly #ledgerUp = new Gauge({
    name: 'ledger_up',
    help: '1 if the last call to the ledger succeeded, 0 if it failed.',
    registers: [this.#registry],
  });

  constructor() {
    // Prometheus sees no increase in a series that starts at 1, so the series that alerts use start at 0.
    for (const reason of refusalReasons) this.#refusals.inc({ reason }, 0);
    for (const reason of ['stalled', 'bytes']) this.#closedUnread.inc({ reason }, 0);
    for (const outcome of eventOutcomes) this.#events.inc({ outcome }, 0);
    for (const outcome of settlementOutcomes) this.#settlements.inc({ outcome }, 0);
    for (const code of ['SUBMISSION_OUTCOME_UNKNOWN', 'INTERNAL_SERVER_ERROR']) {
      this.#operationErrors.inc({ code: this.#errorCodes.bounded(code) }, 0);
    }
    // The gateway starts only after it has opened the ledger.
    this.#ledgerUp.set(1);
  }

  readonly #attemptsByAction = new Map<
    string,
    { readonly succeeded: (count: number) => void; readonly lasted: (seconds: number) => void }
  >();

  /** Observes the RPC client. */
  readonly rpc = {
    attempted: (action: string, outcome: string, ms: number): void => {
      const { succeeded, lasted } = this.#attemptsOf(action);
      lasted(ms / 1000);
      if (outcome === 'ok') succeeded(1);
      else this.#attempts.inc({ action, outcome: this.#attemptOutcomes.bounded(outcome) });
      if (outcome.startsWith('Throttl')) this.#throttles.inc({ action });
    },
    retried: (action: string): void => this.#retries.inc({ action }),
  };

  /** Observes the lookup and the watcher of one action. */
  jobs(action: string) {
    const lookups = this.#tally(this.#lookups, { action });
    const cacheHits = this.#tally(this.#cacheHits, { action });
    const joins = this.#tally(this.#joins, { action });
    const calls = this.#tally(this.#calls, { action });
    const observeIds = this.#batched(this.#idsPerCall, action);
    const observeWait = this.#batched(this.#waits, action);
    const watched = this.#watched.labels(action);
    return {
      lookedUp(request: { readonly ids: number; readonly cached: number; readonly joined: number }): void {
        lookups(request.ids);
        cacheHits(request.cached);
        joins(request.joined);
      },
      called({ ids, waitedMs }: { readonly ids: number; readonly waitedMs: number }): void {
        calls(1);
        observeIds(ids);
        observeWait(waitedMs / 1000);
      },
      watched: (jobs: number): void => watched.inc(jobs),
    };
  }

  /** Observes event callbacks. */
  readonly events = { received: (outcome: EventOutcome): void => this.#events.inc({ outcome }) };

  /** Observes the settling of lost submissions. */
  readonly submissions = {
    settled: (outcome: SettlementOutcome): void => this.#settlements.inc({ outcome }),
  };

  readonly #operationsByType = new Map(
    operationTypes.map((type) => [
      type,
      {
        lasted: this.#batched(this.#operationDurations, type),
        counts: new Map(
          operationOutcomes.map((outcome) => [outcome, this.#tally(this.#operations, { type, outcome })]),
        ),
      },
    ]),
  );

  /** Observes GraphQL operations. Names of operations and callers are never labels: clients can make up any number. */
  readonly operations = {
    answered: (
      type: (typeof operationTypes)[number],
      outcome: (typeof operationOutcomes)[number],
      ms: number,
    ): void => {
      const metrics = this.#operationsByType.get(type);
      metrics?.counts.get(outcome)?.(1);
      metrics?.lasted(ms / 1000);
    },
    failed: (code: string): void => this.#operationErrors.inc({ code: this.#errorCodes.bounded(code) }),
  };

  readonly #ledgerMethods = new Map<
    string,
    { readonly lasted: (seconds: number) => void; readonly failed: (count: number) => void }
  >();

  /** Observes the ledger. */
  readonly ledger = {
    called: (method: string, ok: boolean, durationMs: number): void => {
      let observed = this.#ledgerMethods.get(method);
      if (!observed) {
        observed = {
          lasted: this.#batched(this.#ledgerDurations, method),
          failed: this.#tally(this.#ledgerErrors, { method }),
        };
        this.#ledgerMethods.set(method, observed);
      }
      observed.lasted(durationMs / 1000);
      if (!ok) observed.failed(1);
      this.#ledgerUp.set(ok ? 1 : 0);
    },
  };

  /** Counts a rejected request. */
  refused(reason: RefusalReason): void {
    this.#refusals.inc({ reason });
  }

  /** Counts a connection that was closed because its client did not read. */
  closedUnread(reason: 'stalled' | 'bytes'): void {
    this.#closedUnread.inc({ reason });
  }

  /** Shows the used share of the heap's limit, and the bytes that clients have not read. */
  watchMemory(memory: { readonly heapShare: () => number; readonly unreadBytes: () => number }): void {
    this.#gauge('heap_used_ratio', 'Used part of the heap; above 0.85, new work is shed.', (gauge) =>
      gauge.set(memory.heapShare()),
    );
    this.#gauge('unread_bytes', 'Bytes of responses and streams that clients have not read.', (gauge) =>
      gauge.set(memory.unreadBytes()),
    );
  }

  /** Shows the queue and the rate limit of each lookup. */
  watchLookups(lookups: readonly LookupState[]): void {
    this.#gauge('job_lookup_queue_ids', 'Job ids that wait for a call.', (gauge) => {
      for (const { action, queued } of lookups) gauge.set({ action }, queued);
    });
    this.#gauge(
      'vod_rate_calls_per_second',
      'The rate limit of calls, which throttling lowers and success raises, up to VOD_QPS.',
      (gauge) => {
        for (const { action, rate } of lookups) gauge.set({ action }, rate);
      },
    );
  }

  /** Shows whether VOD is down, and the circuit breaker of each action. */
  watchCircuits(rpc: CircuitStates): void {
    this.#gauge('vod_circuit_open', '1 if calls to VOD fail at once because VOD is down.', (gauge) =>
      gauge.set(rpc.isDown ? 1 : 0),
    );
    this.#gauge('vod_action_circuit_open', '1 if calls of the action fail at once.', (gauge) => {
      for (const { action, isOpen } of rpc.circuits()) gauge.set({ action }, isOpen ? 1 : 0);
    });
  }

  /** Shows whether VOD sends no events about submitted jobs. */
  watchEvents(areMissing: () => boolean): void {
    this.#gauge(
      'vod_events_missing',
      '1 if submitted jobs finished by polling and no event came for an hour.',
      (gauge) => gauge.set(areMissing() ? 1 : 0),
    );
  }

  /** Shows the number of open streams by transport, and of active subscriptions. */
  watchStreams(counts: {
    readonly sse: () => number;
    readonly websocket: () => number;
    readonly subscriptions: () => number;
  }): void {
    this.#gauge('streams_open', 'Open event streams and WebSockets.', (gauge) => {
      gauge.set({ transport: 'sse' }, counts.sse());
      gauge.set({ transport: 'websocket' }, counts.websocket());
    });
    this.#gauge('subscriptions_active', 'Subscriptions and waits with a job that is not final.', (gauge) =>
      gauge.set(counts.subscriptions()),
    );
  }

  /** Shows whether the gateway is ready. Every scrape calls `isReady`. */
  watchReadiness(isReady: () => Promise<boolean>): void {
    this.#gauge('gateway_ready', '1 if the gateway can serve requests, as /ready reports.', async (gauge) =>
      gauge.set((await isReady()) ? 1 : 0),
    );
  }

  /** Adds the metrics of the process: version, CPU, memory, event loop, garbage collection. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
    this.#gauge('vod_gateway_build_info', 'Always 1. The labels have the versions.', (gauge) =>
      gauge.set({ version: packageJson.version, node: process.versions.node }, 1),
    );
  }

  /** All metrics in Prometheus' text format. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    for (const flush of this.#flushes) flush();
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #attemptsOf(action: string) {
    let attempts = this.#attemptsByAction.get(action);
    if (!attempts) {
      const labels = { action, outcome: this.#attemptOutcomes.bounded('ok') };
      attempts = {
        succeeded: this.#tally(this.#attempts, labels),
        lasted: this.#batched(this.#attemptDurations, action),
      };
      this.#attemptsByAction.set(action, attempts);
    }
    return attempts;
  }

  /**
   * Returns a function that counts for one series of a counter. The counter gets the sum when it is read: `prom-client`
   * finds the series by a text of all labels, each time, also for labels that were bound before.
   */
  #tally<Label extends string>(counter: Counter<Label>, labels: Partial<Record<Label, string>>) {
    let sum = 0;
    this.#flushes.push(() => {
      counter.inc(labels, sum);
      sum = 0;
    });
    return (count: number): void => {
      sum += count;
    };
  }

  /**
   * Returns a function that observes values of one series of a histogram. The histogram gets them a hundred at a time, and when
   * it is read. Between the other work of a request, the code of `prom-client` has always left the processor's caches.
   */
  #batched<Label extends string>(histogram: Histogram<Label>, label: string): (value: number) => void {
    const series = histogram.labels(label);
    const values: number[] = [];
    const flush = () => {
      // Removed first: `observe` throws for a value that is not finite.
      for (const value of values.splice(0)) series.observe(value);
    };
    this.#flushes.push(flush);
    return (value) => {
      if (values.push(value) >= BATCH) flush();
    };
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    labelName: Label,
    buckets: number[],
  ): Histogram<Label> {
    return new Histogram({ name, help, labelNames: [labelName], buckets, registers: [this.#registry] });
  }

  /** Registers a gauge that is set at every scrape. */
  #gauge(name: string, help: string, collect: (gauge: Gauge) => void | Promise<void>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: ['action', 'transport', 'version', 'node'],
      registers: [this.#registry],
      collect: () => collect(gauge),
    });
  }
}

/** The number of values that a histogram gets at a time. */
const BATCH = 100;

/** The most values of a label that come from others. Each value is a time series. */
const MAX_NAMES = 100;

/** Replaces names beyond the first {@link MAX_NAMES} by `other`. */
class BoundedNames {
  readonly #names = new Set<string>();

  bounded(name: string): string {
    if (this.#names.has(name)) return name;
    if (this.#names.size >= MAX_NAMES) return 'other';
    this.#names.add(name);
    return name;
  }
}
