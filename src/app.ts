import type { RequestListener } from 'node:http';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { AnyJob } from './domain/job.ts';
import type { ExampleJobs } from './graphql/graphiql.ts';
import { createGraphQLServer, type GraphQLServer } from './graphql/server.ts';
import { httpListener } from './http.ts';
import { JobCache } from './jobs/cache.ts';
import { createJobLoader } from './jobs/loader.ts';
import { JobLookup } from './jobs/lookup.ts';
import { Submissions } from './jobs/submission.ts';
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
  /** Ends all connections to the API. */
  close(): Promise<void>;
}

/** The settings that the gateway itself needs; where it listens is its process's business. */
export type AppConfig = Pick<Config, 'region' | 'timeoutMs' | 'callsPerSecond' | 'cache'>;

/** Wires the gateway. Nothing listens, and nothing is sent, before the first request. */
export function createApp(config: AppConfig, deps: AppDependencies): App {
  const { region, timeoutMs, callsPerSecond } = config;
  const { origin, credentials, clock, random, log } = deps;
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

  function lookup<Job extends AnyJob>(reader: JobReader<Job>): JobLookup<Job> {
    const cache = new JobCache<Job>({ ...config.cache, clock });
    return new JobLookup({ reader, cache, timeoutMs, clock, observer: metrics.lookup(reader.action) });
  }
  const aiJobs = lookup(vod.aiJobs);
  const aiImageJobs = lookup(vod.aiImageJobs);
  metrics.watch([aiJobs, aiImageJobs]);

  const server = createGraphQLServer({
    loaders: (signal) => ({
      aiJobs: createJobLoader(aiJobs, signal),
      aiImageJobs: createJobLoader(aiImageJobs, signal),
    }),
    submissions: new Submissions(vod, region, log),
    examples: deps.examples ?? { aiJobIds: [], aiImageJobIds: [] },
    log,
  });
  const listener = httpListener({
    graphql: server,
    isReady: () =>
      credentials().then(
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
      aiJobs.close();
      aiImageJobs.close();
      await rpc.close();
    },
  };
}
