import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { openAuthentication } from './auth/authenticate.ts';
import { createRateCounter } from './auth/rate-limits.ts';
import { WrongCredentials } from './auth/wrong-credentials.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/config.ts';
import type { WatchFile } from './config/watched-files.ts';
import { type JobKind, jobKinds } from './domain/job.ts';
import { EventInbox } from './events/inbox.ts';
import { createEventReceiver } from './events/receive.ts';
import { acceptedCallbacks } from './events/signature.ts';
import { EventSilence } from './events/silence.ts';
import { createServices } from './graphql/context.ts';
import { Engine } from './graphql/engine.ts';
import { presentError } from './graphql/errors.ts';
import { type ExampleJobs, graphiqlOptions } from './graphql/graphiql.ts';
import { graphiqlPage } from './graphql/graphiql-page.ts';
import { logError } from './graphql/log-errors.ts';
import { OperationRecords } from './graphql/plugins/records.ts';
import { schema } from './graphql/schema/schema.ts';
import type { GraphQLServer } from './graphql/server.ts';
import { createJSONPost } from './graphql/transports/json-post.ts';
import { createWebSocketTransport, type WebSocketTransport } from './graphql/transports/web-socket.ts';
import { openManifest } from './graphql/trusted-documents.ts';
import { createAuthenticateRequest } from './http/authenticate-request.ts';
import { clientAddresses } from './http/client-address.ts';
import { createCors } from './http/cors.ts';
import { HalfOpenConnections } from './http/half-open.ts';
import { type Heap, HeapPressure } from './http/heap.ts';
import { httpListener } from './http/listener.ts';
import { Overload } from './http/overload.ts';
import { respondWithError, unexpectedError } from './http/respond.ts';
import { OpenStreams } from './http/streams.ts';
import { UnreadBytes } from './http/unread.ts';
import { createJobs, type Jobs } from './jobs/jobs.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Log } from './observability/log.ts';
import { Metrics } from './observability/metrics/metrics.ts';
import type { Tracing } from './observability/tracing/tracing.ts';
import { RpcClient } from './rpc/client.ts';
import type { CredentialsProvider } from './rpc/credentials.ts';
import { VOD_VERSION, vodApi } from './vod/api.ts';
import { documentedRates } from './vod/documented-rates.ts';

/** What the gateway runs on. Tests replace all of it. */
export interface AppDependencies {
  /** The origin of the VOD API: scheme, host and port. */
  readonly origin: string;
  readonly credentials: CredentialsProvider;
  /** The caller closes the ledger, after the app. */
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Returns a number from 0 up to, but not including, 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Without it, no traces are made. */
  readonly tracing?: Tracing | undefined;
  /** Jobs for the tabs of GraphiQL. */
  readonly examples?: ExampleJobs;
  /** Reads the heap. Without it, the gateway does not shed work when the heap is almost full. */
  readonly heap?: (() => Heap) | undefined;
  /** Watches the files of trusted documents. Without it, they are polled. */
  readonly watchFile?: WatchFile | undefined;
  /** Whether the gateway is shutting down. It still serves requests, but is not ready for more. */
  readonly isEnding?: () => boolean;
}

export interface App {
  readonly listener: RequestListener;
  /** Handles the `upgrade` event of a server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Limits the connections of a server on which no credentials have arrived. */
  watchConnections(server: Server): void;
  /** GraphQL without a socket, and all requests but POSTs of JSON. Loads Yoga. */
  readonly server: () => Promise<GraphQLServer>;
  /** Runs the operations of all transports. */
  readonly engine: Engine;
  readonly metrics: Metrics;
  /**
   * Ends all event streams and WebSockets, so that their clients reconnect to another gateway. Requests that wait for jobs
   * are answered with the states that are known.
   */
  endStreams(): void;
  /** Ends all connections to VOD, and writes what has not been written yet. */
  close(): Promise<void>;
}

/** The settings of the app. Where it listens is the business of the process. */
export type AppConfig = Pick<
  Config,
  | 'region'
  | 'timeoutMs'
  | 'callsPerSecond'
  | 'cache'
  | 'events'
  | 'auth'
  | 'limits'
  | 'exposure'
  | 'trustedProxies'
> & {
  readonly ledger: Pick<Config['ledger'], 'retentionMs' | 'databaseUrl'>;
};

/** The interval at which the heap is read. V8 does not fill the last 15 % of a heap of 256 MiB much faster. */
const SAMPLE_HEAP_MS = 100;
/** The interval at which open responses and WebSockets are checked for unread bytes. */
const SAMPLE_UNREAD_MS = 1_000;
/** The assumed limit of the heap where it is not watched: that of Node.js in a container of 512 MiB. */
const DEFAULT_HEAP_BYTES = 256 * 1024 * 1024;

/** The highest rate of calls per second and action without a configured one. */
const MAX_CALLS_PER_SECOND = 10_000;

/** The inbox for the events of each kind of jobs. */
type Inboxes = { readonly [Kind in JobKind]: EventInbox<Kind> };

/** Wires the gateway. It does not listen, but it watches the unfinished jobs of the ledger from now on. */
export function createApp(config: AppConfig, deps: AppDependencies): App {
  const { timeoutMs, limits, exposure, events } = config;
  const { ledger, clock, log, tracing, examples = { aiJobIds: [] } } = deps;
  // First, because an unusable file throws before there is anything to close.
  const manifest = openManifest({
    files: exposure.trustedDocumentsFiles,
    schema,
    log,
    watch: deps.watchFile,
  });
  const auth = openAuthentication(config.auth, { clock, log });
  const { authenticate } = auth;
  const addresses = clientAddresses(config.trustedProxies);
  const wrongCredentials = new WrongCredentials(() => clock.monotonic());
  const halfOpen = new HalfOpenConnections({ addresses, clock });
  const metrics = new Metrics();
  ledger.observe(metrics.ledger);

  const rpc = new RpcClient({
    ...config,
    ...deps,
    version: VOD_VERSION,
    // A configured rate is that of the account, which may exceed the documented one.
    callsPerSecond: config.callsPerSecond ?? MAX_CALLS_PER_SECOND,
    initialRates: config.callsPerSecond === undefined ? documentedRates : undefined,
    observer: metrics.rpc,
    onClockCorrected: (offsetMs) =>
      log.warn({ offsetMs }, "VOD refused this machine's clock: signatures now use VOD's time"),
  });
  const vod = vodApi(rpc, events.callbackUrl);
  const silence = events.callbackUrl === undefined ? undefined : new EventSilence({ clock, log });
  const jobs = createJobs({
    ...config,
    ...deps,
    vod,
    watchShare: events.watchShare,
    settleDelayMs: events.settleDelayMs,
    onSettled: (outcome) => metrics.submissions.settled(outcome),
    retentionMs: config.ledger.retentionMs,
    onFinishedByPolling: (finished) => silence?.finishedByPolling(finished),
    observe: (action) => metrics.jobs(action),
  });
  const onRefuted = () => metrics.submissions.settled('refuted');
  const inboxOptions = { ledger, timeoutMs, clock, log, onRefuted };
  const inboxes: Inboxes = {
    AI: new EventInbox({ ...jobs.kinds.AI, ...inboxOptions }),
    IMAGE: new EventInbox({ ...jobs.kinds.IMAGE, ...inboxOptions }),
    MEDIA_AUDIT: new EventInbox({ ...jobs.kinds.MEDIA_AUDIT, ...inboxOptions }),
  };

  const rates = createRateCounter({
    limits,
    databaseUrl: config.ledger.databaseUrl,
    log,
    now: () => clock.monotonic(),
    onRefused: (limit) => metrics.refused(limit === 'submissions' ? 'submit_rate_limit' : 'rate_limit'),
  });
  const streams = new OpenStreams();
  const heap = new HeapPressure(deps.heap ?? (() => ({ used: 0, limit: DEFAULT_HEAP_BYTES })));
  const unread = new UnreadBytes({
    clock,
    heapLimit: heap.limit,
    onClosed: (reason) => metrics.closedUnread(reason),
  });
  const overload = new Overload({
    maxRequests: limits.maxConcurrentRequests,
    maxStreams: limits.maxStreams,
    heap,
    onShed: () => metrics.refused('overload'),
  });
  const operations = new OperationRecords({ log, observer: metrics.operations, tracing });
  const engine = new Engine({
    schema,
    manifest,
    services: createServices({
      ...config,
      ...jobs,
      ledger,
      vod,
      tracing,
      clock,
      timeoutMs,
      rates: rates.limits,
      heapLimit: heap.limit,
      reportFailure(error) {
        logError(log, error);
        metrics.operations.failed(String(presentError(error).extensions.code));
      },
      admitWait: (response) => overload.becomeStream(response),
    }),
    exposure,
    log,
    admitStream(response) {
      const isAdmitted = overload.becomeStream(response);
      if (isAdmitted) streams.add(response);
      return isAdmitted;
    },
  });
  let yoga: Promise<GraphQLServer> | undefined;
  // Loading Yoga takes a quarter of the start, and a gateway that only gets POSTs of JSON never needs it.
  const server = () => {
    yoga ??= import('./graphql/server.ts').then(({ createGraphQLServer }) =>
      createGraphQLServer({ ...config, ...deps, engine, manifest, operations, authenticate }),
    );
    return yoga;
  };
  const allowedOrigins = exposure.corsOrigins;
  const webSockets = createWebSocketTransport({
    engine,
    authenticate,
    clock,
    log,
    operations,
    overload,
    unread,
    allowedOrigins,
    addresses,
    wrongCredentials,
  });

  const isReady = readiness(rpc, heap, deps);
  metrics.watchEvents(() => silence?.isSilent ?? false);
  watch(metrics, { rpc, jobs, streams, webSockets, heap, unread, isReady });
  const samplers = [
    setInterval(() => heap.sample(), SAMPLE_HEAP_MS).unref(),
    setInterval(() => unread.sample([overload.responses, webSockets.writers]), SAMPLE_UNREAD_MS).unref(),
  ];
  const listener = httpListener({
    postJSON: createJSONPost({ engine, manifest, operations, unread, log }),
    async graphql(request, response, context) {
      try {
        const handle = await server();
        // Yoga does not notice a client that disconnected before.
        if (!response.destroyed) handle(request, response, context);
      } catch (error) {
        yoga = undefined;
        logError(log, error);
        respondWithError(request, response, unexpectedError);
      }
    },
    authenticateRequest: createAuthenticateRequest({
      authenticate,
      isOpen: config.auth.kind === 'open',
      onWait: (response) => overload.leave(response),
      onUnauthenticated: () => metrics.refused('unauthenticated'),
      onAuthenticated: (request) => halfOpen.know(request),
      addresses,
      wrongCredentials,
    }),
    receiveEvent: createEventReceiver({
      ...deps,
      callback: acceptedCallbacks(events),
      async record(event) {
        const outcome = await inboxes[event.kind].record(event);
        // Events about jobs that nobody knows may be forged.
        if (outcome === 'recorded') silence?.received();
        return outcome;
      },
      observer: metrics.events,
    }),
    isReady,
    metrics: () => metrics.text(),
    overload,
    unread,
    cors: createCors(exposure.corsOrigins),
    page: exposure.graphiql ? graphiqlPage(graphiqlOptions(examples)) : undefined,
  });
  return {
    listener,
    upgrade(request, socket, head) {
      if (overload.admitUpgrade(socket)) webSockets.upgrade(request, socket, head);
    },
    watchConnections: (connections) => halfOpen.watch(connections),
    server,
    engine,
    metrics,
    endStreams() {
      // Before the WebSockets: those with a waiting operation stay open until it is answered.
      jobs.endWaits();
      streams.end();
      webSockets.close();
    },
    async close() {
      for (const sampler of samplers) clearInterval(sampler);
      auth.close();
      manifest.close();
      silence?.close();
      await Promise.all([...jobKinds.map((kind) => inboxes[kind].close()), jobs.close()]);
      await rpc.close();
      await rates.close();
      await jobs.flush();
    },
  };
}

/** Whether VOD, its credentials, the ledger and memory are available, and the gateway is not shutting down. */
function readiness(
  rpc: RpcClient,
  heap: HeapPressure,
  { credentials, ledger, isEnding }: AppDependencies,
): () => Promise<boolean> {
  return () =>
    Promise.all([credentials(), ledger.check()]).then(
      () => !rpc.isDown && !heap.isHigh && !isEnding?.(),
      () => false,
    );
}

interface Watched {
  readonly rpc: RpcClient;
  readonly jobs: Jobs;
  readonly streams: OpenStreams;
  readonly webSockets: WebSocketTransport;
  readonly heap: HeapPressure;
  readonly unread: UnreadBytes;
  readonly isReady: () => Promise<boolean>;
}

/** Adds the gauges that are read from the parts of the gateway at every scrape. */
function watch(metrics: Metrics, parts: Watched): void {
  const { rpc, jobs, streams, webSockets, heap, unread, isReady } = parts;
  metrics.watchLookups(jobs.lookups);
  metrics.watchCircuits(rpc);
  metrics.watchReadiness(isReady);
  metrics.watchMemory({ heapShare: () => heap.share, unreadBytes: () => unread.total });
  metrics.watchStreams({
    sse: () => streams.size,
    websocket: () => webSockets.size,
    subscriptions: () => jobs.subscriptions,
  });
}
