import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '../../../src/emulator/server.ts';
import { entryOf } from '../../auth/key-file.ts';
import { type RunningPostgres, runningPostgres } from '../../ledger/running-postgres.ts';
import { upstreamSettings } from '../../support/gateway-process.ts';
import { startProxy, type TcpProxy } from '../../support/proxy.ts';
import { delayedAnswers, KillableGateway } from '../killable-gateway.ts';
import { apiKeyOf, callers } from './clients.ts';

/** The gateway's timeout for one call to VOD with all retries. A lease is five seconds longer. */
const VOD_TIMEOUT_MS = 1_000;
/** Longer than a gateway is paused: it can send what it has signed before. In production, VOD refuses old signatures first. */
const SETTLE_DELAY_MS = 15_000;
/** At this speed, a job is final after one to two seconds. */
const SPEED = 4;

/** Two gateways on one Postgres and one VOD. The gateways do not run yet. */
export interface System {
  readonly emulator: Emulator;
  readonly postgres: RunningPostgres;
  /** The URL of the gateways' database, not through a proxy. */
  readonly databaseUrl: string;
  readonly gateways: readonly KillableGateway[];
  /** The connections of each gateway to Postgres. */
  readonly databases: readonly TcpProxy[];
}

/** @param resources end everything that this function starts */
export async function createSystem(
  random: () => number,
  resources: Pick<AsyncDisposableStack, 'defer'>,
): Promise<System> {
  const postgres = await runningPostgres();
  resources.defer(() => postgres.remove());
  const databaseUrl = await postgres.createDatabase();

  const gateways: KillableGateway[] = [];
  // VOD knows one address, behind which any gateway receives its events.
  const balancer = await startProxy(() => {
    const running = gateways.map(({ origin }) => origin).filter((origin) => origin !== '');
    return Number(new URL(running[Math.floor(random() * running.length)] ?? 'http://127.0.0.1:1').port);
  });
  resources.defer(() => balancer.close());
  const callback = { url: `http://127.0.0.1:${balancer.port}/callbacks/vod`, key: 'key-of-callbacks' };
  const emulator = await startEmulator({ qps: {}, speed: SPEED, random, callback });
  resources.defer(() => emulator.close());
  const upstream = await delayedAnswers(emulator.origin, random);
  resources.defer(async () => void (await upstream.close()));

  const folder = await mkdtemp(join(tmpdir(), 'vod-ai-gateway-histories-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const keysFile = join(folder, 'keys.json');
  await writeFile(keysFile, JSON.stringify(callers.map((caller) => entryOf(caller, apiKeyOf(caller)))));

  const { AUTH_DISABLED: _, ...settings } = upstreamSettings(emulator);
  const databases: TcpProxy[] = [];
  for (let index = 0; index < 2; index++) {
    const database = await startProxy(() => postgres.port);
    resources.defer(() => database.close());
    databases.push(database);
    const gateway = new KillableGateway({
      ...settings,
      VOD_ENDPOINT: upstream.origin,
      VOD_TIMEOUT_MS: String(VOD_TIMEOUT_MS),
      VOD_SETTLE_DELAY_MS: String(SETTLE_DELAY_MS),
      VOD_CALLBACK_URL: callback.url,
      VOD_CALLBACK_KEYS: callback.key,
      DATABASE_URL: databaseUrl.replace(`:${postgres.port}/`, `:${database.port}/`),
      API_KEYS_FILE: keysFile,
    });
    resources.defer(() => gateway.kill());
    gateways.push(gateway);
  }
  return { emulator, postgres, databaseUrl, gateways, databases };
}
