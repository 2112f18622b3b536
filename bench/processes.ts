import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A processor for the server under test, and another for the load and the upstream, so that no server gains by the
 * threads it starts or loses by what its neighbours do. Where there is but one, all share it.
 */
export const SERVER_CPU = 0;
export const OTHER_CPU = Math.min(1, availableParallelism() - 1);

/** Of /proc's clock, the same on all Linux machines of today. */
const TICK_MS = 10;
const START_MS = 60_000;
const END_MS = 3_000;

/** What has been started and has not ended. */
const running = new Set<ChildProcess>();
// However the benchmark ends, no server outlives it; the load ends by itself.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** A process of the benchmark that listens on a port of its own. */
export interface Running {
  readonly origin: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a process on one processor with nothing but this environment, and waits until it listens. */
export async function start(
  name: string,
  cpu: number,
  command: readonly string[],
  port: number,
  env: NodeJS.ProcessEnv,
): Promise<Running> {
  const child = spawn('taskset', ['-c', String(cpu), ...command], {
    env: { PATH: '/usr/bin:/bin', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  try {
    await listening(name, port, child);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { origin: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop: () => stop(child) };
}

/** Starts the stand-in for VOD. */
export async function startUpstream(): Promise<Running> {
  const port = await freePort();
  const command = [process.execPath, join(import.meta.dirname, 'lookups/upstream.ts'), String(port)];
  return start('the upstream', OTHER_CPU, command, port, {});
}

async function listening(name: string, port: number, child: ChildProcess): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await sleep(50)) {
    if (failure) throw new Error(`${name} could not be started: ${failure.message}`);
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} before it listened`);
    const answered = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (answered) return;
  }
  throw new Error(`${name} did not listen on port ${port} within ${START_MS} ms`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const cutOff = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await ended;
  clearTimeout(cutOff);
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address');
  return address.port;
}

/** The resident memory of a process, in MiB. */
export function residentMiB(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

/** The processor time that a process and all that came of it have used, in milliseconds. */
export function cpuMs(pid: number): number {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold anything, the fields are numbers: utime and stime are the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const own = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  return own + children.reduce((sum, child) => sum + cpuMs(child), 0);
}
