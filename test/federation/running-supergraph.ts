import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { type Emulator, startEmulator } from '../../src/emulator/server.ts';
import { subgraphSDL } from '../../src/graphql/schema/schema.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { entriesOf, keys } from '../support/closed-gateway.ts';
import { keepSecret } from '../support/collected-logs.ts';
import { listenOnLoopback } from '../support/listening.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { createTestApp } from '../support/test-app.ts';
import { apolloRouter } from './apollo-gateway.ts';
import { gatewayConfig } from './hive-gateway.config.ts';

/** A subgraph that owns the videos, and knows the job that analysed each. */
const videosSDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])
  type Video @key(fields: "id") {
    id: ID!
    title: String
    analysis: AIJob
  }
  type AIJob @key(fields: "id", resolvable: false) {
    id: ID!
  }
  type Query {
    channel(name: String!, first: Int!): [Video!]!
  }
`;

/** The routers in front of both subgraphs. Hive Gateway subscribes to the gateway in two ways. */
export type Router = 'hive' | 'hiveWithWebSocket' | 'apollo';

export interface RunningSupergraph {
  readonly emulator: Emulator;
  readonly clock: ManualClock;
  /** The URL of each router. */
  readonly urls: Readonly<Record<Router, string>>;
  /** The headers of the requests that the gateway and the other subgraph received, in order. */
  readonly received: { readonly gateway: IncomingHttpHeaders[]; readonly videos: IncomingHttpHeaders[] };
  close(): Promise<void>;
}

/** Starts an emulator, a gateway with API keys, the other subgraph and the routers. */
export async function startSupergraph(): Promise<RunningSupergraph> {
  const ends = new AsyncDisposableStack();
  const clock = ManualClock.skippingRetries();
  const emulator = await startEmulator({
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    qps: {},
  });
  ends.defer(() => emulator.close());
  const folder = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-'));
  ends.defer(() => rmSync(folder, { recursive: true }));
  const apiKeysFile = join(folder, 'keys.json');
  writeFileSync(apiKeysFile, JSON.stringify(entriesOf(['all', 'reader'])));
  for (const secret of [emulator.credentials.accessKeySecret, keys.all, keys.reader]) keepSecret(secret);
  const ledger = await openLedger({ dataDir: folder, clock });
  ends.defer(() => ledger.close());
  const auth = { kind: 'closed', apiKeysFile, jwt: undefined } as const;
  const app = createTestApp(emulator, { ledger, clock }, { auth });
  ends.defer(() => app.close());

  const received: RunningSupergraph['received'] = { gateway: [], videos: [] };
  const ours = createServer(recording(received.gateway, app.listener));
  ours.on('upgrade', app.upgrade);
  const theirs = createServer(recording(received.videos, videosSubgraph()));
  const supergraph = compose(await serve(ours, ends), await serve(theirs, ends));

  const { transportEntries, ...withServerSentEvents } = gatewayConfig;
  const hive = createGatewayRuntime({ ...withServerSentEvents, supergraph, logging: false });
  ends.defer(async () => hive[Symbol.asyncDispose]());
  const webSocket = createGatewayRuntime({
    ...withServerSentEvents,
    transportEntries,
    supergraph,
    logging: false,
  });
  ends.defer(async () => webSocket[Symbol.asyncDispose]());
  const apollo = apolloRouter(supergraph);
  ends.defer(() => apollo.stop());
  const { url } = await startStandaloneServer(apollo, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async ({ req }) => ({ headers: req.headers }),
  });

  return {
    emulator,
    clock,
    received,
    urls: {
      hive: `${await serve(createServer(hive), ends)}/graphql`,
      hiveWithWebSocket: `${await serve(createServer(webSocket), ends)}/graphql`,
      apollo: url,
    },
    close: () => ends.disposeAsync(),
  };
}

function videosSubgraph(): RequestListener {
  const video = (id: string) => ({ id, title: `Title of ${id}` });
  return createYoga({
    logging: false,
    schema: buildSubgraphSchema({
      typeDefs: parse(videosSDL),
      resolvers: {
        Query: {
          channel: (_root: unknown, { name, first }: { name: string; first: number }) =>
            Array.from({ length: first }, (_, index) => video(`${name}-video-${index}`)),
        },
        Video: {
          __resolveReference: ({ id }: { id: string }) => video(id),
          analysis: ({ id }: { id: string }) => ({ __typename: 'AIJob', id: id.replace('video', 'job') }),
        },
      },
    }),
  });
}

function compose(ours: string, theirs: string): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'vod-ai', url: `${ours}/graphql`, typeDefs: parse(subgraphSDL()) },
    { name: 'videos', url: `${theirs}/graphql`, typeDefs: parse(videosSDL) },
  ]);
  if (supergraphSdl === undefined) throw new AggregateError(errors ?? [], 'the subgraphs do not compose');
  return supergraphSdl;
}

function recording(received: IncomingHttpHeaders[], listener: RequestListener): RequestListener {
  return (request, response) => {
    received.push(request.headers);
    listener(request, response);
  };
}

async function serve(server: Server, ends: AsyncDisposableStack): Promise<string> {
  const port = await listenOnLoopback(server);
  ends.defer(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${port}`;
}
