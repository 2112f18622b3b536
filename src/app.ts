import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { ExampleJobs } from './graphql/graphiql.ts';
import { createGraphQLServer, type GraphQLServer } from './graphql/server.ts';
import { createJobLoader } from './jobs/loader.ts';
import { Submissions } from './jobs/submission.ts';
import type { Log } from './log.ts';
import { RpcClient } from './rpc/client.ts';
import type { CredentialsProvider } from './rpc/credentials.ts';
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
  /** Handles HTTP requests, as a listener of `node:http` or as `fetch`. */
  readonly server: GraphQLServer;
  /** Ends all connections to the API. */
  close(): Promise<void>;
}

/** Wires the gateway. Nothing listens, and nothing is sent, before the first request. */
export function createApp(
  { region, timeoutMs }: Pick<Config, 'region' | 'timeoutMs'>,
  deps: AppDependencies,
): App {
  const { origin, credentials, clock, random, log } = deps;
  const rpc = new RpcClient({ origin, version: VOD_VERSION, credentials, timeoutMs, clock, random });
  const vod = vodApi(rpc);
  const server = createGraphQLServer({
    loaders: (signal) => ({
      aiJobs: createJobLoader(vod.listAIJobs, signal),
      aiImageJobs: createJobLoader(vod.getAIImageJobs, signal),
    }),
    submissions: new Submissions(vod, region),
    isReady: () =>
      credentials().then(
        () => true,
        () => false,
      ),
    examples: deps.examples ?? { aiJobIds: [], aiImageJobIds: [] },
    log,
  });
  return { server, close: () => rpc.close() };
}
