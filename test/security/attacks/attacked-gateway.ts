import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { scopes } from '../../../src/auth/caller.ts';
import { entryOf, keyFile } from '../../auth/key-file.ts';
import { type GatewayProcess, startGateway } from '../../support/gateway-process.ts';
import type { ResponseError } from '../../support/running-gateway.ts';
import type { Polled } from './health-poller.ts';

/** About the heap of a container with 512 MiB. */
const HEAP_MIB = 400;
const MAX_RESIDENT_MIB = 520;
const MAX_SILENCE_MS = 1_000;

/** The timeout of a test. An attack takes seconds on an idle machine, and can take a minute on a busy one. */
export const ATTACK_MS = 90_000;

/** The API keys of an attacked gateway. */
export const keys = {
  /** Has all scopes. */
  attacker: 'the-key-of-the-attacker',
  /** Has all scopes. */
  neighbour: 'the-key-of-the-neighbour',
  withoutReading: 'the-key-without-jobs-read',
  withoutScopes: 'the-key-without-any-scope',
} as const;

export interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** A response to an operation. */
export interface Response<Data = Record<string, unknown>> {
  readonly status: number;
  /** The size of the body. */
  readonly bytes: number;
  readonly data: Data | null | undefined;
  readonly errors: readonly ResponseError[];
}

/** What an attack may cost the gateway. */
export interface Bounds {
  readonly residentMiB: number;
  readonly silenceMs: number;
}

export interface AttackedGateway {
  readonly origin: string;
  readonly port: number;
  ask<Data = Record<string, unknown>>(operation: Operation, key?: string): Promise<Response<Data>>;
  /** The number of sockets that the process has open. */
  sockets(): number;
  /** Attacks the gateway. Fails unless it survives, answers `/health` within a second all the while, and stays small. */
  survives<Result>(attack: () => Promise<Result>, bounds?: Partial<Bounds>): Promise<Result>;
}

/**
 * Starts a production gateway in a process of its own, with the heap of a small container.
 *
 * @param vod the origin of its VOD
 */
export async function attackedGateway(
  vod: string,
  env: Readonly<Record<string, string>> = {},
): Promise<AttackedGateway> {
  const { path } = keyFile([
    entryOf('attacker', keys.attacker, scopes),
    entryOf('neighbour', keys.neighbour, scopes),
    entryOf('without-reading', keys.withoutReading, ['jobs:submit']),
    entryOf('without-scopes', keys.withoutScopes, []),
  ]);
  const gateway = startGateway(
    {
      NODE_ENV: 'production',
      API_KEYS_FILE: path,
      VOD_ENDPOINT: vod,
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'access-key-id-under-attack',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'access-key-secret-under-attack',
      // Attacks have to be survived without limits, too.
      RATE_LIMIT_PER_MINUTE: '0',
      SUBMIT_LIMIT_PER_MINUTE: '0',
      SUBMIT_LIMIT_PER_DAY: '0',
      LOG_LEVEL: 'warn',
      ...env,
    },
    [process.execPath, `--max-old-space-size=${HEAP_MIB}`, 'src/main.ts'],
  );
  const origin = await gateway.origin();
  const port = Number(new URL(origin).port);
  return {
    origin,
    port,
    ask: (operation, key = keys.attacker) => ask(origin, operation, key),
    sockets: () => openSockets(gateway.pid),
    survives: (attack, bounds) => survived(gateway, port, attack, bounds),
  };
}

async function ask<Data>(
  origin: string,
  { query, variables }: Operation,
  key: string,
): Promise<Response<Data>> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query, variables }),
  });
  const body = Buffer.from(await response.arrayBuffer());
  const { data, errors = [] } = JSON.parse(body.toString()) as Partial<Response<Data>>;
  return { status: response.status, bytes: body.length, data, errors };
}

async function survived<Result>(
  gateway: GatewayProcess,
  port: number,
  attack: () => Promise<Result>,
  { residentMiB = MAX_RESIDENT_MIB, silenceMs = MAX_SILENCE_MS }: Partial<Bounds> = {},
): Promise<Result> {
  const poller = fork(new URL('./health-poller.ts', import.meta.url), [String(port), String(gateway.pid)]);
  const exited = once(poller, 'exit');
  const polled = once(poller, 'message').then(([message]) => message as Polled);
  const [attacked] = await Promise.allSettled([attack()]);
  poller.send('stop');
  const { failure, silentMs, peakMiB, polls } = await polled;
  await exited;
  // The end of the process explains all other failures, and is known shortly after them.
  if (failure !== undefined) await Promise.race([gateway.exited, sleep(1_000)]);
  const end = gateway.isRunning ? 'alive' : `ended: ${/FATAL.*/.exec(gateway.stderr)?.[0] ?? gateway.stderr}`;
  expect({ end, failure }).toEqual({ end: 'alive', failure: undefined });
  if (attacked.status === 'rejected') throw attacked.reason;
  expect(polls).toBeGreaterThan(0);
  expect({ silentMs }).toEqual({ silentMs: below(silenceMs) });
  expect({ peakMiB }).toEqual({ peakMiB: below(residentMiB) });
  return attacked.value;
}

/** Matches a number below the limit. */
function below(limit: number): unknown {
  return expect.toSatisfy((value: number) => value < limit, `below ${limit}`);
}

function openSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`).startsWith('socket:');
    } catch {
      // Closed meanwhile.
      return false;
    }
  }).length;
}

/** The distinct codes of errors. */
export function codesOf(errors: readonly ResponseError[]): readonly string[] {
  return [...new Set(errors.map(({ extensions }) => extensions?.code))];
}

/** Runs `task` for each index below `count`, up to `width` of them at once. */
export async function inParallel(
  count: number,
  width: number,
  task: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: width }, work));
}
