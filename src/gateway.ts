import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createApp } from './app.ts';
import { systemClock } from './clock.ts';
import { isLoopback } from './config/auth.ts';
import { setInlining } from './config/compiler.ts';
import { type Config, readConfig } from './config/config.ts';
import { oldGenerationLimit, releaseLoadingMemory, setHeapGrowth, whenFirstIdle } from './config/heap.ts';
import { ConfigError } from './config/values.ts';
import { ConnectionDrain } from './http/drain.ts';
import { readOldGeneration } from './http/heap.ts';
import { listen } from './http/listen.ts';
import { createServer } from './http/node-http.ts';
import { asksForWebSocket } from './http/upgrade.ts';
import { lockDataDir } from './ledger/data-dir-lock.ts';
import { LedgerError } from './ledger/ledger.ts';
import { openLedger } from './ledger/open.ts';
import { createLog, type Log } from './observability/log.ts';
import type { Tracing } from './observability/tracing/tracing.ts';
import { credentialChain } from './rpc/credentials.ts';

/** npm forwards the Ctrl-C that the terminal has already sent. A signal within this time is the same keystroke. */
const SAME_KEYSTROKE_MS = 250;
/**
 * Longer than load balancers keep idle connections, usually 60 seconds. If the gateway closed a connection first, it
 * could lose a request that is on its way.
 */
const KEEP_ALIVE_MS = 65_000;
/**
 * Limits how long a client that sends slowly can hold a connection. Headers carry the credentials, and fit into a few
 * packets. A slow phone sends the largest body in less time.
 */
const receiveTimeouts = {
  headersTimeout: 3_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
};
/** The time that a request may take in addition to its call to VOD. */
const OVERHEAD_MS = 5_000;
/** The interval at which streams are ended that began during the shutdown. */
const END_STREAMS_EVERY_MS = 250;
/** How long a connection must be idle before the shutdown closes it. */
const IDLE_MS = 1_000;
/** The timeout for the last writes and for closing the connections to VOD and the ledger. */
const CLOSE_TIMEOUT_MS = 10_000;

/** Sets what happens on SIGINT and SIGTERM. */
export type OnSignal = (handler: (signal: NodeJS.Signals) => void) => void;

/** Reads the settings, serves requests and shuts down on SIGINT or SIGTERM. If it cannot start, it says why, and exits. */
export async function main(onSignal: OnSignal): Promise<void> {
  try {
    await start(onSignal);
  } catch (error) {
    const line =
      error instanceof ConfigError || error instanceof LedgerError
        ? error.message
        : error instanceof Error
          ? error.stack
          : error;
    process.stderr.write(`${line}\n`);
    process.exit(1);
  }
}

async function start(onSignal: OnSignal): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  const tracing = await startTracing(config.tracing, log);
  const upstream = await connect(config);
  const ledgerConfig = {
    ...config.ledger,
    // The embedded emulator loses its jobs when the process exits, so their records are also temporary.
    ...('dataDir' in upstream && { dataDir: upstream.dataDir }),
  };
  const unlock = ledgerConfig.databaseUrl === undefined ? lockDataDir(ledgerConfig.dataDir) : undefined;
  const ledger = await openLedger(ledgerConfig);

  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    ...receiveTimeouts,
    shouldUpgradeCallback: asksForWebSocket,
  });
  const connections = new ConnectionDrain(server, systemClock);
  // The embedded emulator sends its callbacks to this origin, so the server listens before the app is created.
  const acceptors = await openPort(server, config);
  const origin = originOf(server);
  const events = 'callbackKey' in upstream ? ownEvents(config, origin, upstream.callbackKey) : config.events;
  const heapLimit = oldGenerationLimit();
  setHeapGrowth(heapLimit);
  setInlining();
  let shutdownStartedAt: number | undefined;
  const app = createApp(
    { ...config, events },
    {
      ...upstream,
      ledger,
      clock: systemClock,
      random: Math.random,
      log,
      tracing,
      heap: () => readOldGeneration(heapLimit),
      isEnding: () => shutdownStartedAt !== undefined,
    },
  );
  app.metrics.watchProcess();
  app.watchConnections(server);
  server.on('request', app.listener);
  server.on('upgrade', app.upgrade);
  process.stdout.write(banner(config, origin, upstream.origin));
  const stopReleasing = whenFirstIdle(() => {
    releaseLoadingMemory().catch((error: unknown) =>
      log.warn({ error: String(error) }, 'the memory of the start could not be released'),
    );
  });

  onSignal(async (signal) => {
    if (shutdownStartedAt !== undefined) {
      // A second signal exits immediately.
      if (systemClock.monotonic() - shutdownStartedAt > SAME_KEYSTROKE_MS) process.exit(1);
      return;
    }
    shutdownStartedAt = systemClock.monotonic();
    stopReleasing();
    connections.announceClose();
    // Ctrl-C comes from a terminal, where no load balancer has to notice `/ready` first.
    const isKeystroke = signal === 'SIGINT';
    if (!isKeystroke) await setTimeout(config.drainDelayMs);
    app.endStreams();
    const endingStreams = setInterval(() => app.endStreams(), END_STREAMS_EVERY_MS);
    await connections.close(
      isKeystroke
        ? { graceMs: 500, idleMs: 0 }
        : { graceMs: config.timeoutMs + OVERHEAD_MS, idleMs: IDLE_MS },
      acceptors,
    );
    clearInterval(endingStreams);
    systemClock.after(CLOSE_TIMEOUT_MS, () => process.exit(1));
    await app.close();
    await ledger.close();
    unlock?.();
    await upstream.close();
    await tracing?.close();
    process.exit(0);
  });
}

/** Starts tracing if a collector is configured. OpenTelemetry is loaded only then. */
async function startTracing(
  { endpoint, serviceName }: Config['tracing'],
  log: Log,
): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const otlp = await import('./observability/tracing/otlp.ts');
  return otlp.startTracing({ endpoint, serviceName, log });
}

/** Connects to VOD, or starts the embedded emulator with a temporary folder for its ledger. */
async function connect({ upstream, region }: Config) {
  if (upstream.kind === 'api') {
    return { origin: upstream.origin, credentials: credentialChain(), close: async () => {} };
  }
  const callbackKey = randomUUID();
  const { startEmbeddedEmulator } = await import('./emulator/embedded.ts');
  const { emulator, examples } = await startEmbeddedEmulator(region, callbackKey);
  const dataDir = await mkdtemp(join(tmpdir(), 'vod-ai-gateway-'));
  return {
    origin: emulator.origin,
    credentials: async () => emulator.credentials,
    examples,
    dataDir,
    callbackKey,
    async close() {
      await emulator.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** The settings with which the embedded emulator sends its callbacks to this gateway. */
function ownEvents({ events, host }: Config, origin: string, key: string): Config['events'] {
  if (events.callbackUrl !== undefined) return events;
  // A wildcard address can be listened on, but not connected to.
  const reachable = /^(0\.0\.0\.0|::)$/.test(host) ? `http://127.0.0.1:${new URL(origin).port}` : origin;
  return { ...events, callbackUrl: `${reachable}/callbacks/vod`, callbackKeys: [key], isUnsigned: false };
}

/** Listens on `HOST` and `PORT`, as {@link listen}. Rejects with a {@link ConfigError} if that fails. */
async function openPort(server: Server, { host, port }: Config): Promise<NetServer[]> {
  try {
    return await listen(server, { host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const variable = code === 'EADDRINUSE' || code === 'EACCES' ? 'PORT' : 'HOST';
    const received = `${host}:${port}, ${code ?? message}`;
    throw new ConfigError(variable, 'an address that this machine can listen on', received);
  }
}

function originOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** The text that the process prints at the start. */
function banner(config: Config, origin: string, upstreamOrigin: string): string {
  const upstream =
    config.upstream.kind === 'api'
      ? `${upstreamOrigin} (${config.region})`
      : `the embedded emulator (${config.region}): no VOD account is configured, and jobs are free.
             To use VOD, set ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and SUBMIT_LIMIT_PER_DAY.`;
  return `VOD AI gateway
  GraphiQL   ${origin}/graphql
  upstream   ${upstream}
  callers    ${callers(config)}
`;
}

/** The callers that can authenticate, for the banner. */
function callers({ auth, host, upstream }: Config): string {
  if (auth.kind === 'closed') {
    return [
      ...(auth.apiKeysFile === undefined ? [] : ['API keys']),
      ...(auth.jwt ? [`tokens of ${auth.jwt.issuer}`] : []),
    ].join(', ');
  }
  return upstream.kind === 'emulator' && isLoopback(host)
    ? 'everybody on this machine'
    : 'everybody (AUTH_DISABLED)';
}
