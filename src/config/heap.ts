import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import type { Environment } from './values.ts';

const MIB = 1024 * 1024;
/** The largest young generation: three semi-spaces of 64 MiB, V8's default if the old generation's size is set. */
const YOUNG_BYTES = 3 * 64 * MIB;

/**
 * The limit of V8's old generation, in bytes. V8 reports only the sum of both generations. If the size is not set, V8
 * chooses the young generation as a small part of the old one, so the sum is close enough.
 */
export function oldGenerationLimit(
  env: Environment = process.env,
  args: readonly string[] = process.execArgv,
  totalLimit: number = getHeapStatistics().heap_size_limit,
): number {
  const flags = [env.NODE_OPTIONS ?? '', ...args].join(' ');
  // The last of several flags applies. V8 accepts underscores.
  const [, kind, value] =
    [...flags.matchAll(/--max[-_]old[-_]space[-_]size([-_]percentage)?[= ](\d+)/g)].at(-1) ?? [];
  if (value === undefined || Number(value) === 0) return totalLimit;
  return kind === undefined ? Number(value) * MIB : Math.max(totalLimit - YOUNG_BYTES, totalLimit / 2);
}

/** An old generation below this size is that of a small container. */
const SMALL_BYTES = 1024 * MIB;

/** For how many full collections V8 keeps a hidden class that no object has. */
const RETAINED_COLLECTIONS = 100;

/** How much the old generation grows from one collection to the next, in percent of what survived. */
const GROWTH_PERCENT = 100;

/**
 * Sets how the heap is kept between two loads. An idle V8 gives memory back, and the next load pays for it: after 25 seconds, its
 * first four took 1.2 times the CPU time (`npm run bench -- --only twenty-ids --against 139d569 --pause 25`).
 *
 * - The young generation shrinks. By default, it is then doubled several times, with full collections in between. Here it grows
 *   at once.
 * - Hidden classes that no object has are freed, and with them the compiled functions that depend on them: those of requests and
 *   responses, and so most that are hot. Here V8 frees garbage when it is idle, but keeps these classes.
 * - Once V8 has given memory back, it collects the old generation whenever that has grown by a third: every few seconds under load,
 *   and all requests in flight wait some 50 ms. Here it doubles, or grows halfway to the limit, if that is less.
 *
 * V8 also pretenures: where most objects have survived, it allocates further ones in the old generation. Under load, these were the
 * lists of pending ids, and most of the garbage there. Here V8 does not pretenure, and the memory stays flat
 * (`npm run bench:memory`).
 *
 * A small heap keeps the present size of its young generation, about 64 MiB after the start, and gives memory back. If only the
 * size of the old generation is set, V8 lets the young one grow under load, whatever the memory of the container.
 *
 * @param limit the limit of the old generation, in bytes
 */
export function setHeapGrowth(limit: number): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
  if (limit < SMALL_BYTES) {
    setFlagsFromString('--semi-space-growth-factor=1');
    return;
  }
  setFlagsFromString('--semi-space-growth-factor=16');
  setFlagsFromString('--no-memory-reducer-favors-memory');
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  setFlagsFromString(`--retain-maps-for-n-gc=${RETAINED_COLLECTIONS}`);
}

/** A process that takes less CPU time than this in a second is idle. */
const IDLE_CPU_MS = 20;
/** The CPU time after which V8 has compiled hot functions. The first page of GraphiQL takes less. */
const LOAD_CPU_MS = 500;
/** The seconds after the start in which it is checked. */
const IDLE_CHECKS = 5;

/**
 * Calls `release` once, in the first idle second, unless there was load before it: V8 would have to compile the hot functions
 * and let the heap grow again, which makes a request much more expensive for ten seconds of load.
 *
 * @param cpuMs the CPU time of the process, in milliseconds
 * @returns a function that stops this
 */
export function whenFirstIdle(release: () => void, cpuMs: () => number = processCpuMs): () => void {
  const start = cpuMs();
  let latest = start;
  let checks = 0;
  const timer = setInterval(() => {
    const now = cpuMs();
    const isIdle = now - latest < IDLE_CPU_MS;
    const hadLoad = now - start > LOAD_CPU_MS;
    latest = now;
    if (isIdle || hadLoad || ++checks === IDLE_CHECKS) clearInterval(timer);
    if (isIdle && !hadLoad) release();
  }, 1_000);
  return () => clearInterval(timer);
}

function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * Frees the memory that loading the modules used, about a quarter of the process (`npm run bench:start`): V8 would keep it until
 * the heap has grown. It takes about 0.1 s.
 */
export async function releaseLoadingMemory(): Promise<void> {
  // Loaded only here. It is the only way to the collector that needs neither a flag of the command line nor code from a string.
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.collectGarbage');
  } finally {
    session.disconnect();
  }
}
