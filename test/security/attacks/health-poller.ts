import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A process that polls `/health` of a gateway process on a connection of its own until it receives a message. It is no thread
 * of the attacker's process, which delays its threads for seconds while it parses large responses.
 *
 * Arguments: the port and the process id of the gateway.
 */

export interface Polled {
  readonly polls: number;
  /**
   * The longest time in which the gateway was busy with other work instead of responding, in milliseconds: the latency,
   * but at most the CPU time that its main thread used meanwhile. A process that waits for a CPU is not busy.
   */
  readonly silentMs: number;
  /** The longest latency in milliseconds. */
  readonly latencyMs: number;
  /** The highest resident memory of the process in MiB. */
  readonly peakMiB: number;
  /** The reason why a poll failed. */
  readonly failure: string | undefined;
}

const INTERVAL_MS = 20;
/** A gateway that waits this long for anything but a CPU hangs. */
const HANG_MS = 20_000;
/** Linux reports CPU time in ticks of 10 ms. */
const TICK_MS = 10;

const [port, pid] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let isStopped = false;
process.once('message', () => {
  isStopped = true;
});
process.send?.(await poll());
process.disconnect();
agent.destroy();

async function poll(): Promise<Polled> {
  let polls = 0;
  let silentMs = 0;
  let latencyMs = 0;
  let peakMiB = 0;
  let failure: string | undefined;
  // The last poll starts after the attack.
  for (let isLast = false; !isLast && failure === undefined; ) {
    isLast = isStopped;
    try {
      const startedAt = performance.now();
      const cpuBefore = cpuMs();
      const status = await health();
      const latency = performance.now() - startedAt;
      polls++;
      latencyMs = Math.max(latencyMs, latency);
      silentMs = Math.max(silentMs, Math.min(latency, cpuMs() - cpuBefore));
      peakMiB = Math.max(peakMiB, highestMiB());
      if (status !== 200) failure = `/health responded ${status}`;
    } catch (error) {
      failure = String(error);
    }
    if (!isLast) await sleep(INTERVAL_MS);
  }
  return { polls, silentMs: Math.round(silentMs), latencyMs: Math.round(latencyMs), peakMiB, failure };
}

function health(): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path: '/health', agent, timeout: HANG_MS }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    request.once('timeout', () => request.destroy(new Error(`/health hangs for ${HANG_MS} ms`)));
    request.once('error', reject);
  });
}

/** The CPU time of the main thread. Garbage is also collected by other threads, while the main one responds. */
function cpuMs(): number {
  // The name of the process, in parentheses, can have spaces.
  const fields = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function highestMiB(): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kib) / 1024);
}
