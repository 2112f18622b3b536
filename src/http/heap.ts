import { getHeapSpaceStatistics } from 'node:v8';

/** The state of V8's heap, in bytes. */
export interface Heap {
  readonly used: number;
  /** The process ends when `used` reaches this size and a garbage collection frees nothing. */
  readonly limit: number;
}

/**
 * The share of the limit at which new work is shed. V8 collects garbage at the latest halfway between the size after the
 * last collection and the limit. A heap whose live objects take less than 70 % therefore never gets here, whatever its
 * garbage: with a limit of 400 MiB, 60 % of it alive and a full load of garbage, the highest share was 77 %.
 */
const SHED_ABOVE = 0.85;
/** The share below which work is accepted again. It is lower, so that the state does not flap. */
const ACCEPT_BELOW = 0.8;

/**
 * Tells when the heap is almost full, so that the gateway sheds new work before the process dies. `sample` reads the
 * heap, which takes some microseconds, so it is called on a timer and not for each request.
 */
export class HeapPressure {
  readonly #read: () => Heap;
  #share = 0;
  #limit = 0;
  #isHigh = false;

  constructor(read: () => Heap) {
    this.#read = read;
    this.sample();
  }

  /** Whether new work is shed. */
  get isHigh(): boolean {
    return this.#isHigh;
  }

  /** The used share of the limit at the last sample. */
  get share(): number {
    return this.#share;
  }

  /** The limit of the heap, in bytes. */
  get limit(): number {
    return this.#limit;
  }

  sample(): void {
    const { used, limit } = this.#read();
    this.#limit = limit;
    this.#share = used / limit;
    this.#isHigh = this.#share >= (this.#isHigh ? ACCEPT_BELOW : SHED_ABOVE);
  }
}

/**
 * Reads the old generation, which holds everything that survives. `used_heap_size` and `heap_size_limit` also count the
 * young generation: with `--max-old-space-size=400` its limit is 192 MiB more, and V8 gives up at 68 % of the sum.
 *
 * @param limit the limit of the old generation, in bytes
 */
export function readOldGeneration(limit: number): Heap {
  let used = 0;
  for (const { space_name, space_used_size } of getHeapSpaceStatistics()) {
    if (!space_name.startsWith('new_')) used += space_used_size;
  }
  return { used, limit };
}
