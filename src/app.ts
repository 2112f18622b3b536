import type { RequestListener } from 'node:http';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { AnyJob } from './domain/job.ts';
import type { ExampleJobs } from './graphql/graphiql.ts';
import { createGraphQLServer, type GraphQLServer } from './graphql/server.ts';
import { httpListener } from './http.ts';
import { JobArchive } from './jobs/archive.ts';
import { JobCache } from './jobs/cache.ts';
import { createListing } from './jobs/listing.ts';
import { createJobLoader } from './jobs/loader.ts';
import { JobLookup } from './jobs/lookup.ts';
import { aiImageJobRecords, aiJobRecords, type JobRecords } from './jobs/records.ts';
import { keepRetention } from './jobs/retention.ts';
import { Submissions } from './jobs/submission.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { RpcClient } from './rpc/client.ts';
import type { CredentialsProvider } from './rpc/credentials.ts';
import type { JobReader } from './vod/answers.ts';
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
  /** Jobs for GraphiQL to show. */
  readonly examples?: ExampleJobs;
}

export interface App {
  /** Handles HTTP requests. */
  readonly listener: RequestListener;
  /** GraphQL alone, without a socket. */
  readonly server: GraphQLServer;
  readonly metrics: Metrics;
  /** Ends all connections to the API, and writes down what is still to be written. */
  close(): Promise<void>;
}

/** The settings that the gateway itself needs; where it listens is its process's business. */
export type AppConfig = Pick<Config, 'region' | 'timeoutMs' | 'callsPerSecond' | 'cache'> & {
  readonly ledger: Pick<Config['ledger'], 'retentionMs'>;
};

/** Wires the gateway. Nothing listens, and nothing is sent, before the first request. */
export function createApp(config: AppConfig, deps: AppDependencies): App {
  const { region, timeoutMs, callsPerSecond } = config;
  const { origin, credentials, ledger, clock, random, log } = deps;
  const metrics = new Metrics();
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
  const vod = vodApi(rpc);

  function lookup<Job extends AnyJob>(reader: JobReader<Job>, records: JobRecords<Job>): JobLookup<Job> {
    const cache = new JobCache<Job>({ ...config.cache, clock });
    const archive = new JobArchive(ledger, records, clock, log);
    archives.push(archive);
    return new JobLookup({
      reader,
      cache,
      archive,
      timeoutMs,
      clock,
      observer: metrics.lookup(reader.action),
    });
  }
  const archives: { flush(): Promise<void> }[] = [];
  const aiJobs = lookup(vod.aiJobs, aiJobRecords);
  const aiImageJobs = lookup(vod.aiImageJobs, aiImageJobRecords);
  metrics.watch([aiJobs, aiImageJobs]);

  const submissions = new Submissions({ vod, ledger, region, clock, timeoutMs, log });
  const stopRetention = keepRetention(ledger, { retentionMs: config.ledger.retentionMs, clock, log });

  const server = createGraphQLServer({
    loaders: (signal) => ({
      aiJobs: createJobLoader(aiJobs, signal),
      aiImageJobs: createJobLoader(aiImageJobs, signal),
    }),
    submissions,
    listing: () => createListing(ledger),
    examples: deps.examples ?? { aiJobIds: [], aiImageJobIds: [] },
    log,
  });
  const listener = httpListener({
    graphql: server,
    isReady: () =>
      Promise.all([credentials(), ledger.check()]).then(
        () => !rpc.isDown,
        () => false,
      ),
    metrics: () => metrics.text(),
  });
  return {
    listener,
    server,
    metrics,
    async close() {
      stopRetention();
      submissions.close();
      aiJobs.close();
      aiImageJobs.close();
      await rpc.close();
      await Promise.all(archives.map((archive) => archive.flush()));
    },
  };
}
