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

/**
 * Keeps the young generation of a small heap at its present size, about 64 MiB after the start. If only the size of the old
 * generation is set, V8 doubles the young one under load, whatever the memory of the container.
 *
 * @param limit the limit of the old generation, in bytes
 */
export function keepYoungGeneration(limit: number): void {
  if (limit < SMALL_BYTES) setFlagsFromString('--semi-space-growth-factor=1');
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
