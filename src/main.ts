import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from './app.ts';
import { systemClock } from './clock.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { startEmbeddedEmulator } from './embedded-emulator.ts';
import { LedgerError } from './ledger/ledger.ts';
import { openLedger } from './ledger/open.ts';
import { createLog } from './log.ts';
import { credentialChain } from './rpc/credentials.ts';

/** A second signal within this time is the first once more. */
const SAME_KEYSTROKE_MS = 250;

/** The process: reads the settings, listens, and ends cleanly when it is told to. */
async function main(): Promise<void> {
  const config = readConfig();
  const upstream = await connect(config);
  // The emulator's jobs end with the process: a ledger that outlived them would know jobs that nobody has.
  const ledger = await openLedger({
    ...config.ledger,
    ...('dataDir' in upstream && { dataDir: upstream.dataDir }),
  });
  // The emulator in this process tells of its jobs at the address that is known only now.
  const server = createServer();
  const origin = await listen(server, config);
  const events = 'callbackKey' in upstream ? ownEvents(config, origin, upstream.callbackKey) : config.events;
  const app = createApp(
    { ...config, events },
    {
      ...upstream,
      ledger,
      clock: systemClock,
      random: Math.random,
      log: createLog(config.logLevel),
    },
  );
  app.metrics.watchProcess();
  server.on('request', app.listener);
  server.on('upgrade', app.upgrade);
  process.stdout.write(banner(config, origin, upstream.origin));

  let endingSince: number | undefined;
  const end = async (signal: NodeJS.Signals) => {
    if (endingSince !== undefined) {
      // Who asks twice does not want to wait. But npm passes on the Ctrl-C that the terminal has sent already.
      if (systemClock.now() - endingSince > SAME_KEYSTROKE_MS) process.exit(1);
      return;
    }
    endingSince = systemClock.now();
    app.endStreams();
    await drain(server, signal === 'SIGINT' ? 500 : config.timeoutMs);
    await app.close();
    await ledger.close();
    await upstream.close();
    process.exit(0);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
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
`;
}

/** Stops accepting, and waits for what runs; what has not ended after `graceMs` is cut off. */
async function drain(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
  server.closeIdleConnections();
  await closed;
  clearTimeout(cutOff);
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
