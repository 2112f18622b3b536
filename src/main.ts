import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createApp } from './app.ts';
import { systemClock } from './clock.ts';
import { isLoopback } from './config/auth.ts';
import { type Config, readConfig } from './config/config.ts';
import { ConfigError } from './config/values.ts';
import { startEmbeddedEmulator } from './emulator/embedded.ts';
import { ConnectionDrain } from './http/drain.ts';
import { LedgerError } from './ledger/ledger.ts';
import { openLedger } from './ledger/open.ts';
import { createLog, type Log } from './observability/log.ts';
import type { Tracing } from './observability/tracing/tracing.ts';
import { credentialChain } from './rpc/credentials.ts';

/** A second signal within this time is the first once more. */
const SAME_KEYSTROKE_MS = 250;
/**
 * For how long a balancer may keep a connection without using it; most do so for 60 seconds. Whoever closes first must
 * not be the gateway: a request may be on its way over the connection.
 */
const KEEP_ALIVE_MS = 65_000;
/** Who sends a request by drops holds a connection for no longer than this; a hundred KiB take no phone as long. */
const patience = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000 };
/** What answering a request may take beside its call to VOD. */
const BESIDE_UPSTREAM_MS = 5_000;
/** Streams that began after the end of all streams are ended as well, so often. */
const END_STREAMS_EVERY_MS = 250;
/** For how long a connection has to be silent before it is closed, once no new ones are taken. */
const SILENCE_MS = 1_000;
/** How long writing down what is still to be written, and letting go of VOD and the ledger, may take. */
const CLOSE_MS = 10_000;

/** The process: reads the settings, listens, and ends cleanly when it is told to. */
async function main(): Promise<void> {
  // A container's first process ignores signals without a handler. There is one handler for the life of the process:
  // Node.js drops a signal that arrives while one handler replaces another.
  let end: (signal: NodeJS.Signals) => void = () => process.exit(0);
  const onSignal = (signal: NodeJS.Signals) => end(signal);
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const config = readConfig();
  const log = createLog(config.logLevel);
  const tracing = await startTracing(config.tracing, log);
  const upstream = await connect(config);
  // The emulator's jobs end with the process: a ledger that outlived them would know jobs that nobody has.
  const ledger = await openLedger({
    ...config.ledger,
    ...('dataDir' in upstream && { dataDir: upstream.dataDir }),
  });
  // The emulator in this process tells of its jobs at the address that is known only now.
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, ...patience });
  const connections = new ConnectionDrain(server, systemClock);
  let endingSince: number | undefined;
  const origin = await listen(server, config);
  const events = 'callbackKey' in upstream ? ownEvents(config, origin, upstream.callbackKey) : config.events;
  const app = createApp(
    { ...config, events },
    {
      ...upstream,
      ledger,
      clock: systemClock,
      random: Math.random,
      log,
      tracing,
      isEnding: () => endingSince !== undefined,
    },
  );
  app.metrics.watchProcess();
  server.on('request', app.listener);
  server.on('upgrade', app.upgrade);
  process.stdout.write(banner(config, origin, upstream.origin));

  end = async (signal) => {
    if (endingSince !== undefined) {
      // Who asks twice does not want to wait. But npm passes on the Ctrl-C that the terminal has sent already.
      if (systemClock.now() - endingSince > SAME_KEYSTROKE_MS) process.exit(1);
      return;
    }
    endingSince = systemClock.now();
    connections.announceEnd();
    // Who presses Ctrl-C has no balancer in front that would have to be told first.
    const isKeystroke = signal === 'SIGINT';
    if (!isKeystroke) await setTimeout(config.drainDelayMs);
    app.endStreams();
    const endingStreams = setInterval(() => app.endStreams(), END_STREAMS_EVERY_MS);
    await connections.end(
      isKeystroke
        ? { graceMs: 500, silenceMs: 0 }
        : { graceMs: config.timeoutMs + BESIDE_UPSTREAM_MS, silenceMs: SILENCE_MS },
    );
    clearInterval(endingStreams);
    systemClock.after(CLOSE_MS, () => process.exit(1));
    await app.close();
    await ledger.close();
    await upstream.close();
    await tracing?.close();
    process.exit(0);
  };
}

/** Where traces go; nothing of OpenTelemetry is loaded where they go nowhere. */
async function startTracing(
  { endpoint, serviceName }: Config['tracing'],
  log: Log,
): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const otlp = await import('./observability/tracing/otlp.ts');
  return otlp.startTracing({ endpoint, serviceName, log });
}

/** What the gateway speaks to: VOD, or the emulator in this process. */
async function connect({ upstream, region }: Config) {
  if (upstream.kind === 'api') {
    return { origin: upstream.origin, credentials: credentialChain(), close: async () => {} };
  }
  const callbackKey = randomUUID();
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

/** Events from the emulator in this process, to this gateway. */
function ownEvents({ events, host }: Config, origin: string, key: string): Config['events'] {
  if (events.callbackUrl !== undefined) return events;
  // An address that means all of the machine's is none to call.
  const callable = /^(0\.0\.0\.0|::)$/.test(host) ? `http://127.0.0.1:${new URL(origin).port}` : origin;
  return { ...events, callbackUrl: `${callable}/callbacks/vod`, callbackKeys: [key] };
}

async function listen(server: Server, { host, port }: Config): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const variable = error.code === 'EADDRINUSE' || error.code === 'EACCES' ? 'PORT' : 'HOST';
      const received = `${host}:${port}, ${error.code ?? error.message}`;
      reject(new ConfigError(variable, 'an address that this machine can listen on', received));
    });
    server.listen(port, host, resolve);
  });
  const { address, family, port: actual } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
}

function banner(config: Config, origin: string, upstreamOrigin: string): string {
  const upstream =
    config.upstream.kind === 'api'
      ? `${upstreamOrigin} (${config.region})`
      : `the embedded emulator (${config.region}): no VOD account is configured, nothing is paid for.
             For real VOD set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.`;
  return `VOD AI gateway
  GraphiQL   ${origin}/graphql
  upstream   ${upstream}
  callers    ${callers(config)}
`;
}

/** Who may call, in words. */
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

main().catch((error: unknown) => {
  const line =
    error instanceof ConfigError || error instanceof LedgerError
      ? error.message
      : error instanceof Error
        ? error.stack
        : error;
  process.stderr.write(`${line}\n`);
  process.exit(1);
});
