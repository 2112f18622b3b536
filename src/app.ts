import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import { openAuthentication } from './auth/authenticate.ts';
import { createRateCounter } from './auth/rate-limits.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/config.ts';
import { EventInbox } from './events/inbox.ts';
import { createEventReceiver } from './events/receive.ts';
import type { ExampleJobs } from './graphql/graphiql.ts';
import { OperationRecords } from './graphql/plugins/records.ts';
import { createGraphQLServer, type GraphQLServer } from './graphql/server.ts';
import { createWebSocketTransport } from './graphql/transports/web-socket.ts';
import { createAuthenticateRequest } from './http/authenticate-request.ts';
import { createCors } from './http/cors.ts';
import { httpListener } from './http/listener.ts';
import { Overload } from './http/overload.ts';
import { OpenStreams } from './http/streams.ts';
import { createJobKind } from './jobs/kind.ts';
import { createListing } from './jobs/listing.ts';
import { createJobLoader } from './jobs/lookup/loader.ts';
import { aiImageJobRecords, aiJobRecords } from './jobs/records.ts';
import { keepRetention } from './jobs/retention.ts';
import { Submissions } from './jobs/submit/submissions.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Log } from './observability/log.ts';
import { Metrics } from './observability/metrics/metrics.ts';
import type { Tracing } from './observability/tracing/tracing.ts';
import { RpcClient } from './rpc/client.ts';
import type { CredentialsProvider } from './rpc/credentials.ts';
import { Templates } from './templates/templates.ts';
import { VideoResults } from './videos/video-results.ts';
import { VOD_VERSION, vodApi } from './vod/api.ts';

/** What the gateway is built upon; tests put their own in its place. */
export interface AppDependencies {
  /** Where the VOD API is: scheme, host and port. */
  readonly origin: string;
  readonly credentials: CredentialsProvider;
  /** Closed by who opened it. */
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Where traces go; none are made without it. Closed by who opened it. */
  readonly tracing?: Tracing | undefined;
  /** Jobs for GraphiQL to show. */
  readonly examples?: ExampleJobs;
  /** Whether this gateway goes away: it still answers, but it is not ready for more. */
  readonly isEnding?: () => boolean;
}

export interface App {
  /** Handles HTTP requests. */
  readonly listener: RequestListener;
  /** Takes WebSocket connections over; for a server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** GraphQL alone, without a socket. */
  readonly server: GraphQLServer;
  readonly metrics: Metrics;
  /** Ends all event streams and WebSockets, so that their clients connect elsewhere. */
  endStreams(): void;
  /** Ends all connections to the API, and writes down what is still to be written. */
  close(): Promise<void>;
}

/** The settings that the gateway itself needs; where it listens is its process's business. */
export type AppConfig = Pick<
  Config,
  'region' | 'timeoutMs' | 'callsPerSecond' | 'cache' | 'events' | 'auth' | 'limits' | 'exposure'
> & {
  readonly ledger: Pick<Config['ledger'], 'retentionMs' | 'databaseUrl'>;
};

/** Wires the gateway. Nothing listens; jobs of the ledger that are under way are watched from here on. */
export function createApp(config: AppConfig, deps: AppDependencies): App {
  const { region, timeoutMs, callsPerSecond, events, limits, exposure } = config;
  const { origin, credentials, ledger, clock, random, log, tracing } = deps;
  // First of all: nothing is to be undone where the file of keys cannot be used.
  const auth = openAuthentication(config.auth, { clock, log });
  const { authenticate } = auth;
  const metrics = new Metrics();
  ledger.observe(metrics.ledger);
  const rpc = new RpcClient({
    origin,
    version: VOD_VERSION,
    credentials,
    timeoutMs,
    clock,
    random,
    callsPerSecond,
    observer: metrics.rpc,
  });
  const vod = vodApi(rpc, events.callbackUrl);

  const shared = {
    ledger,
    cache: config.cache,
    watchShare: events.watchShare,
    timeoutMs,
    clock,
    log,
    tracing,
  };
  const aiJobs = createJobKind({
    ...shared,
    reader: vod.aiJobs,
    records: aiJobRecords,
    observer: metrics.jobs(vod.aiJobs.action),
  });
  const aiImageJobs = createJobKind({
    ...shared,
    reader: vod.aiImageJobs,
    records: aiImageJobRecords,
    observer: metrics.jobs(vod.aiImageJobs.action),
  });
  metrics.watch([aiJobs.lookup, aiImageJobs.lookup]);
  metrics.watchCircuit(() => rpc.isDown);

  const submissions = new Submissions({
    vod,
    ledger,
    region,
    clock,
    timeoutMs,
    log,
    tracing,
    onMade: (kind) => (kind === 'AI' ? aiJobs : aiImageJobs).watcher.added(),
  });
  const inbox = new EventInbox({ ...aiJobs, ledger, timeoutMs, clock, log });
  const stopRetention = keepRetention(ledger, { retentionMs: config.ledger.retentionMs, clock, log });

  const operations = new OperationRecords({ log, observer: metrics.operations, tracing });
  const rates = createRateCounter({
    limits,
    databaseUrl: config.ledger.databaseUrl,
    log,
    now: () => clock.now(),
    onRefused: (limit) => metrics.refused(limit === 'submissions' ? 'submit_rate_limit' : 'rate_limit'),
  });
  const streams = new OpenStreams();
  const overload: Overload = new Overload({
    maxRequests: limits.maxConcurrentRequests,
    maxStreams: limits.maxStreams,
    streams: () => streams.size + webSockets.size,
    onShed: () => metrics.refused('overload'),
  });
  const server = createGraphQLServer({
    operations,
    authenticate,
    clock,
    services: {
      readers: (signal, callTrace) => ({
        aiJobs: createJobLoader(aiJobs.lookup, signal, callTrace),
        aiImageJobs: createJobLoader(aiImageJobs.lookup, signal, callTrace),
        listing: createListing(ledger),
      }),
      submissions,
      templates: new Templates({ vod, region, clock }),
      videoResults: new VideoResults({ vod, region, clock }),
      submissionLimit: rates.limits.submissions,
      followAIJobs: (ids, signal, callTrace) => aiJobs.feed.follow(ids, signal, callTrace),
      followAIImageJobs: (ids, signal, callTrace) => aiImageJobs.feed.follow(ids, signal, callTrace),
    },
    examples: deps.examples ?? { aiJobIds: [], aiImageJobIds: [] },
    log,
    limits,
    exposure,
    rates: rates.limits,
    isFullOfStreams: () => overload.isFullOfStreams,
    onStream: (response) => {
      overload.becameStream(response);
      streams.add(response);
    },
  });
  const webSockets = createWebSocketTransport({
    server,
    authenticate,
    clock,
    log,
    operations,
    allowedOrigins: exposure.corsOrigins,
  });
  metrics.watchStreams({
    sse: () => streams.size,
    websocket: () => webSockets.size,
    subscriptions: () => aiJobs.feed.size + aiImageJobs.feed.size,
  });
  const isReady = () =>
    Promise.all([credentials(), ledger.check()]).then(
      () => !rpc.isDown && !deps.isEnding?.(),
      () => false,
    );
  metrics.watchReadiness(isReady);
  const listener = httpListener({
    graphql: server,
    authenticateRequest: createAuthenticateRequest({
      authenticate,
      isOpen: config.auth.kind === 'open',
      hasGraphiQL: exposure.graphiql,
      onUnauthenticated: () => metrics.refused('unauthenticated'),
    }),
    receiveEvent: createEventReceiver({
      callback: secretsOf(events),
      clock,
      record: (event) => inbox.record(event),
      observer: metrics.events,
      log,
    }),
    isReady,
    metrics: () => metrics.text(),
    overload,
    cors: createCors(exposure.corsOrigins),
  });
  return {
    listener,
    upgrade(request, socket, head) {
      if (overload.admitUpgrade(socket)) webSockets.upgrade(request, socket, head);
    },
    server,
    metrics,
    endStreams() {
      streams.end();
      webSockets.close();
    },
    async close() {
      auth.close();
      stopRetention();
      submissions.close();
      await Promise.all([inbox.close(), aiJobs.close(), aiImageJobs.close()]);
      await rpc.close();
      await rates.close();
      await Promise.all([aiJobs.archive.flush(), aiImageJobs.archive.flush()]);
    },
  };
}

/** What events are signed with; none where no key is set: then they come unsigned. */
function secretsOf({ callbackUrl, callbackKeys }: AppConfig['events']) {
  return callbackUrl === undefined || callbackKeys.length === 0
    ? undefined
    : { url: callbackUrl, keys: callbackKeys };
}
